#include "core/configs/weight_scales.h"

#include <gmock/gmock.h>

#include "core/base/text.h"
#include "tests/support/refusal.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string refusal(const TensorShapes& tensors) {
  return test::refusal_in("a.safetensors", [&] { return find_weight_scales(tensors, "a.safetensors"); });
}

// The case `types`: ComfyUI's scaled fp8, older and newer names.
TEST(WeightScales, areFoundBesideTheirWeights) {
  const WeightScales older = find_weight_scales({{"a.weight", {4, 3}},
                                                 {"a.scale_weight", {}},
                                                 {"a.scale_input", {1}},
                                                 {"a.bias", {4}},
                                                 {"model.diffusion_model.scaled_fp8", {0}}},
                                                "file");
  EXPECT_THAT(older.scale_of, ElementsAre(Pair("a.weight", "a.scale_weight")));
  EXPECT_THAT(older.company, ElementsAre("a.scale_input", "a.scale_weight", "model.diffusion_model.scaled_fp8"));
  const WeightScales newer = find_weight_scales(
      {{"a.weight", {4, 3}}, {"a.weight_scale", {4, 1}}, {"a.input_scale", {}}, {"a.comfy_quant", {30}}}, "file");
  EXPECT_THAT(newer.scale_of, ElementsAre(Pair("a.weight", "a.weight_scale")));
  EXPECT_EQ(without_scales({{"a.weight", {4, 3}}, {"a.weight_scale", {4}}}, "file"),
            (TensorShapes{{"a.weight", {4, 3}}}));
}

TEST(WeightScales, ofOtherKindsAreRefused) {
  EXPECT_THAT(refusal({{"a.scale_weight", {}}}), HasSubstr("a.scale_weight is the scale of no weight"));
  EXPECT_THAT(refusal({{"a.weight", {4, 64}}, {"a.weight_scale", {4, 2}}}), HasSubstr("scales for blocks of a weight"));
  EXPECT_THAT(refusal({{"a.weight", {4}}, {"a.weight_scale", {}}, {"a.scale_weight", {}}}), HasSubstr("two scales"));
}

TEST(WeightScales, otherWaysOfQuantisingAreNamed) {
  struct Case {
    const char* tensor;
    const char* name;
  };
  for (const Case& each :
       {Case{"to_q.weight.quant_state.bitsandbytes__nf4", "bitsandbytes (nf4, four bits)"},
        Case{"to_q.weight.quant_state.bitsandbytes__fp4", "bitsandbytes (fp4, four bits)"},
        Case{"to_q.weight.absmax", "bitsandbytes (four bits)"}, Case{"to_q.SCB", "bitsandbytes (int8)"},
        Case{"to_q.qzeros", "GPTQ or AWQ"}, Case{"to_q.g_idx", "GPTQ"}, Case{"to_q.weight._data", "Quanto"},
        Case{"to_q.wscales", "SVDQuant"}, Case{"to_q.W_q", "HQQ"}, Case{"to_q.weight_scale_2", "NVFP4"},
        Case{"to_q.weight_scale_inv", "fp8 in blocks"}}) {
    EXPECT_THAT(refusal({{"to_q.weight", {8, 8}}, {each.tensor, {8}}}),
                HasSubstr(concat("its weights are quantised by ", each.name)))
        << each.tensor;
  }
}

}  // namespace
}  // namespace tstitch
