#include "core/formats/weight_file_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

WeightFileKind kind_of(const std::string& bytes) {
  return weight_file_kind(bytes.substr(0, kKindBytes), bytes.size(), "file");
}

std::string refusal_of(const std::string& bytes) {
  try {
    kind_of(bytes);
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "file");
    return error.sentence();
  }
  return {};
}

TEST(WeightFileKind, goesByContent) {
  EXPECT_EQ(kind_of(test::safetensors_bytes("{}")), WeightFileKind::Safetensors);
  EXPECT_EQ(kind_of(test::zip_bytes({{.name = "a/data.pkl", .data = "x"}})), WeightFileKind::TorchArchive);
  EXPECT_EQ(kind_of("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03."),
            WeightFileKind::TorchArchive);
}

TEST(WeightFileKind, saysWhatForeignFilesAre) {
  struct Case {
    std::string bytes;
    const char* sentence;
  };
  std::string tar(512, '\0');
  tar.replace(0, 7, "model/x");
  tar.replace(257, 5, "ustar");
  const std::vector<Case> cases{
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n", "is a Git LFS pointer"},
      {"<!DOCTYPE html><html>", "is a web page"},
      {"\n <html>", "is a web page"},
      {"\x80\x02}q\x01.", "is a bare Python pickle"},
      {"\x80\x04\x95"s, "is a bare Python pickle"},
      {tar, "is a tar archive"},
      {"GGUF\x03\0\0\0"s, "is a GGUF file"},
      {"tjgg\x03\0\0\0"s, "is a GGML file"},
      {"\x08\x07\x12\x07pytorch\x1a\x05", "is an ONNX model"},
      {"\x89HDF\r\n\x1a\n", "is an HDF5"},
      {"\x93NUMPY\x01", "is a NumPy array"},
      {"\x1f\x8b\x08", "is a gzip archive"},
      {"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive"},
      {"\x89PNG\r\n\x1a\n", "is a PNG picture"},
      {"{\"weight_map\": {}}", "is a text file"},
      {"", "is empty"},
      {"PK\x05\x06"s + std::string(18, '\0'), "is an empty zip archive"},
  };
  for (const Case& each : cases) EXPECT_THAT(refusal_of(each.bytes), HasSubstr(each.sentence));
}

TEST(WeightFileKind, leavesTheRestToTheSafetensorsReader) {
  EXPECT_EQ(kind_of(std::string(64, '\xee')), WeightFileKind::Safetensors);
}

}  // namespace
}  // namespace tstitch
