#include "core/weights/torch_archive_source.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/weights/weight_scope.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using test::PickledTensor;

std::filesystem::path golden(const char* name) {
  return std::filesystem::path(TSTITCH_GOLDEN_DIR) / name;
}

std::vector<float> numbers_of(const at::Tensor& tensor) {
  const auto* first = tensor.const_data_ptr<float>();
  return {first, first + tensor.numel()};
}

TEST(TorchArchiveSource, readsWhatTorchSaved) {
  const auto listed = nlohmann::json::parse(std::ifstream(golden("torch_archive.json")));
  const TorchArchiveSource source(golden("torch_archive.pt"));
  EXPECT_EQ(source.entries().size(), listed.size());
  for (const auto& [name, expected] : listed.items()) {
    ASSERT_TRUE(source.entries().contains(name)) << name;
    const at::Tensor tensor = source.read(name, at::kFloat);
    EXPECT_EQ(tensor.sizes(), at::IntArrayRef(expected.at("shape").get<std::vector<std::int64_t>>())) << name;
    EXPECT_TRUE(tensor.is_contiguous()) << name;
    EXPECT_EQ(numbers_of(tensor), expected.at("values").get<std::vector<float>>()) << name;
  }
}

// Old repositories hold files of torch.save before version 1.6.
TEST(TorchArchiveSource, readsTheFormatBeforeArchives) {
  auto listed = nlohmann::json::parse(std::ifstream(golden("torch_archive.json")));
  for (const char* fp8 : {"state_dict.e4m3", "state_dict.e5m2"}) listed.erase(fp8);
  const TorchArchiveSource source(golden("torch_legacy.pt"));
  EXPECT_EQ(source.entries().size(), listed.size());
  for (const auto& [name, expected] : listed.items()) {
    ASSERT_TRUE(source.entries().contains(name)) << name;
    EXPECT_EQ(numbers_of(source.read(name, at::kFloat)), expected.at("values").get<std::vector<float>>()) << name;
  }
}

TEST(TorchArchiveSource, everyTruncationOfTheOldFormatIsRefused) {
  std::ifstream in(golden("torch_legacy.pt"), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NO_THROW(static_cast<void>(read_torch_archive(MemoryBytes(whole, "file"))));
  for (std::size_t size = 32; size < whole.size(); ++size) {
    EXPECT_THROW(static_cast<void>(read_torch_archive(MemoryBytes(std::string_view(whole).substr(0, size), "file"))),
                 BadInput)
        << size;
  }
}

TEST(TorchArchiveSource, tellsTypesAsStored) {
  const TorchArchiveSource source(golden("torch_archive.pt"));
  EXPECT_EQ(source.entries().at("state_dict.half").type, at::kHalf);
  EXPECT_EQ(source.entries().at("state_dict.bfloat").type, at::kBFloat16);
  EXPECT_EQ(source.entries().at("state_dict.e4m3").type, at::kFloat8_e4m3fn);
  EXPECT_EQ(source.entries().at("state_dict.e5m2").type, at::kFloat8_e5m2);
}

TEST(TorchArchiveSource, fitsANetworksScopeAlsoFromFp8) {
  const TorchArchiveSource source(golden("torch_archive.pt"));
  const WeightScope root(source, {.type = at::kHalf});
  EXPECT_EQ((root / "state_dict").take("e4m3", {4}).scalar_type(), at::kHalf);
}

TEST(TorchArchiveSource, isOpenedWhateverItsName) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "model.safetensors";
  std::filesystem::copy_file(golden("torch_archive.pt"), file);
  const auto source = open_weight_file(file);
  EXPECT_EQ(source->label(), file.string());
  EXPECT_EQ(source->files(), std::vector{file});
  EXPECT_TRUE(source->entries().contains("ema.base"));
}

TEST(TorchArchiveSource, refusesNumbersThatAreNotFinite) {
  const test::TemporaryFolder folder;
  const PickledTensor tensor{.elements = 1, .shape = {1}, .strides = {1}};
  const auto file =
      folder.write("nan.pt", test::torch_archive_bytes(test::pickle_of(test::pickle_dict({{"w", tensor.pickled()}})),
                                                       {std::string("\x00\x00\xc0\x7f", 4)}));
  const TorchArchiveSource source(file);
  EXPECT_THROW(static_cast<void>(source.read("w", at::kFloat)), BadInput);
}

/// The record `byteorder`, since torch 2.1; torch turns the bytes while it loads.
TEST(TorchArchiveSource, readsNumbersOfBigEndianMachines) {
  const test::TemporaryFolder folder;
  const auto pickle = [](const PickledTensor& tensor) {
    return test::pickle_of(test::pickle_dict({{"w", tensor.pickled()}}));
  };
  const PickledTensor single{.elements = 2, .shape = {2}, .strides = {1}};
  const std::string one_and_two("\x3f\x80\x00\x00\x40\x00\x00\x00", 8);
  const TorchArchiveSource singles(
      folder.write("single.pt", test::torch_archive_bytes(pickle(single), {one_and_two}, "big")));
  EXPECT_EQ(numbers_of(singles.read("w", at::kFloat)), (std::vector<float>{1, 2}));

  const PickledTensor half{.storage_class = "HalfStorage", .elements = 2, .shape = {2}, .strides = {1}};
  const TorchArchiveSource halves(
      folder.write("half.pt", test::torch_archive_bytes(pickle(half), {std::string("\x3c\x00\x40\x00", 4)}, "big")));
  EXPECT_EQ(numbers_of(halves.read("w", at::kFloat)), (std::vector<float>{1, 2}));

  const PickledTensor whole{.storage_class = "LongStorage", .elements = 1, .shape = {}, .strides = {}};
  const TorchArchiveSource number(folder.write(
      "number.pt", test::torch_archive_bytes(pickle(whole), {std::string("\0\0\0\0\0\0\0\x08", 8)}, "big")));
  EXPECT_EQ(number.number("w"), 8.0);
}

TEST(TorchArchiveSource, refusesTypesThatAreNoWeights) {
  const test::TemporaryFolder folder;
  const PickledTensor tensor{.storage_class = "LongStorage", .elements = 1, .shape = {1}, .strides = {1}};
  const auto file = folder.write(
      "long.pt",
      test::torch_archive_bytes(test::pickle_of(test::pickle_dict({{"w", tensor.pickled()}})), {std::string(8, '\0')}));
  const TorchArchiveSource source(file);
  EXPECT_EQ(source.entries().at("w").type, at::kLong);
  EXPECT_THROW(static_cast<void>(source.read("w", at::kFloat)), BadInput);
}

}  // namespace
}  // namespace tstitch
