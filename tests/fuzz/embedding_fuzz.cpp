#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/embedding_layout.h"
#include "core/formats/torch_archive.h"
#include "tests/fuzz/listed_shapes.h"

namespace {

using namespace tstitch;

/// Every tensor of a layout is one of the file's, with as many numbers as its vectors have.
void check(const EmbeddingLayout& layout, const TensorShapes& shapes) {
  TSTITCH_CHECK(!layout.tensors.empty());
  for (const EmbeddingTensor& tensor : layout.tensors) {
    TSTITCH_CHECK(element_count(shapes.at(tensor.tensor)) == tensor.vectors * tensor.width, tensor.tensor);
  }
}

template <class Read>
void expect_a_sentence(const Read& read) {
  try {
    read();
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

}  // namespace

/// Names and shapes, or an archive of torch.save: each is read as a textual inversion or refused with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  TensorShapes shapes;
  std::map<std::string, std::string> texts;
  expect_a_sentence([&] {
    if (!bytes.starts_with("PK")) {
      shapes = listed_shapes(bytes);
      return;
    }
    const TorchArchive archive = read_torch_archive(MemoryBytes(bytes, "input"));
    for (const auto& [name, tensor] : archive.tensors) shapes.emplace(name, tensor.shape);
    texts = archive.texts;
  });
  expect_a_sentence([&] { check(read_embedding_layout(shapes, texts, "input"), shapes); });
  expect_a_sentence([&] {
    for (const EmbeddingLayout& layout : read_bundled_embeddings(shapes, "input")) check(layout, shapes);
  });
  return 0;
}
