#include "core/weights/safetensors_source.h"

#include <limits>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/support/generated_weights.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class SafetensorsSourceTest : public testing::Test {
 protected:
  std::unique_ptr<WeightSource> open(const std::map<std::string, at::Tensor>& tensors) const {
    const fs::path path = folder_.path() / "w.safetensors";
    test::write_tensors(path, tensors);
    return open_weight_file(path);
  }

  std::string refusal(const at::Tensor& tensor, at::ScalarType type) const {
    const auto source = open({{"a.weight", tensor}});
    try {
      (void)source->read("a.weight", type);
    } catch (const BadInput& error) {
      EXPECT_EQ(error.where(), (folder_.path() / "w.safetensors").string());
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

TEST_F(SafetensorsSourceTest, listsNamesShapesAndTypes) {
  const auto source = open({{"a", at::ones({2, 3})}, {"b", at::ones({4}, at::kHalf)}, {"c", at::arange(3)}});
  EXPECT_EQ(source->entries().size(), 3U);
  EXPECT_EQ(source->entries().at("a").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(source->entries().at("b").type, at::kHalf);
  EXPECT_EQ(source->entries().at("c").type, at::kLong);
}

TEST_F(SafetensorsSourceTest, convertsEveryPairOfTypesAsLibTorchDoes) {
  // More than one piece, and a length that no vector width divides.
  const at::Tensor values = test::generated_tensor("values.bias", {1'500'007}, 3);
  for (const at::ScalarType stored : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16}) {
    const at::Tensor in_file = stored == at::kDouble ? values.to(stored) / 3.0 : values.to(stored);
    const auto source = open({{"a", in_file}});
    for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
      const at::Tensor read = source->read("a", type);
      EXPECT_EQ(read.scalar_type(), type);
      EXPECT_TRUE(at::equal(read, in_file.to(type))) << stored << " as " << type;
    }
  }
}

TEST_F(SafetensorsSourceTest, widensEveryHalfExactly) {
  const at::Tensor bits = at::arange(0, 65536, at::kInt).to(at::kShort);
  const at::Tensor halves = bits.view(at::kHalf);
  const at::Tensor finite = halves.index_select(0, halves.to(at::kFloat).isfinite().nonzero().flatten());
  const auto source = open({{"a", finite}});
  EXPECT_TRUE(at::equal(source->read("a", at::kFloat), finite.to(at::kFloat)));
}

TEST_F(SafetensorsSourceTest, readsScalarsAndEmptyTensors) {
  const auto source = open({{"empty", at::ones({0, 3})}, {"scalar", at::ones({})}});
  EXPECT_EQ(source->read("empty", at::kFloat).sizes(), at::IntArrayRef({0, 3}));
  EXPECT_EQ(source->read("scalar", at::kHalf).item<float>(), 1.0F);
}

TEST_F(SafetensorsSourceTest, nothingDependsOnTheFileAfterwards) {
  const at::Tensor values = test::generated_tensor("a", {1000}, 1);
  const auto source = open({{"a", values}});
  const at::Tensor read = source->read("a", at::kFloat);
  fs::resize_file(folder_.path() / "w.safetensors", 0);
  EXPECT_TRUE(at::equal(read, values));
  EXPECT_THROW((void)source->read("a", at::kFloat), BadInput);
}

TEST_F(SafetensorsSourceTest, refusesNumbersThatAreNotFinite) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                           -std::numeric_limits<double>::infinity()}) {
    for (const at::ScalarType stored : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16}) {
      for (const std::int64_t place : {0, 777'777, 1'499'999}) {
        at::Tensor values = at::ones({1'500'000}, stored);
        values.narrow(0, place, 1).fill_(bad);
        EXPECT_THAT(refusal(values, at::kFloat), testing::HasSubstr("a.weight holds a number that is not finite"))
            << bad << ' ' << stored << ' ' << place;
        EXPECT_THAT(refusal(values, at::kHalf), testing::HasSubstr("not finite"));
      }
    }
  }
}

TEST_F(SafetensorsSourceTest, aNumberTooLargeForTheComputeTypeIsSaid) {
  EXPECT_THAT(refusal(at::ones({3}).mul(70'000.0), at::kHalf), testing::HasSubstr("choose another precision"));
  EXPECT_EQ(refusal(at::ones({3}).mul(70'000.0), at::kBFloat16), "accepted");
  EXPECT_THAT(refusal(at::ones({3}, at::kDouble).mul(1e300), at::kFloat),
              testing::HasSubstr("choose another precision"));
}

TEST_F(SafetensorsSourceTest, refusesOtherTypes) {
  EXPECT_THAT(refusal(at::ones({2}, at::kLong), at::kFloat), testing::HasSubstr("a.weight is I64"));
  EXPECT_THAT(refusal(at::ones({2}, at::kBool), at::kFloat), testing::HasSubstr("a.weight is BOOL"));
}

TEST_F(SafetensorsSourceTest, stopsWithinATensor) {
  const auto source = open({{"a", at::ones({1'500'000})}});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)source->read("a", at::kFloat, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace tstitch
