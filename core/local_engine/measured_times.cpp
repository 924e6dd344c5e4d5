#include "core/local_engine/measured_times.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/base/version.h"
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
  return concat(file_stamp(facts), '|', extent.width, 'x', extent.height, '|', part, '|', place, '|',
                program_version());
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

constexpr const char* kPairs = "pairs";
constexpr std::size_t kMostPairs = 300;

/// What a run's figures are found by again: where its models lie, its size, and the keys of the figures themselves.
nlohmann::json record_of(const ResolvedRun& run, const std::string& place) {
  nlohmann::json record{{"width", run.request.extent.width},
                        {"height", run.request.extent.height},
                        {"passes", passes_of(run, run.owner, run.guidance_of(run.owner))},
                        {"place", place},
                        {"at", std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1)},
                        {"text", shared_key(run, "text", place)},
                        {"decode", shared_key(run, "decode", place)}};
  for (const auto& [name, parts] : run.models) {
    record["models"][name] = {parts.facts.path.string(), evaluation_key(run, name, place)};
  }
  return record;
}

std::int64_t age_of(const nlohmann::json& record) {
  const auto at = record.find("at");
  return at != record.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

/// One record for each set of models, size and place; the oldest goes.
void remember_pair(nlohmann::json& all, const ResolvedRun& run, const std::string& place) {
  if (run.models.size() < 2) return;
  nlohmann::json& records = all[kPairs];
  if (!records.is_object()) records = nlohmann::json::object();
  std::string key;
  for (const auto& [name, parts] : run.models) key += concat(name, ' ', evaluation_key(run, name, place), '\n');
  if (!is_valid_utf8(key)) return;
  records[key] = record_of(run, place);
  while (records.size() > kMostPairs) {
    records.erase(std::min_element(records.begin(), records.end(),
                                   [](const auto& a, const auto& b) { return age_of(a) < age_of(b); }));
  }
}

/// "cpu fp32 2" as three words; empty ones where it is written otherwise.
std::array<std::string, 3> words_of(const std::string& place) {
  std::array<std::string, 3> words;
  const std::size_t last = place.rfind(' ');
  if (last == std::string::npos || last == 0) return words;
  const std::size_t middle = place.rfind(' ', last - 1);
  if (middle == std::string::npos) return words;
  return {place.substr(0, middle), place.substr(middle + 1, last - middle - 1), place.substr(last + 1)};
}

/// Nothing where a figure is missing, or was taken by another version of the program.
std::optional<MeasuredPair> pair_in(const nlohmann::json& all, const nlohmann::json& record) {
  MeasuredPair pair;
  const auto models = record.find("models");
  if (models == record.end() || !models->is_object()) return std::nullopt;
  for (const auto& [name, model] : models->items()) {
    if (!model.is_array() || model.size() != 2 || !model[0].is_string() || !model[1].is_string()) return std::nullopt;
    const auto key = model[1].get<std::string>();
    const std::optional<double> seconds = number_at(all, key);
    if (!seconds || !key.ends_with(concat('|', program_version()))) return std::nullopt;
    pair.models[name] = model[0].get<std::string>();
    pair.evaluation[name] = *seconds;
  }
  pair.extent = {record.value("width", 0), record.value("height", 0)};
  pair.passes = record.value("passes", 2);
  const auto [device, precision, threads] = words_of(record.value("place", std::string()));
  pair.precision = precision;
  pair.device = concat(device, ", ", threads, threads == "1" ? " thread" : " threads");
  for (const char* part : {"text", "decode"}) {
    pair.fixed += number_at(all, record.value(part, std::string())).value_or(0);
  }
  return pair;
}

/// The new figure counts as its share says.
void blend(nlohmann::json& all, const std::string& key, double seconds, double share) {
  const std::optional<double> known = number_at(all, key);
  all[key] = known ? std::lerp(*known, seconds, share) : seconds;
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
  constexpr double kNewShare = 0.4;  // newer runs count more, one disturbed run does not move the figure much
  take(run, place, report, kNewShare);
}

void MeasuredTimes::replace(const ResolvedRun& run, const std::string& place, const RunReport& report) {
  take(run, place, report, 1);
}

void MeasuredTimes::take(const ResolvedRun& run, const std::string& place, const RunReport& report, double share) {
  nlohmann::json all = read_cache_file(file_);
  for (const SegmentTime& segment : report.segments) {
    if (mixes_passes(run, segment.denoiser)) continue;
    blend(all, evaluation_key(run, segment.denoiser, place), segment.seconds.value / segment.evaluations, share);
  }
  if (report.seconds.text > 0) blend(all, shared_key(run, "text", place), report.seconds.text, share);
  if (report.seconds.decode > 0 && report.picture) {
    blend(all, shared_key(run, "decode", place), report.seconds.decode, share);
  }
  remember_pair(all, run, place);
  write_cache_file(file_, all);
}

std::vector<MeasuredPair> MeasuredTimes::pairs() const {
  const nlohmann::json all = read_cache_file(file_);
  std::vector<std::pair<std::int64_t, MeasuredPair>> found;
  if (const auto records = all.find(kPairs); records != all.end() && records->is_object()) {
    for (const nlohmann::json& record : *records) {
      if (!record.is_object()) continue;
      try {
        if (auto pair = pair_in(all, record)) found.emplace_back(-age_of(record), std::move(*pair));
      } catch (const nlohmann::json::exception&) {
        continue;  // written by somebody else
      }
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<MeasuredPair> pairs;
  pairs.reserve(found.size());
  for (auto& [age, pair] : found) pairs.push_back(std::move(pair));
  return pairs;
}

}  // namespace tstitch
