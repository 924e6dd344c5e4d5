#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/program.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

/// Comes into being if anything in a file is executed.
constexpr const char* kMarker = "marker";

/// The bytes of a file, and the words of the sentence with which it is refused.
struct ForeignFile {
  std::string name;
  std::string bytes;
  std::string sentence;
};

void expect_all_refused(const std::vector<ForeignFile>& files) {
  const ScratchFolder scratch;
  for (const ForeignFile& file : files) {
    SCOPED_TRACE(file.name);
    std::ofstream(scratch.path() / file.name, std::ios::binary) << file.bytes;
    const Ended ended = run_program({"inspect", file.name}, scratch.path());
    EXPECT_EQ(ended.exit, 3) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(ended.err.starts_with("tstitch: " + file.name + ": ")) << ended.err;
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << ended.err;
    EXPECT_NE(ended.err.find(file.sentence), std::string::npos) << ended.err;
    EXPECT_FALSE(fs::exists(scratch.path() / kMarker));
  }
}

std::string archive_of(const std::string& value) {
  return torch_archive_bytes(pickle_of(value), {std::string(24, '\1')});
}

std::string tensor(std::int64_t columns = 3) {
  return PickledTensor{.elements = 6, .shape = {2, columns}, .strides = {columns, 1}}.pickled();
}

std::string safetensors_of(const std::string& name) {
  return safetensors_bytes(R"({")" + name + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234");
}

TEST(InspectFile, refusesWhatIsNoWeights) {
  std::string tar(600, '\0');
  tar.replace(257, 5, "ustar");
  expect_all_refused({
      {"empty.safetensors", "", "is empty"},
      {"pointer.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a Git LFS pointer"},
      {"page.ckpt", "<!doctype html><html><body>Log in</body></html>", "is a web page"},
      {"index.json", "{\"weight_map\": {}}\n", "is a text file"},
      {"model.gguf", "GGUF\3\0\0\0"s, "is a GGUF file"},
      {"model.onnx", "\x08\x07\x12\x07pytorch", "is an ONNX model"},
      {"model.h5", "\x89HDF\r\n\x1a\n", "is an HDF5"},
      {"model.npy", "\x93NUMPY\1", "is a NumPy array"},
      {"old.pth", "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "its pickle is cut off"},
      {"bare.pkl", "\x80\x04\x95", "is a bare Python pickle"},
      {"older.pth", tar, "is a tar archive"},
      {"model.tar.gz", "\x1f\x8b\x08", "is a gzip archive"},
      {"model.7z", "7z\xbc\xaf\x27\x1c", "is a 7-Zip archive"},
      {"picture.png", "\x89PNG\r\n\x1a\n", "is a PNG picture"},
      {"noise.bin", std::string(64, '\xee'), "is no safetensors file"},
      {"short.safetensors", safetensors_of("a").substr(0, 40), "cut off"},
  });
}

TEST(InspectFile, refusesDamagedAndHostileArchives) {
  const std::string good = archive_of(pickle_dict({{"w", tensor()}}));
  std::vector<ZipRecord> many;
  many.reserve(131'073);
  for (int i = 0; i < 131'073; ++i) many.push_back({.name = std::to_string(i), .data = ""});
  expect_all_refused({
      {"cut.ckpt", good.substr(0, good.size() - 30), "has no directory at its end"},
      {"arrays.npz", zip_bytes({{.name = "a.npy", .data = "x"}}), "not one of torch.save"},
      {"bomb.ckpt", zip_bytes({{.name = "m/data.pkl", .data = "x", .method = 8}}), "is compressed"},
      {"overlap.ckpt", zip_bytes({{.name = "m/data.pkl", .data = "x", .size_change = 4}, {.name = "m/y", .data = "y"}}),
       "lies over another one"},
      {"many.ckpt", zip_bytes(many), "131073 entries"},
      {"script.pt", zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "m/code/a.py", .data = "x"}}),
       "is a TorchScript program"},
      {"big.pt", zip_bytes({{.name = "m/data.pkl", .data = "x"}, {.name = "m/byteorder", .data = "middle"}}),
       "little or big"},
      {"beyond.pt", archive_of(pickle_dict({{"w", tensor(4)}})), "reaches beyond its storage"},
      {"loop.pt", archive_of("}q\x01" + pickle_text("again") + "h\x01s"), "nested deeper than 64 levels"},
      {"flood.pt", archive_of(std::string(600'000, 'N')), "more than 524288 values"},
      {"nothing.pt", archive_of("]"), "holds no dict of tensors"},
      {"opcode.pt", archive_of("(os\nsystem\ni"), "uses the opcode 0x"},
  });
}

TEST(InspectFile, executesNothing) {
  const std::string attack = pickle_call(pickle_global("posix", "system"), {pickle_text("touch "s + kMarker)});
  expect_all_refused({
      {"attack.pt", archive_of(attack), "holds an object of \"posix.system\""},
      {"hidden.pt", archive_of(pickle_dict({{"w", tensor()}, {"x", attack}})), "of no model that is known here"},
  });
}

TEST(InspectFile, refusesModelsOfOtherFamilies) {
  expect_all_refused({
      {"sd3.safetensors", safetensors_of("model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight"),
       "is a Stable Diffusion 3 transformer"},
      {"flux.safetensors", safetensors_of("double_blocks.0.img_attn.qkv.weight"), "is a FLUX transformer"},
      {"language.safetensors", safetensors_of("model.layers.0.self_attn.q_proj.weight"), "is a language model"},
      {"other.safetensors", safetensors_of("fc.bias"), "of no model that is known here"},
  });
}

TEST(InspectFile, tellsPartsOfModels) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "pose.pth", std::ios::binary)
      << archive_of(pickle_dict({{"conv5_1_CPM_L1.weight", tensor()}}));
  const Ended ended = run_program({"inspect", "pose.pth", "miniature/large", "--json"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const auto first = nlohmann::json::parse(ended.out.substr(0, ended.out.find('\n')));
  EXPECT_EQ(first.at("family"), "openpose-body");
  EXPECT_EQ(first.at("purpose"), "an annotator");
  EXPECT_EQ(first.at("parameters"), 6);
  EXPECT_NE(ended.out.find("pose.pth is an annotator, not a denoiser."), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace tstitch::test
