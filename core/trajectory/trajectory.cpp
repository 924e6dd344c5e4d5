#include "core/trajectory/trajectory.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/names.h"
#include "core/trajectory/split_rule.h"

namespace tstitch {

namespace {

std::vector<Timestep> timesteps_of(const SigmaSchedule& schedule) {
  std::vector<Timestep> timesteps;
  for (const Evaluation& evaluation : schedule.evaluations) timesteps.push_back(evaluation.level.timestep);
  return timesteps;
}

/// The seam place at or before that count.
int place_before(const std::vector<int>& places, int count) {
  return *std::prev(std::upper_bound(places.begin(), places.end(), count));
}

/// How a single ratio is read where a list would be `dit-multi`'s: by the same timesteps.
SplitRule rule_of_one_share(SplitRule rule, std::size_t denoisers) {
  return rule == SplitRule::DitMulti && denoisers > 2 ? SplitRule::Dit : rule;
}

/// Evaluations by the shares in the order of cost, before any seam is moved; one share leaves nothing to those between
/// the first and the last.
std::vector<int> asked_counts(const RatioSplit& split, std::size_t denoisers, const std::vector<Timestep>& timesteps) {
  const int total = static_cast<int>(timesteps.size());
  if (denoisers == 1) return {total};
  if (split.shares.size() == 1) {
    std::vector<int> counts(denoisers, 0);
    counts.front() = small_evaluation_count(rule_of_one_share(split.rule, denoisers), split.shares[0], timesteps);
    counts.back() = total - counts.front();
    return counts;
  }
  if (split.rule == SplitRule::DitMulti) return dit_multi_counts(split.shares, timesteps);
  std::vector<int> counts;
  Percent reached{0};
  int before = 0;
  for (const Percent share : split.shares) {
    reached.value += share.value;
    const int end = small_evaluation_count(split.rule, reached, timesteps);
    counts.push_back(end - before);
    before = end;
  }
  return counts;
}

std::string moved_sentence(const SigmaSchedule& schedule, int asked, int moved) {
  const int step = schedule.evaluations[static_cast<std::size_t>(moved)].step.value;
  return concat("The seam moved from evaluation ", asked, " to ", moved, ", the start of step ", step + 1, ": ",
                name_of(schedule.sampler), " makes a step with one denoiser.");
}

std::vector<Segment> segments_of(const RatioSplit& split, const std::vector<DenoiserChoice>& denoisers,
                                 const SigmaSchedule& schedule, std::string* note) {
  const std::vector<int> places = seam_places(schedule);
  const std::vector<int> counts = asked_counts(split, denoisers.size(), timesteps_of(schedule));
  const std::vector<DenoiserName> names = names_by_cost(denoisers);
  std::vector<Segment> segments;
  int asked = 0;
  int begin = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    asked += counts[i];
    const int end = place_before(places, asked);
    if (end != asked && note != nullptr) {
      *note = concat(*note, note->empty() ? "" : " ", moved_sentence(schedule, asked, end));
    }
    segments.push_back({names[i], end - begin, std::nullopt});
    begin = end;
  }
  return segments;
}

void require_sum(const std::vector<Segment>& segments, const SigmaSchedule& schedule) {
  long long sum = 0;
  for (const Segment& segment : segments) sum += segment.evaluations;
  const auto evaluations = static_cast<long long>(schedule.evaluations.size());
  if (sum == evaluations) return;
  throw UsageError(concat("The segments add up to ", sum, " evaluations; ", schedule.asked_steps, " steps of ",
                          name_of(schedule.sampler), " make ", evaluations, "."),
                   "--segments");
}

void require_whole_steps(const std::vector<Segment>& segments, const SigmaSchedule& schedule) {
  const std::vector<int> places = seam_places(schedule);
  int begin = 0;
  for (const Segment& segment : segments) {
    const int end = begin + segment.evaluations;
    const auto after = std::lower_bound(places.begin(), places.end(), end);
    if (*after != end) {
      throw UsageError(concat("The segment ", segment.denoiser, ":", segment.evaluations, " ends inside a step of ",
                              name_of(schedule.sampler), "."),
                       "--segments",
                       concat("Give it ", *std::prev(after) - begin, " or ", *after - begin, " evaluations."));
    }
    begin = end;
  }
}

const DenoiserChoice& denoiser_named(const GenerationRequest& request, const DenoiserName& name) {
  for (const DenoiserChoice& denoiser : request.denoisers) {
    if (denoiser.name == name) return denoiser;
  }
  throw UsageError(concat("\"", name, "\" is not a denoiser of this run."), "--segments");
}

/// Fills in the guidance, drops empty segments and joins neighbours that do not differ.
std::vector<Segment> resolved(const std::vector<Segment>& segments, const GenerationRequest& request) {
  std::vector<Segment> joined;
  for (Segment segment : segments) {
    if (segment.evaluations == 0) continue;
    const DenoiserChoice& denoiser = denoiser_named(request, segment.denoiser);
    if (!segment.guidance) segment.guidance = denoiser.guidance.value_or(request.guidance_scale);
    const bool continues = !joined.empty() && joined.back().denoiser == segment.denoiser &&
                           joined.back().guidance == segment.guidance && joined.back().prompt == segment.prompt;
    if (continues) {
      joined.back().evaluations += segment.evaluations;
    } else {
      joined.push_back(std::move(segment));
    }
  }
  return joined;
}

}  // namespace

const Segment& Trajectory::segment_at(EvaluationIndex evaluation) const {
  TSTITCH_CHECK(evaluation.value >= 0, evaluation.value);
  int end = 0;
  for (const Segment& segment : segments) {
    end += segment.evaluations;
    if (evaluation.value < end) return segment;
  }
  throw LogicError(concat("evaluation ", evaluation.value, " of a trajectory of ", end));
}

std::vector<DenoiserName> Trajectory::denoisers() const {
  std::vector<DenoiserName> names;
  for (const Segment& segment : segments) {
    if (std::find(names.begin(), names.end(), segment.denoiser) == names.end()) names.push_back(segment.denoiser);
  }
  return names;
}

std::vector<EvaluationIndex> Trajectory::seams() const {
  std::vector<EvaluationIndex> firsts;
  int begin = 0;
  for (const Segment& segment : segments) {
    if (begin != 0) firsts.push_back(EvaluationIndex{begin});
    begin += segment.evaluations;
  }
  return firsts;
}

std::vector<int> seam_places(const SigmaSchedule& schedule) {
  const auto& evaluations = schedule.evaluations;
  std::vector<int> places{0};
  for (std::size_t i = 1; i < evaluations.size(); ++i) {
    if (evaluations[i].step != evaluations[i - 1].step) places.push_back(static_cast<int>(i));
  }
  if (!evaluations.empty()) places.push_back(static_cast<int>(evaluations.size()));
  return places;
}

std::vector<DenoiserName> names_by_cost(const std::vector<DenoiserChoice>& denoisers) {
  std::vector<DenoiserName> names;
  names.reserve(denoisers.size());
  for (const DenoiserChoice& choice : denoisers) names.push_back(choice.name);
  const auto large = std::find(names.begin(), names.end(), "large");
  if (large != names.end()) std::rotate(large, large + 1, names.end());
  const auto small = std::find(names.begin(), names.end(), "small");
  if (small != names.end()) std::rotate(names.begin(), small, small + 1);
  return names;
}

Trajectory make_trajectory(const GenerationRequest& request, SigmaSchedule schedule, std::string* note) {
  require_valid(request);
  if (note != nullptr) note->clear();
  std::vector<Segment> segments;
  if (const auto* explicit_split = std::get_if<SegmentSplit>(&request.split)) {
    segments = explicit_split->segments;
    require_sum(segments, schedule);
    require_whole_steps(segments, schedule);
  } else {
    segments = segments_of(std::get<RatioSplit>(request.split), request.denoisers, schedule, note);
  }
  return {std::move(schedule), resolved(segments, request)};
}

}  // namespace tstitch
