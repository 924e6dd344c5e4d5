#include "ui/generate/segment_editor.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <algorithm>

#include "core/request/limits.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr int kShownRows = 4;

QPushButton* smallButton(const QString& text, const QString& name) {
  auto* button = new QPushButton(text);
  button->setObjectName(QStringLiteral("small"));
  button->setAccessibleName(name);
  button->setToolTip(name);
  return button;
}

QString rowText(const Segment& segment) {
  QString text = SegmentEditor::tr("%1 %2").arg(segment.evaluations).arg(QString::fromStdString(segment.denoiser));
  if (segment.guidance) {
    text = SegmentEditor::tr("%1, guidance %2").arg(text, shownNumber(*segment.guidance));
  }
  if (segment.prompt) text = SegmentEditor::tr("%1, \"%2\"").arg(text, QString::fromStdString(*segment.prompt));
  return text;
}

}  // namespace

SegmentEditor::SegmentEditor(QWidget* parent)
    : QWidget(parent),
      rows_(new RowList(RowList::Kind::Table, tr("Segments"))),
      add_(smallButton(tr("Add"), tr("Add segment"))),
      remove_(smallButton(tr("Remove"), tr("Remove segment"))),
      split_(smallButton(tr("Split"), tr("Split segment"))),
      up_(smallButton(QStringLiteral("\u2191"), tr("Move segment up"))),
      down_(smallButton(QStringLiteral("\u2193"), tr("Move segment down"))),
      model_(new QComboBox),
      count_(new WholeField),
      ownGuidance_(new DecimalField),
      prompt_(new QLineEdit) {
  rows_->setFixedHeight(rows_->fontMetrics().lineSpacing() * kShownRows + 8 * kShownRows + 12);
  model_->setAccessibleName(tr("Segment model"));
  count_->setAccessibleName(tr("Segment count"));
  ownGuidance_->setAccessibleName(tr("Segment guidance"));
  ownGuidance_->setRange(0, kMostGuidance);
  ownGuidance_->setDecimals(4);
  ownGuidance_->setSingleStep(0.5);
  prompt_->setAccessibleName(tr("Segment prompt"));
  prompt_->setPlaceholderText(tr("The run's prompt"));
  for (QWidget* field :
       {static_cast<QWidget*>(model_), static_cast<QWidget*>(count_), static_cast<QWidget*>(ownGuidance_)}) {
    guardWheel(field);
  }
  buildLayout();
  connectControls();
  showAll();
}

void SegmentEditor::buildLayout() {
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(6);
  for (QPushButton* button : {add_, split_, remove_, up_, down_}) buttons->addWidget(button);
  buttons->addStretch(1);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setHorizontalSpacing(12);
  layout->setVerticalSpacing(8);
  layout->addWidget(rows_, 0, 0, 1, 3);
  layout->addLayout(buttons, 1, 0, 1, 3);
  layout->addWidget(captioned(tr("Model"), model_), 2, 0);
  layout->addWidget(captioned(tr("Evaluations"), count_), 2, 1);
  layout->addWidget(captioned(tr("Guidance"), ownGuidance_), 2, 2);
  layout->addWidget(prompt_, 3, 0, 1, 3);
  for (int column = 0; column < 3; ++column) layout->setColumnStretch(column, 1);
}

void SegmentEditor::connectControls() {
  connect(rows_, &RowList::currentRowChanged, this, &SegmentEditor::showChosen);
  connect(add_, &QPushButton::clicked, this, [this] {
    const std::size_t at = chosen();
    list_.add(at, otherThan(list_.segments().at(at).denoiser));
    tell();
    rows_->setCurrentRow(static_cast<int>(at) + 1);
  });
  connect(split_, &QPushButton::clicked, this, [this] {
    list_.split(chosen());
    tell();
  });
  connect(remove_, &QPushButton::clicked, this, [this] {
    list_.remove(chosen());
    tell();
  });
  connect(up_, &QPushButton::clicked, this, [this] {
    const std::size_t at = chosen();
    list_.moveUp(at);
    tell();
    rows_->setCurrentRow(static_cast<int>(at) - 1);
  });
  connect(down_, &QPushButton::clicked, this, [this] {
    const std::size_t at = chosen();
    list_.moveUp(at + 1);
    tell();
    rows_->setCurrentRow(static_cast<int>(at) + 1);
  });
  connect(model_, &QComboBox::currentIndexChanged, this, &SegmentEditor::changeKind);
  connect(ownGuidance_, &QDoubleSpinBox::valueChanged, this, &SegmentEditor::changeKind);
  connect(prompt_, &QLineEdit::textChanged, this, &SegmentEditor::changeKind);
  connect(count_, &QSpinBox::valueChanged, this, [this](int count) {
    list_.setEvaluations(chosen(), count);
    tell();
  });
}

std::size_t SegmentEditor::chosen() const {
  return static_cast<std::size_t>(std::max(0, rows_->currentRow()));
}

DenoiserName SegmentEditor::otherThan(const DenoiserName& name) const {
  const auto other =
      std::find_if(denoisers_.begin(), denoisers_.end(), [&](const DenoiserName& one) { return one != name; });
  return other == denoisers_.end() ? name : *other;
}

void SegmentEditor::setDenoisers(const std::vector<DenoiserName>& names) {
  if (names == denoisers_) return;
  denoisers_ = names;
  const QSignalBlocker quiet(model_);
  model_->clear();
  for (const DenoiserName& name : names) model_->addItem(QString::fromStdString(name));
  showChosen();
}

void SegmentEditor::setGuidance(double guidance) {
  if (guidance == guidance_) return;
  guidance_ = guidance;
  showChosen();
}

void SegmentEditor::show(const std::vector<Segment>& segments, const RunShape& shape) {
  list_ = SegmentList(segments, shape);
  evaluations_ = shape.evaluations;
  showAll();
}

/// A guidance like the run's is none of its own.
void SegmentEditor::changeKind() {
  if (list_.segments().empty()) return;
  Segment kind;
  kind.denoiser = model_->currentText().toStdString();
  if (ownGuidance_->value() != guidance_) kind.guidance = ownGuidance_->value();
  if (!prompt_->text().isEmpty()) kind.prompt = prompt_->text().toStdString();
  list_.setKind(chosen(), kind);
  tell();
}

void SegmentEditor::tell() {
  showAll();
  Q_EMIT edited(list_.segments());
}

void SegmentEditor::showAll() {
  QStringList rows;
  for (const Segment& segment : list_.segments()) rows << rowText(segment);
  const QSignalBlocker quiet(rows_);
  rows_->setRows(rows);
  showChosen();
}

void SegmentEditor::showChosen() {
  const std::size_t at = chosen();
  const auto& segments = list_.segments();
  const auto size = segments.size();
  add_->setEnabled(list_.canGrow() && size > 0);
  split_->setEnabled(list_.canGrow() && size > 0);
  remove_->setEnabled(size > 1);
  up_->setEnabled(at > 0);
  down_->setEnabled(at + 1 < size);
  if (at >= size) return;
  const QSignalBlocker quietModel(model_);
  const QSignalBlocker quietCount(count_);
  const QSignalBlocker quietGuidance(ownGuidance_);
  const QSignalBlocker quietPrompt(prompt_);
  const Segment& segment = segments[at];
  model_->setCurrentIndex(model_->findText(QString::fromStdString(segment.denoiser)));
  count_->setRange(1, std::max(1, evaluations_ - static_cast<int>(size) + 1));
  count_->setValue(segment.evaluations);
  ownGuidance_->setValue(segment.guidance.value_or(guidance_));
  const QString prompt = QString::fromStdString(segment.prompt.value_or(std::string()));
  if (prompt_->text() != prompt) prompt_->setText(prompt);
}

}  // namespace tstitch::ui
