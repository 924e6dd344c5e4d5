#include "core/weights/weight_upload.h"

#include <limits>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/weights/convert.h"
#include "core/weights/joined_source.h"
#include "core/weights/mapped_source.h"
#include "core/weights/torch_archive_source.h"
#include "core/weights/weight_scope.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/generated_weights.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

using test::DeviceCall;

constexpr std::int64_t kBuffer = 4096;  // bytes

at::Tensor stored(const std::vector<std::int64_t>& shape, at::ScalarType type, std::uint64_t seed) {
  return test::generated_tensor("t", shape, seed).to(type);
}

class WeightUploads : public testing::Test {
 protected:
  /// Weights of every stored type; one is larger than two buffers.
  std::unique_ptr<WeightSource> all_types() const {
    return open({{"double", stored({7, 3}, at::kDouble, 1)},
                 {"e4m3", stored({33}, at::kFloat8_e4m3fn, 2)},
                 {"e5m2", stored({2, 19}, at::kFloat8_e5m2, 3)},
                 {"float", stored({5, 2, 3, 3}, at::kFloat, 4)},
                 {"half", stored({60, 61}, at::kHalf, 5)},
                 {"short", stored({1}, at::kBFloat16, 6)},
                 {"wide", stored({4, 700}, at::kBFloat16, 7)}});
  }

  std::unique_ptr<WeightSource> open(const std::map<std::string, at::Tensor>& tensors,
                                     const std::string& name = "w.safetensors") const {
    test::write_tensors(folder_.path() / name, tensors);
    return open_weight_file(folder_.path() / name);
  }

  /// Expects all of a source.
  static void expect_all(WeightUpload& upload, const WeightSource& source) {
    for (const auto& [name, entry] : source.entries()) upload.expect(name, entry.shape);
  }

  test::TemporaryFolder folder_;
};

/// Every cut of every tensor in two is what read() gives.
void expect_parts(const WeightSource& source, std::size_t with_parts) {
  std::size_t found = 0;
  for (const auto& [name, entry] : source.entries()) {
    for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
      const at::Tensor whole = source.read(name, type).flatten();
      at::Tensor parts = at::empty_like(whole);
      const std::int64_t cut = whole.numel() / 3;
      at::Tensor first = parts.narrow(0, 0, cut), second = parts.narrow(0, cut, whole.numel() - cut);
      if (!source.read_part(name, 0, first) || !source.read_part(name, cut, second)) continue;
      EXPECT_TRUE(at::equal(parts, whole)) << name << ' ' << type;
      if (type == at::kFloat) ++found;
    }
  }
  EXPECT_EQ(found, with_parts);
}

TEST_F(WeightUploads, readPartsOfFiles) {
  const auto file = all_types();
  expect_parts(*file, file->entries().size());
  const TorchArchiveSource archive(std::string(TSTITCH_GOLDEN_DIR) + "/torch_archive.pt");
  std::size_t dense = 0;
  for (const auto& [name, entry] : archive.entries()) {
    at::Tensor nothing = at::empty({0});
    if (is_stored_type(entry.type) && archive.read_part(name, 0, nothing)) ++dense;
  }
  EXPECT_GT(dense, 0U);
  EXPECT_LT(dense, archive.entries().size()) << "some are views";
}

TEST_F(WeightUploads, readPartsThroughOtherSources) {
  const std::shared_ptr<const WeightSource> file = all_types();
  const MappedSource mapped(file, {{"rows", {"half", {20, 61}, 30, 20, false}},
                                   {"turned", {"double", {3, 7}, 0, -1, true}},
                                   {"other", {"wide", {2800}, 0, -1, false}}});
  expect_parts(mapped, 2);
  std::vector<std::unique_ptr<WeightSource>> files;
  files.push_back(all_types());
  expect_parts(JoinedSource(std::move(files), "joined"), 7);
  const auto scaled = open({{"a.weight", stored({8, 4}, at::kFloat8_e4m3fn, 8)},
                            {"a.scale_weight", at::full({}, 0.3F)},
                            {"b.weight", stored({8, 4}, at::kHalf, 9)},
                            {"scaled_fp8", at::empty({0}, at::kFloat8_e4m3fn)}},
                           "scaled.safetensors");
  expect_parts(*scaled, 1);
}

TEST_F(WeightUploads, bringWhatPlainLoadingBringsToTheBit) {
  const auto source = all_types();
  for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
    WeightUpload upload(*source);
    expect_all(upload, *source);
    const test::DeviceLog log;
    upload.begin(test::simulated_device(), type, kBuffer);
    std::int64_t end = 0;
    std::map<std::string, at::Tensor> taken;
    for (const auto& [name, entry] : source->entries()) {
      const at::Tensor tensor = upload.take(name, {});
      EXPECT_EQ(tensor.sizes(), at::IntArrayRef(entry.shape));
      end = tensor.storage_offset() * static_cast<std::int64_t>(tensor.itemsize());
      EXPECT_EQ(end % WeightUpload::kAlignment, 0);
      end += static_cast<std::int64_t>(tensor.nbytes());
      taken.emplace(name, tensor);
    }
    upload.finish();
    EXPECT_EQ(log.count(DeviceCall::Kind::Allocation), 1);
    EXPECT_LE(log.count(DeviceCall::Kind::Upload), end / kBuffer + 1);
    for (const auto& [name, tensor] : taken) {
      EXPECT_TRUE(at::equal(tensor.cpu(), source->read(name, type))) << name << ' ' << type;
    }
  }
}

TEST_F(WeightUploads, bringWhatOnlyComesWhole) {
  const test::GeneratedWeights source({{"a", {3, 5}}, {"b", {5000}}, {"c", {2}}}, 1);
  WeightUpload upload(source);
  expect_all(upload, source);
  upload.begin(test::simulated_device(), at::kFloat, kBuffer);
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_TRUE(at::equal(upload.take(name, {}).cpu(), source.read(name, at::kFloat))) << name;
  }
}

/// A layer asks for another layout at once, when the copy is only queued.
TEST_F(WeightUploads, keepAnotherLayoutWithinTheBlock) {
  const auto source = all_types();
  WeightUpload upload(*source);
  expect_all(upload, *source);
  upload.begin(test::simulated_device(), at::kFloat, kBuffer);
  const at::Tensor taken = upload.take("float", {});
  const test::DeviceLog log;
  const at::Tensor finished = upload.kept(taken, taken.contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(log.count(DeviceCall::Kind::Allocation), 1) << "the other layout, which is gone again";
  EXPECT_TRUE(finished.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(finished.const_data_ptr(), taken.const_data_ptr());
  EXPECT_TRUE(at::equal(finished.cpu(), source->read("float", at::kFloat)));
  const at::Tensor wider = taken.to(at::kDouble);
  EXPECT_TRUE(upload.kept(taken, wider).is_same(wider)) << "another type has memory of its own";
}

TEST_F(WeightUploads, hearAStopBetweenBuffersAndLeaveNothingBehind) {
  const test::MemoryInUse before = test::memory_in_use();
  const auto source = all_types();
  {
    WeightUpload upload(*source);
    expect_all(upload, *source);
    upload.begin(test::simulated_device(), at::kFloat, kBuffer);
    EXPECT_TRUE(upload.take("double", {}).defined());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(upload.take("e4m3", stop.get_token()).defined()) << "was sent already";
    EXPECT_THROW(static_cast<void>(upload.take("wide", stop.get_token())), Interrupted);
  }
  EXPECT_EQ(test::memory_in_use(), before);
}

TEST_F(WeightUploads, tellOfNumbersThatAreNotFiniteAndLeaveNothingBehind) {
  const test::MemoryInUse before = test::memory_in_use();
  at::Tensor bad = at::ones({4000});
  bad[3999] = std::numeric_limits<float>::infinity();
  const auto source = open({{"a", at::ones({9})}, {"b", bad}});
  {
    WeightUpload upload(*source);
    expect_all(upload, *source);
    upload.begin(test::simulated_device(), at::kFloat, kBuffer);
    EXPECT_TRUE(upload.take("a", {}).defined());
    EXPECT_THROW(static_cast<void>(upload.take("b", {})), BadInput);
  }
  EXPECT_EQ(test::memory_in_use(), before);
}

/// What a scope takes on `meta` is what it then finds on the device.
TEST_F(WeightUploads, areToldByAScopeOfShapesWhatItTakes) {
  const auto source = all_types();
  const auto take = [](const WeightScope& root) {
    return std::vector{root.take("wide", {4, 700}), root.take("float", {5, 2, 3, 3})};
  };
  BuildOptions options{.type = at::kHalf, .device = at::kMeta};
  options.upload = std::make_shared<WeightUpload>(*source);
  take(WeightScope(*source, options));
  options.device = test::simulated_device();
  const test::DeviceLog log;
  options.upload->begin(options.device, options.type, kBuffer);
  const std::vector<at::Tensor> taken = take(WeightScope(*source, options));
  EXPECT_EQ(log.count(DeviceCall::Kind::Allocation), 1);
  EXPECT_TRUE(taken[0].is_alias_of(taken[1]));
  EXPECT_LT(taken[0].storage_offset(), taken[1].storage_offset()) << "in the order in which they are taken";
  EXPECT_TRUE(at::equal(taken[1].cpu(), source->read("float", at::kHalf)));
}

}  // namespace
}  // namespace tstitch
