#include "ui/plan/plan_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/plan/memory_view.h"
#include "ui/plan/plan_point_view.h"
#include "ui/plan/plan_rows.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr double kMostSeconds = 86'400;

}  // namespace

PlanPage::PlanPage(QWidget* parent)
    : QWidget(parent),
      pair_(new QLabel),
      stitch_(new QLabel),
      factTable_(new RowList(RowList::Kind::Table, tr("Facts"))),
      bench_(new QLabel),
      benchNow_(new QPushButton(tr("Bench"))),
      measuredTable_(new RowList(RowList::Kind::Table, tr("Measured"))),
      measuredRemark_(
          remark(tr("Pairs that were timed on this machine, here or with tstitch bench, stand here; a press "
                    "on one puts it into Create."))),
      memory_(new MemoryView),
      plot_(new PlanPointView(points_)),
      pointTable_(new RowList(RowList::Kind::Table, tr("Points"))),
      budget_(new DecimalField),
      best_(new QLabel),
      useBest_(new QPushButton(tr("Use the best"))),
      measureRatios_(new QPushButton(tr("Measure ratios"))),
      remark_(remark()) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(24);
  layout->addWidget(buildFacts(), 1);
  layout->addWidget(buildPlot(), 1);
  connectControls();
  setPair({}, tr("no pair is chosen"), {});
  setBench(tr("not measured"), false);
  setMeasured({});
  setMeasuring(false, {});
  showBest();
}

QWidget* PlanPage::buildFacts() {
  QFont large = font();
  large.setPointSizeF(large.pointSizeF() * 1.3);
  large.setBold(true);
  pair_->setFont(large);
  stitch_->setWordWrap(true);
  factTable_->setModel(&facts_);
  factTable_->setFocusPolicy(Qt::StrongFocus);
  measuredTable_->setModel(&measured_);
  benchNow_->setToolTip(tr("Times a few steps of each model, the text and the decoder"));
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(pair_);
  layout->addWidget(stitch_);
  layout->addWidget(factTable_, 3);
  auto* bench = new QHBoxLayout;
  bench->addWidget(bench_, 1);
  bench->addWidget(benchNow_);
  layout->addLayout(bench);
  layout->addWidget(heading(tr("Measured")));
  layout->addWidget(measuredRemark_);
  layout->addWidget(measuredTable_, 2);
  return part;
}

QWidget* PlanPage::buildPlot() {
  budget_->setAccessibleName(tr("Plan budget"));
  budget_->setRange(0, kMostSeconds);
  budget_->setDecimals(1);
  budget_->setSuffix(tr(" s"));
  budget_->setSpecialValueText(tr("no limit"));
  best_->setWordWrap(true);
  pointTable_->setModel(&points_);
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(heading(tr("Memory over the run")));
  layout->addWidget(memory_);
  layout->addSpacing(8);
  layout->addWidget(heading(tr("Time against difference")));
  layout->addWidget(plot_, 2);
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(new QLabel(tr("Within")));
  line->addWidget(budget_);
  line->addWidget(best_, 1);
  line->addWidget(useBest_);
  layout->addLayout(line);
  layout->addWidget(pointTable_, 2);
  auto* measure = new QHBoxLayout;
  measure->addWidget(remark_, 1);
  measure->addWidget(measureRatios_);
  layout->addLayout(measure);
  return part;
}

void PlanPage::connectControls() {
  connect(benchNow_, &QPushButton::clicked, this, &PlanPage::benchWanted);
  connect(measureRatios_, &QPushButton::clicked, this, &PlanPage::ratiosWanted);
  connect(measuredTable_, &RowList::rowPressed, this, &PlanPage::measuredChosen);
  connect(pointTable_, &RowList::rowPressed, this, &PlanPage::pointChosen);
  connect(plot_, &PlanPointView::chosen, this, &PlanPage::pointChosen);
  connect(budget_, &DecimalField::valueChanged, this, &PlanPage::showBest);
  connect(useBest_, &QPushButton::clicked, this, [this] {
    const auto best = bestWithin(points_.measured(), budget_->value() > 0 ? budget_->value() : kMostSeconds);
    if (best) Q_EMIT pointChosen(static_cast<int>(*best));
  });
}

void PlanPage::setPair(const QString& name, const QString& stitch, const QStringList& facts) {
  pair_->setText(name);
  pair_->setVisible(!name.isEmpty());
  stitch_->setText(tr("Stitch: %1").arg(stitch));
  if (facts_.stringList() != facts) facts_.setStringList(facts);
}

void PlanPage::setBench(const QString& text, bool possible) {
  bench_->setText(tr("Bench: %1").arg(text));
  benchNow_->setEnabled(possible);
}

void PlanPage::setMeasured(const QStringList& rows) {
  if (measured_.stringList() != rows) measured_.setStringList(rows);
  measuredRemark_->setVisible(rows.isEmpty());
}

void PlanPage::setMemory(const std::optional<ResidencyPlan>& plan) {
  memory_->show(plan);
}

void PlanPage::setPoints(std::vector<PlanPoint> measured, const std::vector<PlanPoint>& predicted) {
  points_.show(std::move(measured), predicted);
  showBest();
}

void PlanPage::setMeasuring(bool possible, const QString& remark) {
  measureRatios_->setEnabled(possible);
  remark_->setText(remark);
}

void PlanPage::showBest() {
  const double budget = budget_->value();
  plot_->setBudget(budget > 0 ? std::optional(budget) : std::nullopt);
  const auto best = bestWithin(points_.measured(), budget > 0 ? budget : kMostSeconds);
  useBest_->setEnabled(best.has_value());
  if (best) return best_->setText(pointText(points_.measured()[*best]));
  best_->setText(points_.measured().empty() ? QString() : tr("nothing that was measured is as fast"));
}

void PlanPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  Q_EMIT shown();
}

}  // namespace tstitch::ui
