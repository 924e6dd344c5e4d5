#include "ui/grid/grid_page.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/jobs/job.h"
#include "ui/grid/cell_table.h"
#include "ui/grid/large_cell.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr int kLeastSide = 80;
constexpr int kPlotHeight = 168;

}  // namespace

GridPage::GridPage(QWidget* parent)
    : QWidget(parent),
      form_(new GridForm),
      make_(new QPushButton(tr("Make grid"))),
      continue_(new QPushButton(tr("Continue grid"))),
      retry_(new QPushButton(tr("Retry failed"))),
      open_(new QPushButton(tr("Open grid"))),
      format_(new QComboBox),
      export_(new QPushButton(tr("Export grid"))),
      compare_(new QPushButton(tr("Compare cells"))),
      size_(new QSlider(Qt::Horizontal)),
      repeats_(new WholeField),
      summary_(remark()),
      problem_(remark()),
      plan_(remark()),
      table_(new CellTable),
      large_(new LargeCell(table_)) {
  make_->setObjectName(QStringLiteral("primary"));
  problem_->setObjectName(QStringLiteral("problem"));
  auto* lines = new QHBoxLayout;
  lines->setContentsMargins(16, 8, 16, 0);
  lines->addWidget(summary_, 1);
  lines->addWidget(problem_, 1);
  lines->addWidget(plan_);
  plan_->setWordWrap(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(buildBar());
  layout->addLayout(lines);
  layout->addWidget(buildTools());
  auto* frame = new QVBoxLayout;
  frame->setContentsMargins(16, 0, 16, 16);
  frame->addWidget(table_, 1);
  frame->addWidget(buildPlot());
  layout->addLayout(frame, 1);
  table_->setModel(&model_);
  connectControls();
  setSummary(tr("One picture for every column and row, with the settings of Create."));
  updateExport();
  updateCompare();
  update();
}

QWidget* GridPage::buildBar() {
  auto* bar = new QWidget;
  bar->setObjectName(QStringLiteral("gridBar"));
  auto* fields = new QHBoxLayout(bar);
  fields->setContentsMargins(16, 12, 16, 16);
  fields->setSpacing(12);
  fields->addWidget(form_, 1);
  for (QPushButton* button : {make_, continue_, retry_, open_}) fields->addWidget(button, 0, Qt::AlignBottom);
  continue_->hide();
  retry_->hide();
  return bar;
}

QWidget* GridPage::buildTools() {
  auto* tools = new QWidget;
  auto* row = new QHBoxLayout(tools);
  row->setContentsMargins(16, 8, 16, 8);
  row->setSpacing(12);
  size_->setAccessibleName(tr("Cell size"));
  size_->setToolTip(tr("How large the cells are; at the left end they fill the width"));
  size_->setRange(kLeastSide - 1, 640);
  size_->setValue(kLeastSide - 1);
  size_->setMaximumWidth(200);
  auto* caption = new QLabel(tr("Size"));
  caption->setObjectName(QStringLiteral("muted"));
  row->addWidget(caption);
  row->addWidget(size_);
  auto* times = new QLabel(tr("Repeats"));
  times->setObjectName(QStringLiteral("muted"));
  repeats_->setAccessibleName(tr("Repeats"));
  repeats_->setToolTip(tr("Each way is run so often, and its seconds are the median; the pictures are made once"));
  repeats_->setRange(1, kMostRepeats);
  guardWheel(repeats_);
  row->addWidget(times);
  row->addWidget(repeats_);
  row->addStretch(1);
  format_->setAccessibleName(tr("Export format"));
  format_->setObjectName(QStringLiteral("formats"));
  for (const char* format : {"PNG", "SVG", "PDF", "CSV", "JSON", "WebP"}) format_->addItem(QLatin1String(format));
  for (QWidget* tool : std::initializer_list<QWidget*>{compare_, format_, export_}) row->addWidget(tool);
  return tools;
}

QWidget* GridPage::buildPlot() {
  plotArea_ = new QWidget;
  plotArea_->setFixedHeight(kPlotHeight);
  auto* row = new QHBoxLayout(plotArea_);
  row->setContentsMargins(0, 12, 0, 0);
  row->setSpacing(16);
  auto* lines = new RowList(RowList::Kind::Table, tr("Plot"));
  lines->setModel(&plot_);
  row->addWidget(new RatioPlotView(plot_), 1);
  row->addWidget(lines, 1);
  plotArea_->hide();
  return plotArea_;
}

void GridPage::connectControls() {
  connect(form_, &GridForm::edited, this, &GridPage::axesChanged);
  connect(form_, &GridForm::changed, this, [this] {
    estimate_.clear();
    update();
    Q_EMIT wantedChanged();
  });
  connect(repeats_, &QSpinBox::valueChanged, this, [this] {
    Q_EMIT wantedChanged();
    Q_EMIT axesChanged();
  });
  connect(make_, &QPushButton::clicked, this, &GridPage::makeRequested);
  connect(continue_, &QPushButton::clicked, this, &GridPage::continueRequested);
  connect(retry_, &QPushButton::clicked, this, &GridPage::continueRequested);
  connect(open_, &QPushButton::clicked, this, &GridPage::askFolder);
  connect(export_, &QPushButton::clicked, this, &GridPage::exportRequested);
  connect(compare_, &QPushButton::clicked, this, &GridPage::compareChosen);
  connect(size_, &QSlider::valueChanged, this, [this](int side) { table_->setSide(side < kLeastSide ? 0 : side); });
  connect(table_, &CellTable::chosenChanged, this, &GridPage::updateCompare);
  connect(table_, &CellTable::lookedAt, this, &GridPage::look);
  connect(table_, &QTableView::activated, this, &GridPage::openCell);
  connect(large_, &LargeCell::closed, table_, qOverload<>(&QWidget::setFocus));
  connect(large_, &LargeCell::opened, this, [this] { openCell(table_->currentIndex()); });
  connect(large_, &LargeCell::stepped, this, [this](int rows, int columns) {
    const QModelIndex at = table_->currentIndex();
    const QModelIndex next = model_.index(at.row() + rows, at.column() + columns);
    if (!next.isValid()) return;
    table_->setCurrentIndex(next);
    look(next);
  });
  connect(&measure_, &CellMeasure::measured, this, [this] {
    plot_.show(model_.points());
    plotArea_->setVisible(plot_.rowCount() > 0);
  });
}

void GridPage::look(const QModelIndex& index) {
  const int number = model_.numberOf(index.row(), index.column());
  large_->show(model_.cell(number).image, model_.label(number) + QStringLiteral("   ") + model_.caption(number));
}

void GridPage::openCell(const QModelIndex& index) {
  if (index.isValid() && !model_.cell(index).path.isEmpty()) Q_EMIT cellOpened(model_.cell(index).path);
}

void GridPage::askFolder() {
  auto* chooser = new QFileDialog(this, tr("Choose the folder of a grid"));
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setFileMode(QFileDialog::Directory);
  connect(chooser, &QFileDialog::fileSelected, this, &GridPage::openRequested);
  chooser->open();
}

void GridPage::updateCompare() {
  const QModelIndexList chosen = table_->chosen();
  const auto isSaved = [this](const QModelIndex& index) { return !model_.cell(index).path.isEmpty(); };
  compare_->setEnabled(chosen.size() == 2 && std::all_of(chosen.begin(), chosen.end(), isSaved));
  compare_->setToolTip(tr("Select two finished cells, the second one with Ctrl"));
}

void GridPage::compareChosen() {
  const QModelIndexList chosen = table_->chosen();
  if (chosen.size() == 2) Q_EMIT compareRequested(model_.cell(chosen[0]).path, model_.cell(chosen[1]).path);
}

void GridPage::setEstimate(const QString& sentence) {
  estimate_ = sentence;
  update();
}

int GridPage::repeats() const {
  return repeats_->value();
}

void GridPage::restore(const StudioState& state) {
  repeats_->setValue(state.gridRepeats.get());
  form_->restore(state);
}

void GridPage::store(StudioState& state) const {
  state.gridRepeats.set(repeats_->value());
  form_->store(state);
}

void GridPage::begin(GridTable table, const QStringList& notes) {
  shared_.reset();
  model_.begin(std::move(table), notes);
  table_->fitCells();
  showStand();
  continue_->hide();
  retry_->hide();
}

void GridPage::setSummary(const QString& text) {
  summary_->setText(text);
  summary_->setAccessibleName(tr("Grid: %1").arg(text));
}

void GridPage::setShared(int percent) {
  shared_ = percent;
  showStand();
}

QStringList GridPage::standParts() const {
  QStringList parts{tr("%1 of %2 saved").arg(model_.count(CellState::Saved)).arg(model_.cellCount())};
  const int failed = model_.count(CellState::Failed);
  const int stopped = model_.count(CellState::Stopped);
  if (stopped > 0) parts << tr("%1 stopped").arg(stopped);
  if (failed > 0) parts << tr("%1 failed: %2").arg(QString::number(failed), model_.firstFailure());
  if (parts.size() == 1 && shared_) parts << tr("saved %1 % by shared steps").arg(*shared_);
  return parts;
}

void GridPage::showStand() {
  setSummary(standParts().join(QStringLiteral(", ")));
  updateExport();
  updateCompare();
}

void GridPage::showEnd(std::optional<int> sharedPercent) {
  shared_ = sharedPercent;
  showStand();
  continue_->setVisible(model_.count(CellState::Stopped) > 0);
  retry_->setVisible(model_.count(CellState::Failed) > 0);
}

void GridPage::updateExport(bool exporting) {
  export_->setEnabled(model_.count(CellState::Saved) > 0 && !exporting);
}

ExportFormat GridPage::exportFormat() const {
  return static_cast<ExportFormat>(format_->currentIndex());
}

/// What keeps the grid from being made, or how much it would be.
void GridPage::update() {
  const QString problem = form_->problem();
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  plan_->setVisible(problem.isEmpty());
  make_->setEnabled(problem.isEmpty());
  if (!wanted()) return;
  table_->setGhost(GridTable(wanted()->axes, form_->columns().toStdString()));
  const int count = static_cast<int>(wanted()->cells.size());
  const QString pictures = count == 1 ? tr("1 picture") : tr("%n pictures", nullptr, count);
  plan_->setText(estimate_.isEmpty() ? pictures : tr("%1, %2").arg(pictures, estimate_));
}

int sharedStepsPercent(int alone, const std::map<DenoiserName, int>& run) {
  double together = 0;
  for (const auto& [name, count] : run) together += count;
  return alone <= 0 ? 0 : std::max(0, static_cast<int>(std::lround(100 * (1 - together / alone))));
}

}  // namespace tstitch::ui
