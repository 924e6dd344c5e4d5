#include "ui/run/run_caption.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "ui/run/run_progress.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

int evaluationsMade(const RunReport& report) {
  return std::accumulate(report.segments.begin(), report.segments.end(), 0,
                         [](int sum, const SegmentTime& segment) { return sum + segment.evaluations; });
}

std::vector<SegmentTime> segmentsOf(const PassCounts& counts) {
  std::vector<SegmentTime> segments;
  if (counts.small > 0) segments.push_back({"small", counts.small, {}});
  if (counts.evaluations > counts.small) segments.push_back({"large", counts.evaluations - counts.small, {}});
  return segments;
}

/// What was run lies in one list over both passes: the first `evaluations` of it.
std::vector<SegmentTime> beginningOf(const std::vector<SegmentTime>& segments, int evaluations) {
  std::vector<SegmentTime> beginning;
  for (SegmentTime segment : segments) {
    if (evaluations <= 0) break;
    segment.evaluations = std::min(segment.evaluations, evaluations);
    evaluations -= segment.evaluations;
    beginning.push_back(segment);
  }
  return beginning;
}

/// Of one picture's first pass: what was run, or what was ordered where an earlier run had done a part of it.
std::vector<SegmentTime> segmentsOf(const RunOrder& order, const RunReport& report) {
  const auto pictures = static_cast<int>(report.images.size());
  if (pictures == 1 && evaluationsMade(report) == order.evaluations + order.second.evaluations) {
    return beginningOf(report.segments, order.evaluations);
  }
  return segmentsOf(PassCounts{order.small, order.evaluations});
}

/// What the large denoiser takes over, it also makes of the second pass where that follows the first.
std::vector<SegmentTime> segmentsOfSecond(const RunOrder& order, const RunReport& report) {
  const bool follows = report.request.second_pass && !report.request.second_pass->share;
  const bool wasAsked = order.pictures().request.split == report.request.split;
  if (!follows || wasAsked) return segmentsOf(order.second);
  const auto* split = std::get_if<SegmentSplit>(&report.request.split);
  if (split == nullptr || split->segments.empty()) return segmentsOf(order.second);
  return {{split->segments.back().denoiser, order.second.evaluations, {}}};
}

QString percentText(const RunReport& report, const std::vector<SegmentTime>& segments) {
  const auto* ratio = std::get_if<RatioSplit>(&report.request.split);
  if (ratio != nullptr && ratio->shares.size() == 1) return tr("%1 %").arg(ratio->shares.front().value);
  int small = 0;
  int all = 0;
  for (const SegmentTime& segment : segments) {
    all += segment.evaluations;
    if (segment.denoiser == "small") small += segment.evaluations;
  }
  return tr("%1 %").arg(std::lround(100.0 * small / std::max(all, 1)));
}

QString sumText(const std::vector<SegmentTime>& segments) {
  QStringList counts;
  for (const SegmentTime& segment : segments) counts << QString::number(segment.evaluations);
  return counts.join(QStringLiteral(" + "));
}

QString countsText(const std::vector<SegmentTime>& first, const std::vector<SegmentTime>& second) {
  if (second.empty()) return tr("%1 evaluations").arg(sumText(first));
  return tr("%1, then %2 evaluations").arg(sumText(first), sumText(second));
}

std::optional<double> secondsOfLarge(const RunOrder& order, const RunReport& report) {
  for (const SegmentTime& segment : report.segments) {
    if (segment.denoiser == "large" && segment.evaluations > 0) return segment.seconds.value / segment.evaluations;
  }
  const auto known = order.measured.evaluation.find("large");
  return known == order.measured.evaluation.end() ? std::nullopt : std::optional(known->second);
}

/// What the evaluations of the large denoiser alone would take; nothing where that is not known.
std::optional<double> secondsOfAllLarge(const RunOrder& order, const RunReport& report) {
  if (order.second.evaluations == 0) {
    const auto each = secondsOfLarge(order, report);
    return each ? std::optional(order.evaluations * *each) : std::nullopt;
  }
  const auto& first = order.measured.evaluation;
  const auto& second = order.secondMeasured.evaluation;
  if (!first.contains("large") || !second.contains("large")) return std::nullopt;
  return order.evaluations * first.at("large") + order.second.evaluations * second.at("large");
}

/// "6.2 s (29 % saved)"
QString timeText(const RunOrder& order, const RunReport& report) {
  if (evaluationsMade(report) == 0) return tr("made ahead");
  const double fixed = report.seconds.text + report.seconds.decode;
  const double seconds = fixed + report.seconds.sample;
  const auto ofLarge = secondsOfAllLarge(order, report);
  const double pictures = static_cast<double>(report.images.size());
  const double allLarge = ofLarge ? fixed + pictures * *ofLarge : 0;
  const long saved = allLarge > 0 ? std::lround(100 * (1 - seconds / allLarge)) : 0;
  if (saved == 0) return durationText(seconds);
  return saved > 0 ? tr("%1 (%2 % saved)").arg(durationText(seconds)).arg(saved)
                   : tr("%1 (%2 % longer)").arg(durationText(seconds)).arg(-saved);
}

QString seedText(const RunReport& report) {
  const QString first = QString::number(report.images.front().seed);
  const QString last = QString::number(report.images.back().seed);
  return report.images.size() == 1 ? tr("seed %1").arg(first) : tr("seeds %1 to %2").arg(first, last);
}

}  // namespace

QString runCaption(const RunOrder& order, const RunReport& report) {
  if (order.isGrid() || report.images.empty()) return {};
  const std::vector<SegmentTime> segments = segmentsOf(order, report);
  QStringList parts{percentText(report, segments), countsText(segments, segmentsOfSecond(order, report)),
                    timeText(order, report), seedText(report)};
  if (report.images.size() > 1) parts.prepend(tr("%1 pictures").arg(report.images.size()));
  return parts.join(QStringLiteral(", "));
}

}  // namespace tstitch::ui
