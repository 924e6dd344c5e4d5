#include "ui/grid/grid_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/request/option_text.h"
#include "core/trajectory/ratio_grid.h"
#include "ui/grid/cell_table.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// A list of whole numbers as any language writes it; a comma or a semicolon stands between them.
std::string listText(const QString& text) {
  return plainDigits(text).replace(u';', u',').replace(QChar(0x061B), u',').toStdString();
}

/// Reads both fields; throws UsageError. An empty `Seeds` means the seed of Create.
GridAxes readAxes(const QString& ratios, const QString& seeds, std::uint64_t createSeed) {
  GridAxes axes{parse_percent_list(listText(ratios)), {createSeed}};
  if (!seeds.trimmed().isEmpty()) axes.seeds = parse_seed_list(listText(seeds));
  if (axes.ratios.size() * axes.seeds.size() > kMostCells)
    throw UsageError(concat("A grid has at most ", kMostCells, " cells."));
  return axes;
}

/// Marks the field where `parse` takes its text for no list.
template <class Parse>
void markList(QLineEdit* field, Parse parse) {
  QString sentence;
  try {
    if (!field->text().trimmed().isEmpty()) static_cast<void>(parse(listText(field->text())));
  } catch (const Error& error) {
    sentence = QString::fromStdString(error.sentence());
  }
  markUnreadable(field, sentence);
}

}  // namespace

GridPage::GridPage(QWidget* parent)
    : QWidget(parent),
      ratios_(new QLineEdit(QStringLiteral("0, 20, 40, 60, 80, 100"))),
      seeds_(new QLineEdit),
      make_(new QPushButton(tr("Make grid"))),
      continue_(new QPushButton(tr("Continue grid"))),
      retry_(new QPushButton(tr("Retry failed"))),
      export_(new QPushButton(tr("Export grid"))),
      summary_(remark()),
      problem_(remark()),
      table_(new CellTable) {
  ratios_->setAccessibleName(tr("Ratios"));
  ratios_->setToolTip(tr("Percent given to the small denoiser: 0, 20, 40"));
  seeds_->setAccessibleName(tr("Seeds"));
  seeds_->setToolTip(tr("Seeds: 3, 4, 7-9. Empty: the seed of Create"));
  make_->setObjectName(QStringLiteral("primary"));
  problem_->setObjectName(QStringLiteral("problem"));
  auto* bar = new QWidget;
  bar->setObjectName(QStringLiteral("gridBar"));
  auto* fields = new QHBoxLayout(bar);
  fields->setContentsMargins(16, 12, 16, 16);
  fields->setSpacing(12);
  fields->addWidget(captioned(tr("Ratios, %"), ratios_), 2);
  fields->addWidget(captioned(tr("Seeds"), seeds_), 1);
  fields->addWidget(make_, 0, Qt::AlignBottom);
  for (QPushButton* button : {continue_, retry_, export_}) fields->addWidget(button, 0, Qt::AlignBottom);
  continue_->hide();
  retry_->hide();
  auto* lines = new QHBoxLayout;
  lines->setContentsMargins(16, 8, 16, 0);
  lines->addWidget(summary_, 1);
  lines->addWidget(problem_, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(bar);
  layout->addLayout(lines);
  auto* frame = new QVBoxLayout;
  frame->setContentsMargins(16, 0, 16, 16);
  frame->addWidget(table_);
  layout->addLayout(frame, 1);
  table_->setModel(&model_);
  connect(ratios_, &QLineEdit::textChanged, this, &GridPage::update);
  connect(seeds_, &QLineEdit::textChanged, this, &GridPage::update);
  for (const QLineEdit* field : {ratios_, seeds_})
    connect(field, &QLineEdit::textChanged, this, &GridPage::axesChanged);
  connect(make_, &QPushButton::clicked, this, &GridPage::makeRequested);
  connect(continue_, &QPushButton::clicked, this, &GridPage::continueRequested);
  connect(retry_, &QPushButton::clicked, this, &GridPage::continueRequested);
  connect(export_, &QPushButton::clicked, this, &GridPage::exportRequested);
  connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
    if (index.isValid() && !model_.cell(index).path.isEmpty()) Q_EMIT cellOpened(model_.cell(index).path);
  });
  setSummary(tr("One picture for every ratio and seed, with the settings of Create."));
  updateExport();
  update();
}

GridAxes axesOf(const GridJob& job) {
  GridAxes axes;
  for (const std::string& ratio : job.axes.at(0).values) axes.ratios.push_back(parse_percent(ratio));
  for (const std::string& seed : job.axes.at(1).values) axes.seeds.push_back(parse_seed_list(seed).front());
  return axes;
}

std::vector<GridAxis> gridAxesOf(const GridAxes& axes) {
  std::vector<GridAxis> written{{"ratio", {}}, {"seed", {}}};
  for (const Percent ratio : axes.ratios) written[0].values.push_back(text_of(ratio));
  for (const std::uint64_t seed : axes.seeds) written[1].values.push_back(concat(seed));
  return written;
}

std::optional<GridAxes> GridPage::axes() const {
  try {
    return readAxes(ratios_->text(), seeds_->text(), createSeed_);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void GridPage::setCreateSeed(std::uint64_t seed) {
  createSeed_ = seed;
  seeds_->setPlaceholderText(QString::number(seed));
}

void GridPage::setCreateProblems(const QString& problems) {
  createProblems_ = problems;
  update();
}

void GridPage::restore(const StudioState& state) {
  ratios_->setText(state.ratios.get());
  seeds_->setText(state.seeds.get());
}

void GridPage::store(StudioState& state) const {
  state.ratios.set(ratios_->text());
  state.seeds.set(seeds_->text());
}

void GridPage::begin(const GridAxes& axes) {
  model_.begin(axes.ratios, axes.seeds);
  table_->fitCells();
  showStand();
  continue_->hide();
  retry_->hide();
  updateExport();
}

void GridPage::setSummary(const QString& text) {
  summary_->setText(text);
  summary_->setAccessibleName(tr("Grid: %1").arg(text));
}

QStringList GridPage::standParts() const {
  QStringList parts{tr("%1 of %2 saved").arg(model_.count(CellState::Saved)).arg(model_.cellCount())};
  const int failed = model_.count(CellState::Failed);
  const int stopped = model_.count(CellState::Stopped);
  if (stopped > 0) parts << tr("%1 stopped").arg(stopped);
  if (failed > 0) parts << tr("%1 failed: %2").arg(QString::number(failed), model_.firstFailure());
  return parts;
}

void GridPage::showStand() {
  setSummary(standParts().join(QStringLiteral(", ")));
  updateExport();
}

void GridPage::showEnd(int sharedPercent) {
  QStringList parts = standParts();
  if (parts.size() == 1) parts << tr("saved %1 % by shared steps").arg(sharedPercent);
  setSummary(parts.join(QStringLiteral(", ")));
  continue_->setVisible(model_.count(CellState::Stopped) > 0);
  retry_->setVisible(model_.count(CellState::Failed) > 0);
  updateExport();
}

void GridPage::updateExport(bool exporting) {
  bool any = false;
  for (int number = 0; number < model_.cellCount(); ++number) any |= model_.cell(number).state == CellState::Saved;
  export_->setEnabled(any && !exporting);
}

void GridPage::update() {
  markList(ratios_, [](const std::string& text) { return parse_percent_list(text); });
  markList(seeds_, [](const std::string& text) { return parse_seed_list(text); });
  QString text = createProblems_;
  try {
    readAxes(ratios_->text(), seeds_->text(), createSeed_);
  } catch (const Error& error) {
    text = inWindowWords(error.sentence());
  }
  problem_->setText(text);
  make_->setEnabled(text.isEmpty());
}

int sharedStepsPercent(const std::vector<Percent>& ratios, int seeds, int evaluations,
                       const std::map<DenoiserName, int>& run) {
  const double alone = static_cast<double>(ratios.size()) * seeds * evaluations;
  double together = 0;
  for (const auto& [name, count] : run) together += count;
  return alone <= 0 ? 0 : std::max(0, static_cast<int>(std::lround(100 * (1 - together / alone))));
}

}  // namespace tstitch::ui
