#include "ui/additions/lora_row.h"

#include <QComboBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QSignalBlocker>
#include <QToolButton>

#include "core/request/limits.h"
#include "ui/additions/model_field.h"
#include "ui/convert/local_files.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

LoraRow::LoraRow(QWidget* parent)
    : AdditionItem(parent),
      model_(new ModelField({ModelRole::Lora}, PlaceKind::FileOrFolder)),
      strength_(new DecimalField),
      on_(new QComboBox),
      remove_(new QToolButton) {
  setObjectName(QStringLiteral("card"));
  strength_->setDecimals(4);
  strength_->setRange(-kMostStrength, kMostStrength);
  strength_->setSingleStep(0.05);
  strength_->setToolTip(tr("How strongly it is added"));
  guardWheel(strength_);
  on_->setToolTip(tr("Which denoisers it is added to"));
  guardWheel(on_);
  model_->setPlaceholder(tr("LoRA: file, or drop one on the window"));
  remove_->setToolTip(tr("Remove this LoRA"));
  buildLayout();
  connect(model_, &ModelField::changed, this, &LoraRow::changed);
  connect(strength_, &QDoubleSpinBox::valueChanged, this, &LoraRow::changed);
  connect(strength_, &DecimalField::problemChanged, this, &LoraRow::changed);
  connect(on_, &QComboBox::currentIndexChanged, this, &LoraRow::changed);
  connect(remove_, &QToolButton::clicked, this, &LoraRow::removeWanted);
  repaintIcons();
  setNumber(1);
  clear();
}

void LoraRow::buildLayout() {
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setHorizontalSpacing(8);
  layout->setVerticalSpacing(8);
  layout->addWidget(model_, 0, 0, 1, 2);
  layout->addWidget(remove_, 0, 2, Qt::AlignTop);
  layout->addWidget(strength_, 1, 0);
  layout->addWidget(on_, 1, 1, 1, 2);
  for (const int column : {0, 1}) layout->setColumnStretch(column, 1);
}

void LoraRow::setNumber(int number) {
  number_ = number;
  model_->setName(numbered(tr("LoRA file"), number));
  strength_->setAccessibleName(numbered(tr("LoRA strength"), number));
  on_->setAccessibleName(numbered(tr("LoRA on"), number));
  remove_->setAccessibleName(numbered(tr("Remove LoRA"), number));
}

void LoraRow::clear() {
  setChoice({});
}

void LoraRow::setChoice(const LoraChoice& choice) {
  {
    const QSignalBlocker quiet(this);
    known_ = choice;
    model_->setPlace(QString::fromStdString(choice.model.location.string()));
    strength_->setValue(choice.strength);
    showDenoiser(choice.denoiser);
  }
  Q_EMIT changed();
}

void LoraRow::showDenoiser(const std::optional<DenoiserName>& only) {
  on_->clear();
  on_->addItem(tr("Both"), QString());
  on_->addItem(tr("Small"), QStringLiteral("small"));
  on_->addItem(tr("Large"), QStringLiteral("large"));
  const QString name = QString::fromStdString(only.value_or(std::string()));
  if (on_->findData(name) < 0) on_->addItem(name, name);  // a further denoiser of a picture's run
  on_->setCurrentIndex(on_->findData(name));
}

std::optional<LoraChoice> LoraRow::choice() const {
  if (model_->place().isEmpty()) return std::nullopt;
  LoraChoice choice;
  choice.model = referenceTo(known_.model, model_->place());
  choice.strength = strength_->value();
  const std::string only = on_->currentData().toString().toStdString();
  if (!only.empty()) choice.denoiser = only;
  return choice;
}

QString LoraRow::summary() const {
  if (!choice()) return {};
  const QString text = tr("%1, %2").arg(QFileInfo(model_->place()).fileName(), strength_->text());
  return on_->currentIndex() == 0 ? text : tr("%1, %2").arg(text, on_->currentText());
}

QString LoraRow::problem() const {
  if (!choice()) return {};
  if (model_->problem().isEmpty()) return strength_->problem();
  return tr("%1: %2").arg(numbered(tr("LoRA"), number_), model_->problem());
}

void LoraRow::repaintIcons() {
  remove_->setIcon(lineIcon(QStringLiteral("close"), colours().muted));
  model_->repaintIcon();
}

}  // namespace tstitch::ui
