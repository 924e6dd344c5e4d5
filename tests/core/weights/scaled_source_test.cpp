#include "core/weights/scaled_source.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_files.h"

namespace tstitch {
namespace {

class Scaled : public testing::Test {
 protected:
  std::unique_ptr<WeightSource> open(const std::map<std::string, at::Tensor>& tensors) const {
    test::write_tensors(folder_.path() / "w.safetensors", tensors);
    return open_weight_file(folder_.path() / "w.safetensors");
  }

  std::string refusal(const std::map<std::string, at::Tensor>& tensors) const {
    try {
      (void)open(tensors)->read("a.weight", at::kFloat);
    } catch (const BadInput& error) {
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
};

const at::Tensor& eighths() {
  static const at::Tensor values = at::arange(0, 12, at::kFloat).reshape({4, 3}) / 8;
  return values;
}

// The case `types`: what an eight-bit weight means is it times its scale.
TEST_F(Scaled, fp8OfBothKindsMeansItsScaleTimesItself) {
  for (const at::ScalarType fp8 : {at::kFloat8_e4m3fn, at::kFloat8_e5m2}) {
    const at::Tensor stored = eighths().to(fp8);
    const auto source = open({{"a.weight", stored},
                              {"a.scale_weight", at::full({}, 0.3F)},
                              {"a.scale_input", at::full({}, 5.0F)},
                              {"b.weight", stored},
                              {"scaled_fp8", at::zeros({0}, fp8)}});
    EXPECT_EQ(source->entries().size(), 2U);
    EXPECT_TRUE(at::equal(source->read("a.weight", at::kFloat), stored.to(at::kFloat) * 0.3F));
    EXPECT_TRUE(at::equal(source->read("a.weight", at::kHalf), (stored.to(at::kFloat) * 0.3F).to(at::kHalf)));
    EXPECT_TRUE(at::equal(source->read("b.weight", at::kFloat), stored.to(at::kFloat)));
  }
}

TEST_F(Scaled, aScaleMayBeOneForEachRow) {
  const at::Tensor rows = at::tensor({1.0F, 2.0F, 0.5F, 4.0F});
  const auto source =
      open({{"a.weight", eighths().to(at::kFloat8_e4m3fn)}, {"a.weight_scale", rows.to(at::kBFloat16)}});
  EXPECT_TRUE(at::equal(source->read("a.weight", at::kFloat),
                        eighths().to(at::kFloat8_e4m3fn).to(at::kFloat) * rows.reshape({4, 1})));
}

TEST_F(Scaled, whatCannotBeMultipliedIsRefused) {
  const at::Tensor fp8 = eighths().to(at::kFloat8_e4m3fn);
  EXPECT_THAT(refusal({{"a.weight", eighths().to(at::kChar)}, {"a.weight_scale", at::full({}, 0.3F)}}),
              testing::HasSubstr("quantised to whole numbers with scales"));
  EXPECT_THAT(refusal({{"a.weight", fp8}, {"a.weight_scale", at::full({}, 3e38F) * 10}}),
              testing::HasSubstr("not finite"));
  EXPECT_THAT(refusal({{"a.weight", fp8}, {"a.weight_scale", at::full({}, 3e38F)}, {"b", at::zeros({1})}}),
              testing::HasSubstr("not finite with its scale"));
}

}  // namespace
}  // namespace tstitch
