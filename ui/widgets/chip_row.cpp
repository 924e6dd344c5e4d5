#include "ui/widgets/chip_row.h"

#include <QFontMetrics>
#include <QPushButton>
#include <algorithm>

#include "ui/widgets/flow_layout.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostChips = 8;
constexpr int kLongest = 160;

}  // namespace

ChipRow::ChipRow(QWidget* parent) : QWidget(parent) {
  setLayout(new FlowLayout(6));
  hide();
}

void ChipRow::setTexts(const std::vector<std::string>& texts) {
  if (texts == texts_) return;  // a chip that is being pressed stays
  texts_ = texts;
  while (QLayoutItem* item = layout()->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  for (std::size_t i = 0; i < std::min(texts.size(), kMostChips); ++i) addChip(QString::fromStdString(texts[i]));
  setVisible(!texts.empty());
}

QList<QWidget*> ChipRow::chips() const {
  QList<QWidget*> chips;
  for (int i = 0; i < layout()->count(); ++i) chips << layout()->itemAt(i)->widget();
  return chips;
}

void ChipRow::addChip(const QString& text) {
  auto* chip = new QPushButton(fontMetrics().elidedText(text, Qt::ElideRight, kLongest));
  chip->setObjectName(QStringLiteral("chip"));
  chip->setAccessibleName(tr("Example: %1").arg(text));
  chip->setToolTip(text);
  connect(chip, &QPushButton::clicked, this, [this, text] { Q_EMIT chosen(text); });
  layout()->addWidget(chip);
}

}  // namespace tstitch::ui
