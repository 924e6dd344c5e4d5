#include "ui/run/grid_desk.h"

#include <QDir>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/jobs/grid_export.h"
#include "core/models/model_index.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/settings_import.h"
#include "ui/grid/figure_pdf.h"
#include "ui/grid/grid_page.h"
#include "ui/grid/grid_restore.h"
#include "ui/run/grid_opener.h"
#include "ui/run/run_presenter.h"
#include "ui/session/session.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

/// The first `grid-NNNN` that does not lie in that folder.
QString freeGridFolder(const QString& folder) {
  const QDir place(folder);
  for (int number = 1;; ++number) {
    const QString name = QStringLiteral("grid-%1").arg(number, 4, 10, QLatin1Char('0'));
    if (!place.exists(name)) return place.absoluteFilePath(name);
  }
}

std::filesystem::path exportedGrid(const std::filesystem::path& folder, ExportFormat format) {
  switch (format) {
    case ExportFormat::Png:
      return export_grid(folder, GridFormat::Png);
    case ExportFormat::Svg:
      return export_grid(folder, GridFormat::Svg);
    case ExportFormat::Pdf:
      return exportFigurePdf(folder);
    case ExportFormat::Csv:
      return export_grid(folder, GridFormat::Csv);
    case ExportFormat::Json:
      return export_grid(folder, GridFormat::Json);
    case ExportFormat::WebP:
      break;
  }
  return export_grid(folder, GridFormat::WebP);
}

}  // namespace

GridDesk::GridDesk(Session& session, GridViews views, MakeJob makeJob, QObject* parent)
    : QObject(parent),
      session_(session),
      views_(views),
      makeJob_(std::move(makeJob)),
      opener_(new GridOpener(session.engine(), this)),
      restore_(new GridRestore(*views.page.form(), this)) {
  connectPage();
  connect(&session_.queue(), &JobQueue::loaded, this, &GridDesk::showLeftGrid);
  connect(opener_, &GridOpener::opened, &views_.presenter, &RunPresenter::showGrid);
  const auto say = [this](const QString& sentence) { views_.notice.say(sentence, NoticeMatter::File); };
  connect(opener_, &GridOpener::problemFound, this, say);
  connect(restore_, &GridRestore::problemFound, this, say);
  connect(restore_, &GridRestore::restored, this, &GridDesk::restore);
}

void GridDesk::connectPage() {
  connect(&views_.page, &GridPage::makeRequested, this, &GridDesk::make);
  connect(&views_.page, &GridPage::continueRequested, this, &GridDesk::goOn);
  connect(&views_.page, &GridPage::exportRequested, this, &GridDesk::exportShown);
  connect(&views_.page, &GridPage::wantedChanged, this, &GridDesk::estimate);
  connect(&views_.page, &GridPage::openRequested, this,
          [this](const QString& folder) { opener_->open(folder, makeJob_(views_.panel.request())); });
}

/// Pending ones before those that failed or were stopped, the last of each.
void GridDesk::showLeftGrid() {
  const QueuedJob* left = nullptr;
  for (const QueuedJob& job : session_.queue().jobs()) {
    const bool isBetter = left == nullptr || job.state == JobState::Pending || left->state != JobState::Pending;
    if (job.order->isGrid() && isBetter) left = &job;
  }
  if (left != nullptr) opener_->reopen(left->order);
}

PairDenoisers GridDesk::pairDenoisers() const {
  return [pairs = views_.pairs.pairs()](const std::string& name) {
    const PairEntry* known = pair_named(pairs, name);
    if (known == nullptr) throw UsageError(concat("No pair is called \"", name, "\"."));
    return known->defaults.denoisers;
  };
}

ShapeOf GridDesk::shapeOf() const {
  return [scheduler = views_.panel.scheduler()](const GenerationRequest& request) {
    const auto strength = request.source ? std::optional(request.source->strength) : std::nullopt;
    return CellShape{runShape(request.sampler, request.spacing, request.steps, scheduler, strength),
                     secondShape(request, scheduler)};
  };
}

void GridDesk::followRequest(const GenerationRequest& request) {
  views_.page.form()->setBase({request, pairDenoisers(), views_.panel.problems()});
}

void GridDesk::make() {
  const auto& wanted = views_.page.wanted();
  if (!wanted || !views_.panel.problems().isEmpty()) return;
  GridJob job{makeJob_(views_.panel.request()), wanted->axes, views_.page.form()->columns().toStdString()};
  job.repeats = views_.page.repeats();
  job.base.count = 1;
  job.base.output.path = freeGridFolder(QString::fromStdString(job.base.output.path.string())).toStdString();
  views_.panel.rememberPrompt();
  RunOrder order{job, 0, views_.panel.evaluations(), views_.panel.measured(), cellOrders(*wanted, shapeOf())};
  order.secondMeasured = views_.panel.secondMeasured();
  session_.submit(order);
}

void GridDesk::estimate() {
  constexpr std::size_t kMostEstimated = 500;  // at every key press
  const auto& wanted = views_.page.wanted();
  if (!wanted || wanted->cells.size() > kMostEstimated) return;
  const auto seconds =
      secondsOf(*wanted, cellOrders(*wanted, shapeOf()), views_.panel.measured(), views_.panel.secondMeasured());
  views_.page.setEstimate(seconds ? tr("about %1").arg(durationText(*seconds * views_.page.repeats()))
                                  : tr("time not measured yet"));
}

void GridDesk::goOn() {
  const auto grid = views_.presenter.shownGrid();
  if (grid && !session_.isRunning()) session_.queue().release(session_.submit(*grid));
}

void GridDesk::exportShown() {
  views_.page.updateExport(true);
  const auto write = [format = views_.page.exportFormat(), folder = shownFolder().toStdString()] {
    return QString::fromStdString(exportedGrid(folder, format).string());
  };
  writeInBackground(this, write, [this](const WrittenFile& file) {
    views_.page.updateExport();
    views_.notice.sayInstead(file.problem.isEmpty() ? tr("Exported to %1").arg(file.path) : file.problem,
                             NoticeMatter::Export);
    if (file.problem.isEmpty()) views_.presenter.showExported(file.path);
  });
}

/// Of the grid that is shown.
QString GridDesk::shownFolder() const {
  const auto grid = views_.presenter.shownGrid();
  const Job job = grid ? grid->pictures() : makeJob_(views_.panel.request());
  return QString::fromStdString(job.output.path.string());
}

void GridDesk::takeFile(const QString& path, std::function<void()> otherwise) {
  restore_->take(path, std::move(otherwise));
}

void GridDesk::restore(const QString& path, const GridRecord& record, const std::function<void()>& undo) {
  Q_EMIT pageWanted();
  if (record.request) {
    LoadedPicture figure;
    figure.path = path;
    figure.request = record.request;
    return views_.import.restore(figure, undo);
  }
  views_.notice.sayInstead(tr("The axes of %1 were restored.").arg(path), NoticeMatter::Settings,
                           {{tr("Undo settings"), undo}});
}

}  // namespace tstitch::ui
