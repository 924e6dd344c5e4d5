#include "core/configs/weight_scales.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

constexpr std::string_view kChooseOther = "Choose the model's fp32, fp16, bf16 or fp8 file.";

/// A way of quantising that is not read, told by the end or a piece of a tensor's name.
struct ForeignMark {
  std::string_view piece;
  std::string_view what;
};
constexpr std::array kForeignMarks{
    ForeignMark{".quant_state.bitsandbytes__nf4", "bitsandbytes (nf4, four bits)"},
    ForeignMark{".quant_state.bitsandbytes__fp4", "bitsandbytes (fp4, four bits)"},
    ForeignMark{".weight.absmax", "bitsandbytes (four bits)"},
    ForeignMark{".weight.quant_map", "bitsandbytes (four bits)"},
    ForeignMark{".SCB", "bitsandbytes (int8)"},
    ForeignMark{".wscales", "SVDQuant (four bits)"},
    ForeignMark{".smooth_factor", "SVDQuant (four bits)"},
    ForeignMark{".g_idx", "GPTQ"},
    ForeignMark{".qzeros", "GPTQ or AWQ"},
    ForeignMark{".weight._data", "Quanto"},
    ForeignMark{".weight.qdata", "torchao"},
    ForeignMark{"._weight_qdata", "torchao"},
    ForeignMark{".W_q", "HQQ"},
    ForeignMark{".weight_packed", "compressed-tensors"},
    ForeignMark{".weight_scale_2", "NVFP4 (four bits in blocks)"},
    ForeignMark{".weight_scale_inv", "fp8 in blocks"},
};

[[noreturn]] void refuse(std::string_view what, const std::string& tensor, const std::string& file) {
  throw BadInput(concat("its weights are quantised by ", what, ", which is not read (tensor ", tensor, ")."), file,
                 std::string(kChooseOther));
}

void refuse_foreign_kinds(const TensorShapes& tensors, const std::string& file) {
  for (const ForeignMark& mark : kForeignMarks) {
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& tensor) {
      const std::size_t place = tensor.first.find(mark.piece);
      if (place == std::string::npos) return false;
      const std::size_t end = place + mark.piece.size();
      return end == tensor.first.size() || tensor.first[end] == '.';
    });
    if (found != tensors.end()) refuse(mark.what, found->first, file);
  }
}

/// The name without an end of these; none where it has another.
std::optional<std::string> before(std::string_view name, std::initializer_list<std::string_view> ends) {
  for (const std::string_view end : ends) {
    if (name.ends_with(end)) return std::string(name.substr(0, name.size() - end.size()));
  }
  return std::nullopt;
}

bool is_mark(std::string_view name) {
  return name == "scaled_fp8" || name.ends_with(".scaled_fp8") || name.ends_with(".comfy_quant");
}

/// One number, or one for each row.
bool fits(const std::vector<std::int64_t>& scale, const std::vector<std::int64_t>& weight) {
  const std::int64_t count = element_count(scale);
  if (count == 1) return true;
  return !weight.empty() && !scale.empty() && scale[0] == weight[0] && count == weight[0];
}

}  // namespace

WeightScales find_weight_scales(const TensorShapes& tensors, const std::string& file) {
  refuse_foreign_kinds(tensors, file);
  WeightScales scales;
  for (const auto& [name, shape] : tensors) {
    if (is_mark(name)) scales.company.insert(name);
    if (const auto layer = before(name, {".scale_input", ".input_scale"});
        layer && tensors.contains(*layer + ".weight")) {
      scales.company.insert(name);
    }
    const auto layer = before(name, {".scale_weight", ".weight_scale"});
    if (!layer) continue;
    const auto weight = tensors.find(*layer + ".weight");
    if (weight == tensors.end()) throw BadInput(concat("tensor ", name, " is the scale of no weight."), file);
    if (!fits(shape, weight->second)) refuse("scales for blocks of a weight", name, file);
    if (!scales.scale_of.emplace(weight->first, name).second) {
      throw BadInput(concat("tensor ", weight->first, " has two scales."), file);
    }
    scales.company.insert(name);
  }
  return scales;
}

TensorShapes without_scales(TensorShapes tensors, const std::string& file) {
  for (const std::string& name : find_weight_scales(tensors, file).company) tensors.erase(name);
  return tensors;
}

}  // namespace tstitch
