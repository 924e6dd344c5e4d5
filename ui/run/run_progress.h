#pragma once

#include <QString>
#include <optional>

#include "core/engine/engine.h"

namespace tstitch::ui {

/// What one denoiser has done in this run, and what is left for it.
struct DenoiserProgress {
  int done = 0;
  int of = 0;
  double seconds = 0;  ///< of the evaluations done
  int skipped = 0;     ///< of those done: by an earlier run, whose state this one goes on from

  [[nodiscard]] std::optional<double> secondsEach() const {
    return done == skipped ? std::nullopt : std::optional(seconds / (done - skipped));
  }
};

/// Follows the events of one run: where it is, both rates and the time that is left. A value without widgets.
class RunProgress {
 public:
  RunProgress() = default;
  /// A run of that many evaluations, the first `small` of them by the small denoiser; `measured` serves where this run
  /// has not measured yet.
  RunProgress(int small, int evaluations, MeasuredSeconds measured);

  void take(const Event& event);
  /// The next cell of a grid, whose first `small` evaluations are the small denoiser's; what is known of the whole run
  /// stays.
  void beginCell(int small, int evaluations);
  /// How many pictures the whole run makes.
  void setPictures(int pictures) { pictures_ = pictures; }
  /// The one that is being made is let go.
  void skipPicture();

  /// `loading`, `sampling 12/25 small` or `decoding`, as the status label says it.
  [[nodiscard]] QString status() const;
  [[nodiscard]] int evaluations() const { return small_.of + large_.of; }
  [[nodiscard]] int pictures() const { return pictures_; }
  /// Saved or skipped.
  [[nodiscard]] int picturesDone() const { return picturesDone_; }
  [[nodiscard]] int done() const { return small_.done + large_.done; }
  [[nodiscard]] const DenoiserProgress& small() const { return small_; }
  [[nodiscard]] const DenoiserProgress& large() const { return large_; }
  [[nodiscard]] const LoadProgress& load() const { return load_; }
  [[nodiscard]] bool isLoading() const { return stage_ == Stage::Loading; }
  /// How much of the whole run's evaluations is done, 0..1.
  [[nodiscard]] double share() const;
  /// Of the whole run, all its pictures or cells, as soon as its evaluations are told; before, of this picture:
  /// remaining small evaluations at the small rate, remaining large ones at the large rate, and the decoding.
  [[nodiscard]] std::optional<double> secondsLeft() const;

 private:
  void begin(const StepBegun& step);
  void planRun(const EvaluationCounts& planned);
  void skip(int evaluations);
  [[nodiscard]] std::optional<double> secondsEach(const DenoiserProgress& progress, const char* name) const;
  [[nodiscard]] std::optional<double> secondsFor(int small, int large, int pictures) const;

  DenoiserProgress small_;
  DenoiserProgress large_;
  int smallPlanned_ = 0;  ///< of each picture
  DenoiserProgress smallOfRun_;
  DenoiserProgress largeOfRun_;
  int pictures_ = 1;
  int picturesDone_ = 0;
  bool runIsKnown_ = false;
  bool isGrid_ = false;
  MeasuredSeconds measured_;
  LoadProgress load_;
  Stage stage_ = Stage::Loading;
  std::optional<StepBegun> begun_;
};

/// "21 it/s" from one a second on, "1.8 s/it" below.
QString rateText(double secondsEach);
/// "0.8 s", "12 s", "3:05 min".
QString durationText(double seconds);
/// "5 s", "3:05 min": what is left is no finer than that.
QString timeLeftText(double seconds);
/// "12.4 MB".
QString bytesText(std::int64_t bytes);

}  // namespace tstitch::ui
