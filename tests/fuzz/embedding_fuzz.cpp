#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/embedding_layout.h"
#include "core/formats/torch_archive.h"

namespace {

using namespace tstitch;

/// Lines of "name side side ...".
TensorShapes shapes_in(std::string_view text) {
  TensorShapes shapes;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    std::vector<std::int64_t> shape;
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::int64_t side = 0;
      for (const char c : words[i].substr(0, 9)) side = side * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
      shape.push_back(side);
    }
    shapes[words.front()] = shape;
  }
  return shapes;
}

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
      shapes = shapes_in(bytes);
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
