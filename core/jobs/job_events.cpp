#include "core/jobs/job_events.h"

#include <utility>

#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/image/output_name.h"
#include "core/image/png.h"

namespace tstitch {

namespace {

/// "7-0012.png": seed and evaluation, counted from 1.
std::string preview_name(std::uint64_t seed, EvaluationIndex evaluation) {
  constexpr std::size_t kDigits = 4;
  std::string number = concat(evaluation.value + 1);
  number.insert(0, number.size() < kDigits ? kDigits - number.size() : 0, '0');
  return concat(seed, '-', number, ".png");
}

}  // namespace

JobEvents::JobEvents(const EventSink& sink, std::optional<std::filesystem::path> preview_folder)
    : sink_(sink), folder_(std::move(preview_folder)) {
  if (folder_) OutputNames(*folder_ / "").require_writable(1);
}

void JobEvents::pass_on(const Event& event, std::uint64_t seed) {
  if (const auto* warning = std::get_if<Warning>(&event)) return warn(warning->text);
  const auto* preview = std::get_if<PreviewReady>(&event);
  if (preview != nullptr && folder_) {
    replace_file(*folder_ / preview_name(seed, preview->evaluation), encode_png(*preview->image, {}));
  }
  sink_(event);
}

void JobEvents::warn(const std::string& text) {
  if (warned_.insert(text).second) sink_(Warning{text});
}

}  // namespace tstitch
