#include "core/weights/mapped_source.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/configs/single_file.h"
#include "core/formats/sha256.h"
#include "tests/support/generated_weights.h"

namespace tstitch {
namespace {

/// Of names and numbers in the order of the names, as make_single_files.py makes it.
std::string digest(const WeightSource& source) {
  std::string bytes;
  for (const auto& [name, entry] : source.entries()) {
    const at::Tensor tensor = source.read(name, at::kFloat);
    EXPECT_EQ(tensor.sizes(), at::IntArrayRef(entry.shape)) << name;
    EXPECT_TRUE(tensor.is_contiguous()) << name;
    bytes += name + '\n';
    bytes.append(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
  }
  return sha256_of(bytes);
}

struct SmallFile {
  SmallFile()
      : golden(
            nlohmann::json::parse(std::ifstream(std::string(TSTITCH_GOLDEN_DIR) + "/single_files.json")).at("small")),
        tensors(golden.at("tensors").get<TensorShapes>()),
        source(std::make_shared<test::GeneratedWeights>(tensors, golden.at("seed").get<std::uint64_t>())),
        parts(map_single_file(tensors, "file")) {}

  nlohmann::json golden;
  TensorShapes tensors;
  std::shared_ptr<const WeightSource> source;
  SingleFile parts;
};

TEST(MappedSource, readsWhatDiffusersReadsOfASingleFile) {
  const SmallFile file;
  EXPECT_TRUE(file.parts.unused.empty());
  EXPECT_EQ(digest(MappedSource(file.source, file.parts.unet)), file.golden.at("unet").get<std::string>());
  EXPECT_EQ(digest(MappedSource(file.source, file.parts.vae)), file.golden.at("vae").get<std::string>());
  ASSERT_EQ(file.parts.text.size(), 1U);
  EXPECT_EQ(digest(MappedSource(file.source, file.parts.text[0].tensors)), file.golden.at("text").get<std::string>());
}

TEST(MappedSource, pieceOfAFusedTensorOwnsItsMemory) {
  const SmallFile file;
  const MappedSource text(file.source, file.parts.text[0].tensors);
  const at::Tensor piece = text.read("text_model.encoder.layers.0.self_attn.v_proj.weight", at::kHalf);
  EXPECT_EQ(piece.storage().nbytes(), piece.nbytes());
  EXPECT_EQ(piece.scalar_type(), at::kHalf);
}

}  // namespace
}  // namespace tstitch
