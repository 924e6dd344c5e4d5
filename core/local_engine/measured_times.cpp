#include "core/local_engine/measured_times.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/local_engine/run_denoisers.h"
#include "core/system/cache_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// As a key of a JSON file: readable.
std::string file_stamp(const ModelFacts& facts) {
  if (facts.stamps.empty()) return facts.path.string();
  const FileStamp& stamp = facts.stamps.front();
  return concat(stamp.path.string(), '|', stamp.size, '|', stamp.changed, '|', stamp.inode);
}

/// `place` says device, precision and threads; the part is a denoiser's passes, `text` or `decode`.
std::string key_of(const ModelFacts& facts, const Extent& extent, const std::string& part, const std::string& place) {
  return concat(file_stamp(facts), '|', extent.width, 'x', extent.height, '|', part, '|', place, '|', TSTITCH_VERSION);
}

std::string evaluation_key(const ResolvedRun& run, const DenoiserName& name, const std::string& place) {
  std::string part = concat(passes_of(run, name, run.guidance_of(name)), " passes");
  for (const ControlPart& control : run.controls) {
    const bool is_asked = control.network.adapter() == nullptr;  // a T2I-Adapter's features are only added
    if (is_asked && control.places.contains(name)) part += concat('+', file_stamp(control.network.facts));
  }
  return key_of(run.models.at(name).facts, run.request.extent, part, place);
}

std::string shared_key(const ResolvedRun& run, const char* part, const std::string& place) {
  return key_of(run.models.at(run.owner).facts, run.request.extent, part, place);
}

bool mixes_passes(const ResolvedRun& run, const DenoiserName& name) {
  const int passes = passes_of(run, name, run.guidance_of(name));
  return std::any_of(run.trajectory.segments.begin(), run.trajectory.segments.end(), [&](const Segment& segment) {
    return segment.denoiser == name &&
           passes_of(run, name, segment.guidance.value_or(run.request.guidance_scale)) != passes;
  });
}

std::optional<double> number_at(const nlohmann::json& all, const std::string& key) {
  const auto found = all.find(key);
  if (found == all.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// Newer runs count more, one disturbed run does not move the figure much.
void blend(nlohmann::json& all, const std::string& key, double seconds) {
  constexpr double kNewShare = 0.4;
  const std::optional<double> known = number_at(all, key);
  all[key] = known ? *known + kNewShare * (seconds - *known) : seconds;
}

}  // namespace

MeasuredTimes::MeasuredTimes(const fs::path& cache) : file_(cache / "measured.json") {}

MeasuredSeconds MeasuredTimes::of(const ResolvedRun& run, const std::string& place) const {
  const nlohmann::json all = read_cache_file(file_);
  MeasuredSeconds measured;
  for (const auto& [name, parts] : run.models) {
    if (const auto seconds = number_at(all, evaluation_key(run, name, place))) measured.evaluation[name] = *seconds;
  }
  measured.text = number_at(all, shared_key(run, "text", place));
  measured.decode = number_at(all, shared_key(run, "decode", place));
  return measured;
}

void MeasuredTimes::add(const ResolvedRun& run, const std::string& place, const RunReport& report) {
  nlohmann::json all = read_cache_file(file_);
  for (const SegmentTime& segment : report.segments) {
    if (mixes_passes(run, segment.denoiser)) continue;
    blend(all, evaluation_key(run, segment.denoiser, place), segment.seconds.value / segment.evaluations);
  }
  if (report.seconds.text > 0) blend(all, shared_key(run, "text", place), report.seconds.text);
  if (report.seconds.decode > 0 && report.picture) blend(all, shared_key(run, "decode", place), report.seconds.decode);
  write_cache_file(file_, all);
}

}  // namespace tstitch
