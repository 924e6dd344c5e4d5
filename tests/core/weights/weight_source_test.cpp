#include "core/weights/weight_source.h"

#include <fstream>

#include <ATen/ops/full.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class OpenWeights : public testing::Test {
 protected:
  /// A file whose tensors all hold `value`, so that a test sees which one was read.
  void write(const std::string& name, double value, const std::vector<std::string>& tensors = {"w"}) const {
    std::map<std::string, at::Tensor> all;
    for (const std::string& tensor : tensors) all[tensor] = at::full({1}, value, at::kFloat);
    test::write_tensors(folder_.path() / name, all);
  }
  void write_text(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.path() / name) << text;
  }

  float opened(const std::string& variant = {}) const {
    return open_weights(folder_.path(), "model", variant)->read("w", at::kFloat).item<float>();
  }

  Error refusal() const {
    try {
      (void)open_weights(folder_.path(), "model");
    } catch (const BadInput& error) {
      return error;
    }
    return UsageError("accepted");
  }

  test::TemporaryFolder folder_;
};

TEST_F(OpenWeights, plainFilesArePreferred) {
  write("model.safetensors", 1.0);
  write("model.fp16.safetensors", 2.0);
  EXPECT_EQ(opened(), 1.0F);
  EXPECT_EQ(opened("fp16"), 2.0F);
}

TEST_F(OpenWeights, theVariantIsTakenWhenItIsTheOnlyOne) {
  write("model.fp16.safetensors", 2.0);
  EXPECT_EQ(opened(), 2.0F);
  EXPECT_EQ(open_weights(folder_.path(), "model")->label(), (folder_.path() / "model.fp16.safetensors").string());
}

TEST_F(OpenWeights, aPartWithoutTheVariantGivesThePlainFile) {
  write("model.safetensors", 1.0);
  EXPECT_EQ(opened("fp16"), 1.0F);
}

TEST_F(OpenWeights, aFolderWithoutWeightsIsNamed) {
  EXPECT_EQ(refusal().where(), folder_.path().string());
  EXPECT_THAT(refusal().what(), testing::HasSubstr("holds no model.safetensors"));
}

TEST_F(OpenWeights, takesTorchsArchiveWhereThereIsNothingElse) {
  const test::PickledTensor tensor{.elements = 1, .shape = {1}, .strides = {1}};
  const std::string pickle = test::pickle_of(test::pickle_dict({{"w", tensor.pickled()}}));
  write_text("pytorch_model.bin", test::torch_archive_bytes(pickle, {std::string("\0\0\x40\x40", 4)}));
  EXPECT_EQ(opened(), 3.0F);
  write_text("model.bin", "\x80\x02}.");
  EXPECT_THAT(refusal().what(), testing::HasSubstr("bare Python pickle"));
  write("model.safetensors", 1.0);
  EXPECT_EQ(opened(), 1.0F);
}

TEST_F(OpenWeights, textInPlaceOfWeightsIsNamed) {
  write_text("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
  EXPECT_THAT(refusal().what(), testing::HasSubstr("Git LFS pointer"));
  EXPECT_EQ(refusal().where(), (folder_.path() / "model.safetensors").string());
}

TEST_F(OpenWeights, readsShards) {
  write("model-1.safetensors", 1.0, {"a", "b"});
  write("model-2.safetensors", 2.0, {"c"});
  write_text("model.safetensors.index.json",
             R"({"metadata":{"total_size":12},"weight_map":{"a":"model-1.safetensors","b":"model-1.safetensors",)"
             R"("c":"model-2.safetensors"}})");
  const auto source = open_weights(folder_.path(), "model");
  EXPECT_EQ(source->entries().size(), 3U);
  EXPECT_EQ(source->read("b", at::kFloat).item<float>(), 1.0F);
  EXPECT_EQ(source->read("c", at::kFloat).item<float>(), 2.0F);
  EXPECT_EQ(source->label(), (folder_.path() / "model.safetensors.index.json").string());
}

TEST_F(OpenWeights, readsShardsOfAVariant) {
  write("model.fp16-1.safetensors", 1.0);
  write_text("model.safetensors.index.fp16.json", R"({"weight_map":{"w":"model.fp16-1.safetensors"}})");
  EXPECT_EQ(opened(), 1.0F);
}

struct BadIndex {
  const char* weight_map;
  const char* says;
};

class OpenShards : public OpenWeights, public testing::WithParamInterface<BadIndex> {};

TEST_P(OpenShards, aBadIndexIsNamedWithItsShard) {
  write("a.safetensors", 1.0, {"a"});
  write("ab.safetensors", 1.0, {"a", "b"});
  write_text("model.safetensors.index.json", concat(R"({"weight_map":)", GetParam().weight_map, "}"));
  EXPECT_THAT(refusal().what(), testing::HasSubstr(GetParam().says));
  EXPECT_EQ(refusal().where(), (folder_.path() / "model.safetensors.index.json").string());
}

INSTANTIATE_TEST_SUITE_P(
    Indexes, OpenShards,
    testing::Values(
        BadIndex{R"({"a":"gone.safetensors"})", "\"gone.safetensors\", which is missing"},
        BadIndex{R"({"a":"../a.safetensors"})", "\"../a.safetensors\", which is no plain name"},
        BadIndex{R"({"a":"/etc/passwd"})", "\"/etc/passwd\", which is no plain name"},
        BadIndex{R"({"a":"sub/a.safetensors"})", "no plain name"},
        BadIndex{R"({"a":"sub\\a.safetensors"})", "no plain name"},
        BadIndex{R"({"a":"C:a.safetensors"})", "no plain name"}, BadIndex{R"({"a":".."})", "no plain name"},
        BadIndex{R"({"a":""})", "no plain name"}, BadIndex{R"({"a":"a.safetensors\u0000.x"})", "no plain name"},
        BadIndex{R"({"a":"a.bin"})", "no plain name"}, BadIndex{R"({"a":5})", "no text for \"a\""},
        BadIndex{R"({"a":"a.safetensors","x":"a.safetensors"})", "\"a.safetensors\" lacks the tensor \"x\""},
        BadIndex{R"({"a":"ab.safetensors"})", "holds the tensor \"b\", which the index does not place there"},
        BadIndex{R"({"a":"a.safetensors","b":"ab.safetensors"})", "\"ab.safetensors\" holds the tensor \"a\""},
        BadIndex{R"({"a":"a.safetensors","a":"a.safetensors"})", "given twice"}, BadIndex{"{}", "empty shard index"},
        BadIndex{"[]", "no object weight_map"}));

}  // namespace
}  // namespace tstitch
