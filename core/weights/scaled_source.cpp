#include "core/weights/scaled_source.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/weights/convert.h"
#include "core/weights/mapped_source.h"

namespace tstitch {

ScaledSource::ScaledSource(std::unique_ptr<WeightSource> file, WeightScales scales)
    : file_(std::move(file)), scales_(std::move(scales)), entries_(file_->entries()) {
  for (const auto& [weight, scale] : scales_.scale_of) {
    const at::ScalarType type = entries_.at(weight).type;
    if (is_stored_type(type) && is_stored_type(entries_.at(scale).type)) continue;
    throw BadInput(concat("its weights are quantised to whole numbers with scales, which is not read (tensor ", weight,
                          " is ", type, ")."),
                   file_->label(), "Choose the model's fp32, fp16, bf16 or fp8 file.");
  }
  for (const std::string& name : scales_.company) entries_.erase(name);
}

at::Tensor ScaledSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  const auto found = scales_.scale_of.find(name);
  if (found == scales_.scale_of.end()) return file_->read(name, type, stop);
  at::Tensor weight = file_->read(name, at::kFloat, stop);
  const at::Tensor scale = file_->read(found->second, at::kFloat, stop);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(weight.dim()), 1);
  if (scale.numel() > 1) rows[0] = scale.numel();
  weight.mul_(scale.reshape(rows));
  weight = weight.to(type);
  if (!all_finite(weight.data_ptr(), type, static_cast<std::size_t>(weight.numel()))) {
    throw BadInput(concat("tensor ", name, " holds a number that is not finite with its scale."), file_->label());
  }
  return weight;
}

bool ScaledSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                             const std::stop_token& stop) const {
  return !scales_.scale_of.contains(name) && file_->read_part(name, first, target, stop);
}

double ScaledSource::number(const std::string& name) const {
  return scales_.scale_of.contains(name) ? WeightSource::number(name) : file_->number(name);
}

std::unique_ptr<WeightSource> with_scales(std::unique_ptr<WeightSource> file) {
  WeightScales scales = find_weight_scales(shapes_of(*file), file->label());
  if (scales.company.empty()) return file;
  return std::make_unique<ScaledSource>(std::move(file), std::move(scales));
}

}  // namespace tstitch
