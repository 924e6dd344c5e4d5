#pragma once

#include <cstddef>
#include <vector>

#include "ui/generate/run_shape.h"

namespace tstitch::ui {

/// The segments of a run as they are edited: always as many evaluations in all as the run has, at least one in each,
/// and a seam only where one may stand. What one gains others lose: those after it first, from near to far.
class SegmentList {
 public:
  SegmentList() = default;
  /// Other lengths are scaled to the run's.
  SegmentList(std::vector<Segment> segments, RunShape shape);

  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }
  /// The run has other evaluations now: each keeps its share.
  void setShape(RunShape shape);

  [[nodiscard]] bool canGrow() const;
  /// Half of a segment goes to a new one of another denoiser behind it.
  void add(std::size_t at, const DenoiserName& denoiser);
  /// Its half becomes a segment of its own.
  void split(std::size_t at);
  /// Its evaluations go to the one before it, else to the one after it. The last one stays.
  void remove(std::size_t at);
  /// Changes places with the one before it.
  void moveUp(std::size_t at);
  void setEvaluations(std::size_t at, int evaluations);
  /// Denoiser, guidance and prompt.
  void setKind(std::size_t at, const Segment& kind);

 private:
  void snap();
  void divide(std::size_t at, Segment second);
  [[nodiscard]] int total() const;

  std::vector<Segment> segments_;
  RunShape shape_;
};

}  // namespace tstitch::ui
