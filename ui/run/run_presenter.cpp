#include "ui/run/run_presenter.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/jobs/grid_files.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/engine/engine_client.h"
#include "ui/generate/trajectory_bar.h"
#include "ui/grid/grid_page.h"
#include "ui/preview/picture_actions.h"
#include "ui/preview/picture_view.h"
#include "ui/run/run_caption.h"
#include "ui/run/run_strip.h"
#include "ui/session/session.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

QString pathText(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

QSize finalSizeOf(const RunOrder& order) {
  const Extent& extent = order.pictures().request.extent;
  return {extent.width, extent.height};
}

}  // namespace

QString sentenceOf(const Failed& failed) {
  return inWindowWords(error_of(failed).sentence());
}

RunPresenter::RunPresenter(Session& session, RunViews views, QObject* parent)
    : QObject(parent), session_(session), views_(views), pump_(session.previews(), views.picture) {
  connectSession();
  views_.strip.setStatus(tr("loading"));  // the engine, then the pair
}

void RunPresenter::connectSession() {
  connect(&session_, &Session::runStarted, this, [this](RunId run) {
    running_&& running_ != run&& session_.running(*running_) ? others_.push_back(run) : start(run);
  });
  connect(&session_, &Session::runEvent, this, &RunPresenter::take);
  connect(&session_, &Session::runEnded, this, &RunPresenter::end);
  connect(&views_.strip, &RunStrip::skipRequested, this, [this] {
    if (running_) session_.skipPicture(*running_, order_->isGrid() ? cell_ : 0);
  });
  connect(&views_.strip, &RunStrip::folderWanted, this,
          [this](const QString& file) { views_.notice.say(openFolderOf(file), NoticeMatter::File); });
  connect(&session_, &Session::pictureSkipped, this, [this](RunId run) {
    if (running_ != run) return;
    progress_.skipPicture();
    if (order_->isGrid()) views_.grid.model()->setStopped(cell_);
    showProgress();
  });
  connect(&session_, &Session::gridEnded, this, &RunPresenter::endGrid);
  connect(&session_.engine(), &EngineClient::standingChanged, this, [this] {
    const bool isComing = session_.engine().standing() != EngineStanding::Ready && !session_.engine().isGivenUp();
    if (isComing && !running_ && !ended_) views_.strip.setStatus(tr("loading"));
  });
  connect(&session_, &Session::engineRestarted, this, [this] {
    restarted_ = true;
    if (running_ || !ended_) views_.strip.setStatus(tr("engine restarted"));
  });
  connect(&session_, &Session::prepareStarted, this, [this] {
    views_.notice.withdraw(NoticeMatter::Loading);
    if (!ended_ && !restarted_) views_.strip.setStatus(tr("loading"));
  });
  connect(&session_, &Session::prepareEvent, this, &RunPresenter::showPrepareEvent);
  connect(&session_, &Session::prepared, this, [this](const Outcome& outcome) {
    if (running_) return;
    restarted_ = false;
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

void RunPresenter::start(RunId run) {
  running_ = run;
  order_ = session_.running(run);
  ended_ = false;
  restarted_ = false;
  barIsTouched_ = false;
  cell_ = -1;
  cellPicture_.reset();
  seedIsTold_ = false;
  views_.notice.withdraw(NoticeMatter::Run);
  views_.strip.setStatus(tr("loading"));
  progress_ = RunProgress(order_->small, order_->evaluations, order_->measured);
  progress_.setSecond(order_->second, order_->secondMeasured);
  progress_.setPictures(order_->pictureCount());
  views_.strip.setSkippable(true);
  if (order_->isGrid()) {
    views_.notice.withdraw(NoticeMatter::Export);
    shownGrid_ = order_;
    beginGrid();
  } else {
    pump_.begin(run, finalSizeOf(*order_));
  }
  Q_EMIT shown(run);
  showProgress();
}

void RunPresenter::beginGrid() {
  QStringList notes;
  for (const CellOrder& cell : order_->cells) notes << QString::fromStdString(cell.note);
  views_.grid.begin(GridTable(order_->grid().axes, order_->grid().across), notes);
}

void RunPresenter::showGrid(const RunOrder& order, const GridRecord& record) {
  if (running_) return;
  order_ = shownGrid_ = std::make_shared<const RunOrder>(order);
  beginGrid();
  RatioGridModel& model = *views_.grid.model();
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    const CellRecord& cell = record.cells[i];
    const int number = static_cast<int>(i);
    if (cell.state == tstitch::CellState::Failed) model.setFailed(number, inWindowWords(cell.error));
    if (cell.state != tstitch::CellState::Saved) continue;
    const std::filesystem::path file = order.pictures().output.path / cell.file;
    model.setSaved(number, pathText(file), {}, cell.seconds);
    loadPictureAsync(pathText(file), this, [this, number, cell, grid = shownGrid_](const LoadedPicture& loaded) {
      if (grid == shownGrid_) views_.grid.model()->setSaved(number, loaded.path, loaded.image, cell.seconds);
    });
  }
  model.stopRest();
  views_.grid.showEnd(std::nullopt);
}

void RunPresenter::take(RunId run, const Event& event) {
  if (running_ != run) return;
  progress_.take(event);
  if (std::holds_alternative<StepBegun>(event)) restarted_ = false;
  if (const auto* warning = std::get_if<Warning>(&event)) {
    views_.notice.say(inWindowWords(warning->text), NoticeMatter::Run);
  } else if (order_->isGrid()) {
    takeGridEvent(event);
  } else if (std::holds_alternative<PreviewReady>(event)) {
    pump_.wake();
  } else if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    takePicture(saved->image);
  }
  showProgress();
}

void RunPresenter::takePicture(const SavedImage& saved) {
  pump_.end();
  if (saved.image) views_.picture.showSaved(toQImage(*saved.image), pathText(saved.file));
  pump_.begin(*running_, finalSizeOf(*order_));
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
  } else if (const auto* counts = std::get_if<EvaluationCounts>(&event)) {
    takeCounts(*counts);
  } else if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    cellPicture_ = saved->image;
  } else if (const auto* ended = std::get_if<CellEnded>(&event)) {
    endCell(*ended);
  }
}

/// How much less the cells that are still to be made cost together than each alone.
void RunPresenter::takeCounts(const EvaluationCounts& counts) {
  const RatioGridModel& model = *views_.grid.model();
  int alone = 0;
  PassCounts second;
  for (std::size_t i = 0; i < order_->cells.size() && static_cast<int>(i) < model.cellCount(); ++i) {
    if (model.cell(static_cast<int>(i)).state != CellState::Waiting) continue;
    const CellOrder& cell = order_->cells[i];
    alone += cell.evaluations + cell.second.evaluations;
    if (!cell.note.empty()) continue;  // another cell's picture
    second.small += cell.second.small * order_->grid().repeats;
    second.evaluations += cell.second.evaluations * order_->grid().repeats;
  }
  progress_.setSecondOfRun(second);
  if (alone > 0) views_.grid.setShared(sharedStepsPercent(alone, counts.evaluations));
}

void RunPresenter::beginCell(int cell) {
  cell_ = cell;
  cellPicture_.reset();
  RatioGridModel& model = *views_.grid.model();
  if (cell < 0 || cell >= model.cellCount()) return;
  const auto known = static_cast<std::size_t>(cell) < order_->cells.size();
  const CellOrder own = known ? order_->cells[static_cast<std::size_t>(cell)] : CellOrder{0, order_->evaluations};
  progress_.beginCell(own.small, own.evaluations, own.second);
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
  views_.strip.setStatus(restarted_ ? tr("engine restarted") : progress_.status());
  views_.strip.showProgress(progress_);
  Q_EMIT progressed(progress_.share());
  if (order_->isGrid()) return;
  views_.picture.setRunState(progress_.status());
  if (barIsTouched_) return;
  const PassProgress& first = progress_.firstPass();
  const PassProgress& second = progress_.secondPass();
  views_.bar.showProgress({progress_.done(), first.small.of, first.of(), {second.small.of, second.of()}});
}

void RunPresenter::end(RunId run, const Outcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  if (running_ != run) return leaveOut(run, failed == nullptr ? QString() : sentenceOf(*failed));
  const RunReport& report = report_of(outcome);
  close();
  if (failed != nullptr) {
    setEnding(tr("failed: %1").arg(sentenceOf(*failed)), true);
  } else if (std::holds_alternative<Cancelled>(outcome) || report.images.empty()) {
    setEnding(tr("cancelled"));
  } else {
    const QString file = pathText(report.images.back().file);
    setEnding(tr("saved %1").arg(file));
    views_.strip.setCaption(runCaption(*order_, report), file);
  }
  Q_EMIT runOver();
  showNext();
}

void RunPresenter::leaveOut(RunId run, const QString& problem) {
  std::erase(others_, run);
  views_.notice.say(problem, NoticeMatter::Run);
}

void RunPresenter::showNext() {
  if (others_.empty()) return;
  const RunId next = others_.front();
  others_.pop_front();
  start(next);
}

void RunPresenter::endGrid(RunId run, const GridReport& report, const QString& problem) {
  if (running_ != run) return leaveOut(run, problem);
  endCells(report, problem);
  views_.grid.showEnd(sharedStepsPercent(report.evaluations_alone, report.evaluations));
  close();
  setEnding(gridEnding(report, problem), views_.grid.model()->count(CellState::Failed) > 0);
  Q_EMIT runOver();
  showNext();
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

void RunPresenter::close() {
  pump_.end();
  running_.reset();
  Q_EMIT progressed(std::nullopt);
  views_.strip.clearProgress();
  views_.strip.setSkippable(false);
  views_.bar.clearProgress();
  views_.picture.setRunState({});
}

void RunPresenter::setEnding(const QString& status, bool failed) {
  ended_ = true;
  views_.strip.setStatus(status);
  Q_EMIT ended(status, failed);
}

void RunPresenter::showExported(const QString& path) {
  if (!running_) setEnding(tr("saved %1").arg(path));
}

void RunPresenter::showEngineProblem(const QString& sentence) {
  if (running_) return;
  if (!sentence.isEmpty()) return setEnding(tr("failed: %1").arg(sentence), true);
  ended_ = false;
  views_.strip.setStatus(tr("loading"));
}

void RunPresenter::showPrepareEvent(const Event& event) {
  if (running_) return;
  if (const auto* load = std::get_if<LoadProgress>(&event)) views_.strip.showLoad(*load);
  if (const auto* warning = std::get_if<Warning>(&event)) {
    views_.notice.say(inWindowWords(warning->text), NoticeMatter::Loading);
  }
}

}  // namespace tstitch::ui
