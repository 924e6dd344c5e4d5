#include "ui/widgets/chip_row.h"

#include <QFile>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QIcon>
#include <QPushButton>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostChips = 40;
constexpr int kLongest = 160;
constexpr int kRoomForBar = 10;
constexpr int kPicture = 20;

/// What the bundled pair makes of its examples; null for any other text.
QIcon pictureOf(const QString& text) {
  const QString file = QStringLiteral(":/examples/%1.jpg").arg(QString(text).replace(u' ', u'-'));
  return QFile::exists(file) ? QIcon(file) : QIcon();
}

}  // namespace

ChipRow::ChipRow(QWidget* parent) : QScrollArea(parent) {
  auto* content = new QWidget;
  content->setObjectName(QStringLiteral("chips"));
  row_ = new QHBoxLayout(content);
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(6);
  row_->addStretch(1);
  setObjectName(QStringLiteral("chips"));
  setWidget(content);
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  hide();
}

void ChipRow::setTexts(const std::vector<std::string>& texts) {
  if (texts == texts_) return;  // a chip that is being pressed stays
  texts_ = texts;
  for (QWidget* chip : chips()) delete chip;
  for (std::size_t i = 0; i < std::min(texts.size(), kMostChips); ++i) addChip(QString::fromStdString(texts[i]));
  setVisible(!texts.empty());
  horizontalScrollBar()->setValue(0);
  updateGeometry();
}

QList<QWidget*> ChipRow::chips() const {
  QList<QWidget*> chips;
  for (int i = 0; i < row_->count(); ++i) {
    if (QWidget* chip = row_->itemAt(i)->widget()) chips << chip;
  }
  return chips;
}

QSize ChipRow::sizeHint() const {
  return {widget()->sizeHint().width(), widget()->sizeHint().height() + kRoomForBar};
}

QSize ChipRow::minimumSizeHint() const {
  return {0, sizeHint().height()};
}

void ChipRow::addChip(const QString& text) {
  auto* chip = new QPushButton(fontMetrics().elidedText(text, Qt::ElideRight, kLongest));
  chip->setObjectName(QStringLiteral("chip"));
  chip->setAccessibleName(tr("Example: %1").arg(text));
  chip->setToolTip(text);
  chip->setIcon(pictureOf(text));
  chip->setIconSize({kPicture, kPicture});
  connect(chip, &QPushButton::clicked, this, [this, text] { Q_EMIT chosen(text); });
  row_->insertWidget(row_->count() - 1, chip);
}

/// The panel scrolls when the row is at its end.
void ChipRow::wheelEvent(QWheelEvent* event) {
  const int before = horizontalScrollBar()->value();
  const QPoint turned = event->angleDelta();
  const int delta = turned.x() != 0 ? turned.x() : turned.y();
  horizontalScrollBar()->setValue(before - delta / 2);
  event->setAccepted(horizontalScrollBar()->value() != before);
}

}  // namespace tstitch::ui
