#pragma once

#include <string>
#include <string_view>

#include <ATen/core/ivalue.h>
#include <c10/util/ArrayRef.h>

namespace tstitch {

/// How a step's report names an operator, and what it computes.
struct OperatorKind {
  std::string name;  ///< "convolution 3x3 (packed)"; one without a name of its own here keeps LibTorch's
  /// Two for each multiply-add of the plain algorithm, whichever one is used; 0 = not counted, memory bounds it.
  double flop = 0;
  double flop_per_result = 0;  ///< as many more for each number of its result
};

/// Of an operator by its name in LibTorch ("aten::conv2d") or that of our kernel ("tstitch::tiled_attention"), and what
/// it is called with.
OperatorKind operator_kind(std::string_view called, c10::ArrayRef<const c10::IValue> inputs);

}  // namespace tstitch
