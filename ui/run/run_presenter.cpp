#include "ui/run/run_presenter.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/trajectory_bar.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"
#include "ui/run/generation_controller.h"
#include "ui/run/run_strip.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostRemembered = 1000;

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

}  // namespace

QString sentenceOf(const Failed& failed) {
  return inWindowWords(Error(failed.code, failed.what, failed.where, failed.hint).sentence());
}

RunPresenter::RunPresenter(GenerationController& controller, RunViews views, QObject* parent)
    : QObject(parent), controller_(controller), views_(views), pump_(controller.previews(), views.picture) {
  connectController();
}

void RunPresenter::connectController() {
  connect(&controller_, &GenerationController::runStarted, this, &RunPresenter::start);
  connect(&controller_, &GenerationController::runEvent, this, &RunPresenter::take);
  connect(&controller_, &GenerationController::previewPosted, &pump_, &PreviewPump::wake);
  connect(&controller_, &GenerationController::runEnded, this, &RunPresenter::end);
  connect(&controller_, &GenerationController::gridEnded, this, &RunPresenter::endGrid);
  connect(&controller_, &GenerationController::prepareStarted, this, [this] {
    views_.notice.withdraw(NoticeMatter::Loading);
    if (!ended_) views_.strip.setStatus(tr("loading"));
  });
  connect(&controller_, &GenerationController::prepareEvent, this, &RunPresenter::showPrepareEvent);
  connect(&controller_, &GenerationController::prepared, this, [this](const Outcome& outcome) {
    if (running_) return;
    views_.strip.clearProgress();
    if (!ended_) views_.strip.setStatus(tr("idle"));
    if (const auto* failed = std::get_if<Failed>(&outcome))
      views_.notice.say(sentenceOf(*failed), NoticeMatter::Loading);
  });
  connect(&views_.bar, &TrajectoryBar::smallCountChosen, this, [this] {
    barIsTouched_ = true;
    views_.bar.clearProgress();
  });
}

void RunPresenter::expect(RunId run, RunPlan plan) {
  if (plan.request) tellEarlier(*plan.request);
  plans_[run] = std::move(plan);
  if (running_ == run) start(run);
}

/// The same settings make the same picture again, which may not be what was meant.
void RunPresenter::tellEarlier(const GenerationRequest& request) {
  views_.notice.withdraw(NoticeMatter::Earlier);
  const auto made = std::find_if(made_.rbegin(), made_.rend(), [&](const auto& one) { return one.first == request; });
  if (made == made_.rend() || !QFileInfo::exists(made->second)) return;
  views_.notice.say(tr("The same settings made %1 before; the picture will be equal.").arg(made->second),
                    NoticeMatter::Earlier);
}

const RunPlan* RunPresenter::plan() const {
  const auto found = running_ ? plans_.find(*running_) : plans_.end();
  return found == plans_.end() ? nullptr : &found->second;
}

void RunPresenter::start(RunId run) {
  running_ = run;
  ended_ = false;
  barIsTouched_ = false;
  cell_ = -1;
  cellPicture_.reset();
  seedIsTold_ = false;
  views_.notice.withdraw(NoticeMatter::Run);
  views_.strip.setStatus(tr("loading"));
  const RunPlan* planned = plan();
  if (planned == nullptr) return;  // expect() follows
  progress_ = RunProgress(planned->small, planned->evaluations, planned->measured);
  progress_.setPictures(planned->pictures);
  if (planned->grid) {
    views_.notice.withdraw(NoticeMatter::Export);
    shownGrid_ = *planned;
    views_.grid.begin(*planned->grid);
  } else {
    views_.filmstrip.begin(planned->evaluations);
    pump_.begin(run, planned->finalSize);
  }
  showProgress();
}

void RunPresenter::take(RunId run, const Event& event) {
  if (running_ != run) return;
  progress_.take(event);
  const bool isGrid = plan() != nullptr && plan()->grid;
  if (const auto* warning = std::get_if<Warning>(&event)) {
    views_.notice.say(inWindowWords(warning->text), NoticeMatter::Run);
  } else if (isGrid) {
    takeGridEvent(event);
  } else if (const auto* begun = std::get_if<StepBegun>(&event)) {
    if (begun->evaluation.value == 0) views_.filmstrip.begin(begun->of);
  } else if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    views_.filmstrip.add(*preview);
  } else if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    takePicture(saved->image);
  }
  showProgress();
}

void RunPresenter::takePicture(const SavedImage& saved) {
  pump_.end();
  if (saved.image) views_.picture.showSaved(toQImage(*saved.image), pathText(saved.file));
  if (plan() != nullptr) pump_.begin(*running_, plan()->finalSize);
  if (plan() != nullptr && plan()->request) {
    made_.emplace_back(*plan()->request, pathText(saved.file));
    made_.back().first.seed = saved.seed;
    if (made_.size() > kMostRemembered) made_.pop_front();
  }
  if (!seedIsTold_) Q_EMIT seedUsed(saved.seed);
  seedIsTold_ = true;
}

void RunPresenter::takeGridEvent(const Event& event) {
  RatioGridModel& model = *views_.grid.model();
  if (const auto* begun = std::get_if<CellBegun>(&event)) {
    beginCell(begun->cell);
  } else if (const auto* done = std::get_if<StepDone>(&event)) {
    model.setProgress(cell_, (done->evaluation.value + 1.0) / std::max(done->of, 1));
  } else if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    model.setPreview(cell_, toQImage(*preview->image));
  } else if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    cellPicture_ = saved->image;
  } else if (const auto* ended = std::get_if<CellEnded>(&event)) {
    endCell(*ended);
  }
}

void RunPresenter::beginCell(int cell) {
  cell_ = cell;
  cellPicture_.reset();
  RatioGridModel& model = *views_.grid.model();
  if (cell < 0 || cell >= model.cellCount()) return;
  const RunPlan& planned = *plan();
  const auto column = static_cast<std::size_t>(model.indexOf(cell).column());
  progress_.beginCell(planned.smallOfColumn.at(column));
  model.setRunning(cell);
}

void RunPresenter::endCell(const CellEnded& ended) {
  RatioGridModel& model = *views_.grid.model();
  if (!ended.error.empty()) {
    model.setFailed(ended.cell, inWindowWords(ended.error));
    views_.grid.showStand();
    return;
  }
  const bool here = cellPicture_ && cellPicture_->file == ended.file && cellPicture_->image;
  model.setSaved(ended.cell, pathText(ended.file), here ? toQImage(*cellPicture_->image) : QImage(),
                 ended.seconds.value);
  views_.grid.showStand();
  if (here) return;
  // A cell that an earlier sitting made: its picture is on disk only.
  loadPictureAsync(pathText(ended.file), this, [this, ended](const LoadedPicture& loaded) {
    views_.grid.model()->setSaved(ended.cell, loaded.path, loaded.image, ended.seconds.value);
  });
}

void RunPresenter::showProgress() {
  views_.strip.setStatus(progress_.status());
  views_.strip.showProgress(progress_);
  if (plan() == nullptr || !plan()->grid) views_.picture.setRunState(progress_.status());
  if (barIsTouched_ || (plan() != nullptr && plan()->grid)) return;
  views_.bar.showProgress({progress_.done(), progress_.small().of, progress_.evaluations()});
}

void RunPresenter::end(RunId run, const Outcome& outcome) {
  const RunReport& report = report_of(outcome);
  close(run);
  if (const auto* failed = std::get_if<Failed>(&outcome)) {
    setEnding(tr("failed: %1").arg(sentenceOf(*failed)));
  } else if (std::holds_alternative<Cancelled>(outcome) || report.images.empty()) {
    setEnding(tr("cancelled"));
  } else {
    setEnding(tr("saved %1").arg(pathText(report.images.back().file)));
  }
  Q_EMIT runOver();
}

void RunPresenter::endGrid(RunId run, const GridReport& report, const QString& problem) {
  const auto found = plans_.find(run);
  if (found != plans_.end() && found->second.grid) {
    const GridAxes& axes = *found->second.grid;
    endCells(report, problem);
    views_.grid.showEnd(sharedStepsPercent(axes.ratios, static_cast<int>(axes.seeds.size()), found->second.evaluations,
                                           report.evaluations));
  }
  close(run);
  setEnding(gridEnding(report, problem));
  Q_EMIT runOver();
}

/// What keeps a grid from beginning is told of one cell and is true of all.
void RunPresenter::endCells(const GridReport& report, const QString& problem) {
  RatioGridModel& model = *views_.grid.model();
  const bool neverBegan = static_cast<int>(report.cells.size()) < model.cellCount() && !report.cancelled;
  const QString reason = problem.isEmpty() && neverBegan ? model.firstFailure() : problem;
  reason.isEmpty() ? model.stopRest() : model.failRest(reason);
}

QString RunPresenter::gridEnding(const GridReport& report, const QString& problem) const {
  const RatioGridModel& model = *views_.grid.model();
  const int failed = model.count(CellState::Failed);
  if (report.cancelled) return tr("cancelled");
  if (failed > 0) {
    return tr("failed: %1 of %2: %3")
        .arg(QString::number(failed), QString::number(model.cellCount()), model.firstFailure());
  }
  if (!problem.isEmpty()) return tr("failed: %1").arg(problem);
  const std::filesystem::path last = report.cells.empty() ? std::filesystem::path() : report.cells.back().file;
  return tr("saved %1").arg(pathText(report.composite.empty() ? last : report.composite));
}

void RunPresenter::close(RunId run) {
  pump_.end();
  plans_.erase(run);
  running_.reset();
  views_.strip.clearProgress();
  views_.bar.clearProgress();
  views_.picture.setRunState({});
}

void RunPresenter::setEnding(const QString& status) {
  ended_ = true;
  views_.strip.setStatus(status);
}

void RunPresenter::showExported(const QString& path) {
  if (!running_) setEnding(tr("saved %1").arg(path));
}

void RunPresenter::showPrepareEvent(const Event& event) {
  if (running_) return;
  if (const auto* load = std::get_if<LoadProgress>(&event)) views_.strip.showLoad(*load);
  if (const auto* warning = std::get_if<Warning>(&event)) {
    views_.notice.say(inWindowWords(warning->text), NoticeMatter::Loading);
  }
}

}  // namespace tstitch::ui
