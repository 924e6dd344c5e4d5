#pragma once

#include <QString>
#include <array>
#include <optional>

#include "core/engine/engine.h"
#include "ui/widgets/pass_counts.h"

namespace tstitch::ui {

/// What one denoiser has done, and what is left for it.
struct DenoiserProgress {
  int done = 0;
  int of = 0;
  double seconds = 0;  ///< of the evaluations done
  int skipped = 0;     ///< of those done: by an earlier run, whose state this one goes on from

  [[nodiscard]] std::optional<double> secondsEach() const {
    return done == skipped ? std::nullopt : std::optional(seconds / (done - skipped));
  }
};

/// The same of both.
struct PassProgress {
  DenoiserProgress small;
  DenoiserProgress large;

  [[nodiscard]] int done() const { return small.done + large.done; }
  [[nodiscard]] int of() const { return small.of + large.of; }
};

/// Follows the events of one run: where it is, both rates and the time that is left. A value without widgets. The
/// evaluations of a second pass count on after those of the first, at rates of their own.
class RunProgress {
 public:
  RunProgress() = default;
  /// A run of that many evaluations, the first `small` of them by the small denoiser; `measured` serves where this run
  /// has not measured yet.
  RunProgress(int small, int evaluations, MeasuredSeconds measured);

  /// Each picture has a second pass of so many, of which this was measured.
  void setSecond(const PassCounts& second, MeasuredSeconds measured);
  /// What the second passes of all cells of a grid together are.
  void setSecondOfRun(const PassCounts& second);
  void take(const Event& event);
  /// The next cell of a grid, whose first `small` evaluations are the small denoiser's; what is known of the whole run
  /// stays.
  void beginCell(int small, int evaluations, const PassCounts& second = {});
  /// How many pictures the whole run makes.
  void setPictures(int pictures) { pictures_ = pictures; }
  /// The one that is being made is let go.
  void skipPicture();

  /// `loading`, `sampling 12/25 small` or `decoding`, as the status label says it.
  [[nodiscard]] QString status() const;
  [[nodiscard]] int evaluations() const { return passes_[0].of() + passes_[1].of(); }
  [[nodiscard]] int pictures() const { return pictures_; }
  /// Saved or skipped.
  [[nodiscard]] int picturesDone() const { return picturesDone_; }
  [[nodiscard]] int done() const { return passes_[0].done() + passes_[1].done(); }
  /// Of the picture that is being made.
  [[nodiscard]] const PassProgress& firstPass() const { return passes_[0]; }
  [[nodiscard]] const PassProgress& secondPass() const { return passes_[1]; }
  [[nodiscard]] bool isInSecondPass() const { return passes_[1].of() > 0 && passes_[0].done() >= passes_[0].of(); }
  /// Counts of both passes with the rate of the one that goes on.
  [[nodiscard]] DenoiserProgress small() const { return joined(&PassProgress::small); }
  [[nodiscard]] DenoiserProgress large() const { return joined(&PassProgress::large); }
  [[nodiscard]] const LoadProgress& load() const { return load_; }
  [[nodiscard]] bool isLoading() const { return stage_ == Stage::Loading; }
  /// How much of the whole run's evaluations is done, 0..1.
  [[nodiscard]] double share() const;
  /// Of the whole run, all its pictures or cells, as soon as its evaluations are told; before, of this picture:
  /// remaining small evaluations at the small rate, remaining large ones at the large rate, and the decoding.
  [[nodiscard]] std::optional<double> secondsLeft() const;

 private:
  using Passes = std::array<PassProgress, 2>;

  void begin(const StepBegun& step);
  void finish(const StepDone& step);
  void planRun(const EvaluationCounts& planned);
  void giveOver(const PassCounts& told);
  void shareOut();
  void skip(int evaluations);
  [[nodiscard]] DenoiserProgress joined(DenoiserProgress PassProgress::*denoiser) const;
  [[nodiscard]] std::optional<double> secondsFor(std::size_t pass, const PassProgress& left) const;
  [[nodiscard]] double decodingLeft() const;

  Passes passes_;                      ///< of the picture that is being made
  std::array<PassCounts, 2> planned_;  ///< of each picture
  Passes ofRun_;
  PassCounts told_;         ///< of the whole run, both passes
  PassCounts secondOfRun_;  ///< a part of these
  int pictures_ = 1;
  int picturesDone_ = 0;
  bool runIsKnown_ = false;
  bool isGrid_ = false;
  std::array<MeasuredSeconds, 2> measured_;
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
