#include "core/weights/weight_scope.h"

#include <algorithm>
#include <map>
#include <utility>

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/device/crossing.h"
#include "core/weights/convert.h"
#include "core/weights/weight_upload.h"

namespace tstitch {
namespace detail {

/// What one network took from its source so far, and what did not fit. Scopes of one network share it.
struct WeightLedger {
  const WeightSource& source;
  BuildOptions options;
  std::map<std::string, std::vector<std::int64_t>> used;  ///< name -> shape asked for
  std::vector<std::string> missing;
  std::vector<std::string> wrong_shape;  ///< "name expected [..], found [..]"
  std::vector<std::string> wrong_type;
  std::vector<std::string> hints;
  std::int64_t bytes_read = 0;

  [[nodiscard]] bool clean() const { return missing.empty() && wrong_shape.empty() && wrong_type.empty(); }
};

}  // namespace detail

namespace {

std::string shape_text(at::IntArrayRef shape) {
  std::vector<std::string> sides;
  for (const std::int64_t side : shape) sides.push_back(concat(side));
  return '[' + join(sides, ",") + ']';
}

/// What a mis-shaped first convolution tells about the checkpoint.
std::string hint_for(const std::string& name, at::IntArrayRef expected, at::IntArrayRef found) {
  if (!name.ends_with("conv_in.weight") || found.size() != 4 || expected.size() != 4) return {};
  if (found[1] == 2 * expected[1] + 1) return "This looks like an inpainting checkpoint; choose the text-to-image one.";
  if (found[1] == 2 * expected[1])
    return "This looks like an InstructPix2Pix checkpoint; choose the text-to-image one.";
  return {};
}

/// Notes what does not fit; true when the tensor can be read.
bool fits(detail::WeightLedger& ledger, const std::string& name, at::IntArrayRef shape) {
  const auto entry = ledger.source.entries().find(name);
  if (entry == ledger.source.entries().end()) {
    ledger.missing.push_back(name);
    return false;
  }
  if (shape != at::IntArrayRef(entry->second.shape)) {
    ledger.wrong_shape.push_back(
        concat(name, " expected ", shape_text(shape), ", found ", shape_text(entry->second.shape)));
    ledger.hints.push_back(hint_for(name, shape, entry->second.shape));
    return false;
  }
  if (!is_stored_type(entry->second.type)) {
    ledger.wrong_type.push_back(concat(name, " is ", entry->second.type, ", fp64, fp32, fp16, bf16 or fp8 expected"));
    return false;
  }
  return true;
}

/// "2 missing (first: a)"; empty for none.
std::string count_text(const std::vector<std::string>& names, std::string_view what) {
  if (names.empty()) return {};
  return concat(names.size(), " ", what, names.size() == 1 ? " (" : " (first: ", names.front(), ")");
}

bool is_harmless(const std::string& name, const std::vector<std::string>& harmless) {
  return std::any_of(harmless.begin(), harmless.end(), [&](const std::string& end) { return name.ends_with(end); });
}

std::vector<std::string> left_over(const detail::WeightLedger& ledger, const std::vector<std::string>& harmless) {
  std::vector<std::string> names;
  for (const auto& [name, entry] : ledger.source.entries()) {
    if (!ledger.used.contains(name) && !is_harmless(name, harmless)) names.push_back(name);
  }
  return names;
}

}  // namespace

WeightScope::WeightScope(const WeightSource& source, BuildOptions options)
    : ledger_(std::make_shared<detail::WeightLedger>(
          detail::WeightLedger{source, std::move(options), {}, {}, {}, {}, {}})) {}

WeightScope WeightScope::operator/(std::string_view part) const {
  WeightScope below = *this;
  below.path_ = path_.empty() ? std::string(part) : concat(path_, ".", part);
  return below;
}

WeightScope WeightScope::operator/(int index) const {
  return *this / concat(index);
}

at::Tensor WeightScope::take(std::string_view name, std::initializer_list<std::int64_t> shape) const {
  return take(name, shape, [](const at::Tensor& tensor) { return tensor; });
}

at::Tensor WeightScope::take(std::string_view name, std::initializer_list<std::int64_t> shape,
                             const std::function<at::Tensor(const at::Tensor&)>& finish) const {
  detail::WeightLedger& ledger = *ledger_;
  const BuildOptions& wanted = ledger.options;
  stop_point(wanted.stop);
  const std::string full = (*this / name).path_;
  TSTITCH_CHECK(ledger.used.emplace(full, shape).second, full, " is taken twice");
  const bool readable = fits(ledger, full, shape);
  const bool is_shared = wanted.shelf && ledger.source.is_stored(full);
  const bool lies_ready = is_shared && wanted.shelf->contains(full);
  if (wanted.device.is_meta()) {
    if (wanted.upload && readable && !lies_ready) wanted.upload->expect(full, shape);
    return finish(at::empty(shape, at::TensorOptions(wanted.type).device(wanted.device)));
  }
  if (!readable || !ledger.clean()) return finish(at::zeros({1}, wanted.type).to(wanted.device).expand(shape));
  if (lies_ready) return wanted.shelf->at(full);
  at::Tensor tensor = wanted.upload ? wanted.upload->take(full, wanted.stop) : at::Tensor();
  const bool is_uploaded = tensor.defined();
  if (!is_uploaded) {
    tensor = to_device(ledger.source.read(full, wanted.type, wanted.stop), wanted.device, Crossing::Weights);
  }
  ledger.bytes_read += static_cast<std::int64_t>(tensor.nbytes());
  if (wanted.progress) wanted.progress(ledger.bytes_read);
  at::Tensor finished = finish(tensor);
  if (is_uploaded) finished = wanted.upload->kept(tensor, finished);
  if (is_shared) wanted.shelf->emplace(full, finished);
  return finished;
}

std::vector<LowRankTerm> WeightScope::low_rank(std::string_view name) const {
  const at::Device device = ledger_->options.device;
  std::vector<LowRankTerm> terms = ledger_->source.low_rank((*this / name).path_);
  for (LowRankTerm& term : terms) {
    term = {to_device(term.down, device, Crossing::Weights), to_device(term.up, device, Crossing::Weights)};
  }
  return terms;
}

bool WeightScope::has(std::string_view name) const {
  return ledger_->source.entries().contains((*this / name).path_);
}

void WeightScope::skip(std::string_view part) const {
  const std::string prefix = (*this / part).path_ + '.';
  const auto& entries = ledger_->source.entries();
  for (auto entry = entries.lower_bound(prefix); entry != entries.end() && entry->first.starts_with(prefix); ++entry) {
    ledger_->used.emplace(entry->first, entry->second.shape);
  }
}

const BuildOptions& WeightScope::options() const {
  return ledger_->options;
}

const std::map<std::string, std::vector<std::int64_t>>& WeightScope::taken() const {
  return ledger_->used;
}

void WeightScope::require_complete(const std::vector<std::string>& harmless) const {
  const detail::WeightLedger& ledger = *ledger_;
  std::vector<std::string> findings;
  for (const std::string& text :
       {count_text(ledger.missing, "missing"), count_text(ledger.wrong_shape, "of wrong shape"),
        count_text(ledger.wrong_type, "of wrong type"), count_text(left_over(ledger, harmless), "left over")}) {
    if (!text.empty()) findings.push_back(text);
  }
  if (findings.empty()) return;
  const auto hint = std::find_if(ledger.hints.begin(), ledger.hints.end(), [](const auto& h) { return !h.empty(); });
  throw BadInput("tensors do not fit the network: " + join(findings, ", ") + ".", ledger.source.label(),
                 hint == ledger.hints.end() ? std::string() : *hint);
}

}  // namespace tstitch
