#include "core/control/body_pose_decoding.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "core/base/check.h"

namespace tstitch {
namespace {

constexpr double kSmoothing = 3.0;  // deviation in pixels
constexpr int kSmoothingRadius = 12;
constexpr int kSamples = 10;  // of the field along a limb, ends included
constexpr double kGoodSamples = 0.8;
constexpr int kFewestParts = 4;
constexpr double kLeastMeanScore = 0.4;
constexpr double kLongestLimb = 0.5;  // of the maps' height; longer ones lose score

struct Peak {
  cv::Point place;
  double score = 0;
};
using Peaks = std::vector<Peak>;

struct Connection {
  std::size_t from = 0, to = 0;  ///< places in the two parts' lists of peaks
  double score = 0;
};

/// A body while it is put together.
struct Draft {
  std::array<std::optional<std::size_t>, kBodyParts> peaks;
  double score = 0;
};

float level(const cv::Mat& map, int y, int x) {
  const bool inside = y >= 0 && y < map.rows && x >= 0 && x < map.cols;
  return inside ? map.at<float>(y, x) : 0.0F;
}

/// Where a map is higher than at its four neighbours; of equal neighbours the last counts. The score is the unsmoothed
/// map's.
Peaks find_peaks(const cv::Mat& map, double threshold) {
  cv::Mat smooth;
  const int side = 2 * kSmoothingRadius + 1;
  cv::GaussianBlur(map, smooth, cv::Size(side, side), kSmoothing, kSmoothing, cv::BORDER_REFLECT);
  Peaks peaks;
  for (int y = 0; y < map.rows; ++y) {
    for (int x = 0; x < map.cols; ++x) {
      const float own = smooth.at<float>(y, x);
      if (own <= threshold) continue;
      const bool highest = own >= level(smooth, y - 1, x) && own >= level(smooth, y, x - 1) &&
                           own > level(smooth, y + 1, x) && own > level(smooth, y, x + 1);
      if (highest) peaks.push_back({{x, y}, map.at<float>(y, x)});
    }
  }
  return peaks;
}

/// How well the field leads from one place to the other, or nothing when it does not.
std::optional<double> limb_score(const cv::Mat& field_x, const cv::Mat& field_y, cv::Point from, cv::Point to,
                                 double threshold) {
  const cv::Point2d way = to - from;
  const double length = cv::norm(way);
  if (length == 0) return std::nullopt;
  double sum = 0;
  int good = 0;
  for (int i = 0; i < kSamples; ++i) {
    const cv::Point2d exact = cv::Point2d(from) + way * (static_cast<double>(i) / (kSamples - 1));
    const cv::Point place(cvRound(exact.x), cvRound(exact.y));
    const double along = (field_x.at<float>(place) * way.x + field_y.at<float>(place) * way.y) / length;
    sum += along;
    good += along > threshold ? 1 : 0;
  }
  const double score = sum / kSamples + std::min(kLongestLimb * field_x.rows / length - 1, 0.0);
  if (good <= kGoodSamples * kSamples || score <= 0) return std::nullopt;
  return score;
}

/// Matches the candidates of both ends, best first; none has two limbs of the same kind.
std::vector<Connection> match(const Peaks& from, const Peaks& to, const cv::Mat& field_x, const cv::Mat& field_y,
                              double threshold) {
  std::vector<Connection> candidates;
  for (std::size_t a = 0; a < from.size(); ++a) {
    for (std::size_t b = 0; b < to.size(); ++b) {
      const auto score = limb_score(field_x, field_y, from[a].place, to[b].place, threshold);
      if (score) candidates.push_back({a, b, *score});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Connection& a, const Connection& b) { return a.score > b.score; });
  std::vector<Connection> chosen;
  for (const Connection& candidate : candidates) {
    const bool taken = std::any_of(chosen.begin(), chosen.end(), [&](const Connection& other) {
      return other.from == candidate.from || other.to == candidate.to;
    });
    if (!taken) chosen.push_back(candidate);
  }
  return chosen;
}

class Assembly {
 public:
  explicit Assembly(const std::array<Peaks, kBodyParts>& peaks) : peaks_(peaks) {}

  void add(const BodyLimb& limb, const Connection& connection, bool may_begin) {
    const auto from = static_cast<std::size_t>(limb.from);
    const auto to = static_cast<std::size_t>(limb.to);
    auto owner = find(from, connection.from);
    auto other = find(to, connection.to);
    if (owner == drafts_.end() && other == drafts_.end()) {
      if (!may_begin) return;
      owner = drafts_.insert(drafts_.end(), Draft{});
      place(*owner, from, connection.from);
      place(*owner, to, connection.to);
    } else if (owner == other) {
      return;  // a second way between parts that already belong together
    } else if (other == drafts_.end()) {
      if (owner->peaks[to]) return;
      place(*owner, to, connection.to);
    } else if (owner == drafts_.end()) {
      if (other->peaks[from]) return;
      place(*other, from, connection.from);
      owner = other;
    } else {
      join(owner, other, connection.score);
      return;
    }
    owner->score += connection.score;
  }

  [[nodiscard]] std::vector<Body> bodies() const {
    std::vector<Body> bodies;
    for (const Draft& draft : drafts_) {
      const auto count =
          std::count_if(draft.peaks.begin(), draft.peaks.end(), [](const auto& p) { return p.has_value(); });
      if (count < kFewestParts || draft.score / static_cast<double>(count) < kLeastMeanScore) continue;
      Body body;
      for (std::size_t part = 0; part < kBodyParts; ++part) {
        if (draft.peaks[part]) body.parts[part] = cv::Point2d(peaks_[part][*draft.peaks[part]].place);
      }
      bodies.push_back(body);
    }
    return bodies;
  }

 private:
  using Drafts = std::vector<Draft>;

  Drafts::iterator find(std::size_t part, std::size_t peak) {
    return std::find_if(drafts_.begin(), drafts_.end(), [&](const Draft& draft) { return draft.peaks[part] == peak; });
  }

  void place(Draft& draft, std::size_t part, std::size_t peak) {
    draft.peaks[part] = peak;
    draft.score += peaks_[part][peak].score;
  }

  /// Two halves of one body, unless they have a part in common: then they are two bodies and the limb is wrong.
  void join(Drafts::iterator owner, Drafts::iterator other, double score) {
    for (std::size_t part = 0; part < kBodyParts; ++part) {
      if (owner->peaks[part] && other->peaks[part]) return;
    }
    for (std::size_t part = 0; part < kBodyParts; ++part) {
      if (other->peaks[part]) owner->peaks[part] = other->peaks[part];
    }
    owner->score += other->score + score;
    drafts_.erase(other);
  }

  const std::array<Peaks, kBodyParts>& peaks_;
  Drafts drafts_;
};

}  // namespace

std::vector<Body> decode_bodies(const std::vector<cv::Mat>& maps, const std::vector<cv::Mat>& fields,
                                const BodyPoseThresholds& thresholds) {
  TSTITCH_CHECK(maps.size() >= kBodyParts && fields.size() == 2 * kBodyLimbs.size(), maps.size(), " maps, ",
                fields.size(), " fields");
  std::array<Peaks, kBodyParts> peaks;
  for (std::size_t part = 0; part < kBodyParts; ++part) peaks[part] = find_peaks(maps[part], thresholds.part);
  Assembly assembly(peaks);
  for (std::size_t i = 0; i < kBodyLimbs.size(); ++i) {
    const BodyLimb& limb = kBodyLimbs[i];
    const auto field = static_cast<std::size_t>(limb.field);
    const auto connections = match(peaks[static_cast<std::size_t>(limb.from)], peaks[static_cast<std::size_t>(limb.to)],
                                   fields[field], fields[field + 1], thresholds.limb);
    for (const Connection& connection : connections) assembly.add(limb, connection, i < kDrawnLimbs);
  }
  return assembly.bodies();
}

}  // namespace tstitch
