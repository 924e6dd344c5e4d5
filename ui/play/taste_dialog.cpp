#include "ui/play/taste_dialog.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/captions.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kPictureSide = 384;
constexpr int kFigureSide = 160;
constexpr int kFigureGap = 8;
constexpr int kFigurePairs = 3;  ///< in a row
constexpr int kFigureHead = 88;
constexpr int kFigureCaption = 24;

QLabel* pictureLabel(const QString& name) {
  auto* label = new QLabel;
  label->setAccessibleName(name);
  label->setAlignment(Qt::AlignCenter);
  label->setFixedSize(kPictureSide, kPictureSide);
  return label;
}

/// Pixels of small pictures stay what they are.
QPixmap shownPixmap(const QImage& image) {
  return QPixmap::fromImage(image.scaled(kPictureSide, kPictureSide, Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

void paintChosen(QPainter& painter, const QRect& frame, const QImage& image, const QString& caption, bool chosen) {
  const QImage fitted = image.scaled(frame.size(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
  painter.drawImage(
      QRect(QPoint(frame.center().x() - fitted.width() / 2, frame.center().y() - fitted.height() / 2), fitted.size()),
      fitted);
  painter.setPen(Qt::black);
  painter.drawText(QRect(frame.left(), frame.bottom() + 2, frame.width(), kFigureCaption), Qt::AlignCenter, caption);
  if (!chosen) return;
  painter.setPen(QPen(QColor(0x0F, 0x76, 0x6E), 3));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(frame.adjusted(1, 1, -2, -2));
}

}  // namespace

TasteDialog::TasteDialog(int pairs, int percent, quint32 seed, QWidget* parent)
    : QDialog(parent),
      test_(pairs, seed),
      percent_(percent),
      pairs_(static_cast<std::size_t>(pairs)),
      progress_(new QLabel),
      leftPicture_(pictureLabel(tr("Left picture"))),
      rightPicture_(pictureLabel(tr("Right picture"))),
      finding_(new QLabel),
      certainty_(remark()),
      left_(new QPushButton(tr("1: left"))),
      right_(new QPushButton(tr("2: right"))),
      back_(new QPushButton(tr("Back"))),
      share_(new QPushButton(tr("Save a picture of the result"))) {
  setWindowTitle(tr("Blind taste"));
  left_->setAccessibleName(tr("Left is better"));
  right_->setAccessibleName(tr("Right is better"));
  finding_->setWordWrap(true);
  QFont large = font();
  large.setPointSizeF(large.pointSizeF() * 1.3);
  large.setWeight(QFont::DemiBold);
  finding_->setFont(large);
  buildLayout();
  connect(left_, &QPushButton::clicked, this, [this] { choose(TasteTest::Side::Left); });
  connect(right_, &QPushButton::clicked, this, [this] { choose(TasteTest::Side::Right); });
  connect(back_, &QPushButton::clicked, this, [this] {
    test_.takeBack();
    showPair();
  });
  connect(share_, &QPushButton::clicked, this, &TasteDialog::shareWanted);
  showPair();
}

void TasteDialog::buildLayout() {
  auto* pictures = new QHBoxLayout;
  pictures->setSpacing(16);
  pictures->addWidget(leftPicture_);
  pictures->addWidget(rightPicture_);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(left_, 1);
  buttons->addWidget(right_, 1);
  auto* end = new QHBoxLayout;
  end->addWidget(back_);
  end->addStretch(1);
  end->addWidget(share_);
  auto* close = new QPushButton(tr("Close"));
  close->setAutoDefault(false);  // Enter answers nothing
  end->addWidget(close);
  connect(close, &QPushButton::clicked, this, &QDialog::reject);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(16);
  layout->addWidget(progress_);
  layout->addLayout(pictures);
  layout->addLayout(buttons);
  layout->addWidget(finding_);
  layout->addWidget(certainty_);
  layout->addLayout(end);
}

void TasteDialog::setPairs(const std::vector<TastePair>& pairs) {
  for (std::size_t i = 0; i < std::min(pairs.size(), pairs_.size()); ++i) {
    if (!pairs_[i].isReady()) pairs_[i] = pairs[i];
  }
  if (!test_.isOver()) showPair();
}

void TasteDialog::setSaved(int percent) {
  saved_ = percent;
}

void TasteDialog::choose(TasteTest::Side side) {
  if (test_.isOver() || !pairs_[static_cast<std::size_t>(test_.answered())].isReady()) return;
  test_.choose(side);
  if (test_.isOver()) Q_EMIT over();
  showPair();
}

void TasteDialog::keyPressEvent(QKeyEvent* event) {
  const int key = event->key();
  if (key == Qt::Key_1 || key == Qt::Key_Left) return choose(TasteTest::Side::Left);
  if (key == Qt::Key_2 || key == Qt::Key_Right) return choose(TasteTest::Side::Right);
  QDialog::keyPressEvent(event);
}

void TasteDialog::showPair() {
  const bool over = test_.isOver();
  const int number = std::min(test_.answered(), test_.pairs() - 1);
  const TastePair& pair = pairs_[static_cast<std::size_t>(number)];
  const bool ready = !over && pair.isReady();
  left_->setEnabled(ready);
  right_->setEnabled(ready);
  back_->setEnabled(!over && test_.answered() > 0);
  share_->setVisible(over);
  share_->setEnabled(over);
  finding_->setVisible(over);
  certainty_->setVisible(over);
  if (over) return showResult();
  progress_->setText(ready ? tr("Pair %1 of %2: which do you like better?").arg(number + 1).arg(test_.pairs())
                           : tr("Pair %1 of %2 is being made ...").arg(number + 1).arg(test_.pairs()));
  const bool referenceLeft = test_.isReferenceLeft(number);
  leftPicture_->setPixmap(ready ? shownPixmap(referenceLeft ? pair.reference : pair.other) : QPixmap());
  rightPicture_->setPixmap(ready ? shownPixmap(referenceLeft ? pair.other : pair.reference) : QPixmap());
}

void TasteDialog::showResult() {
  const TasteWords words = tasteWords(test_, percent_, saved_);
  progress_->setText(tr("All pairs are answered."));
  finding_->setText(words.finding);
  certainty_->setText(words.certainty);
  leftPicture_->hide();
  rightPicture_->hide();
  left_->hide();
  right_->hide();
  layout()->activate();  // without the pictures it is smaller
  adjustSize();
}

QImage TasteDialog::figure() const {
  const int rows = (test_.pairs() + kFigurePairs - 1) / kFigurePairs;
  const int pairWidth = 2 * kFigureSide + 4;
  const int width = kFigurePairs * (pairWidth + 2 * kFigureGap) + kFigureGap;
  QImage figure(width, kFigureHead + rows * (kFigureSide + kFigureCaption + kFigureGap), QImage::Format_RGB32);
  figure.fill(Qt::white);
  QPainter painter(&figure);
  const TasteWords words = tasteWords(test_, percent_, saved_);
  QFont font = painter.font();
  font.setPixelSize(20);
  painter.setFont(font);
  painter.drawText(QRect(kFigureGap, 4, width - 2 * kFigureGap, 40), Qt::AlignLeft | Qt::AlignVCenter, words.finding);
  font.setPixelSize(12);
  painter.setFont(font);
  painter.drawText(QRect(kFigureGap, 40, width - 2 * kFigureGap, 40), Qt::AlignLeft | Qt::TextWordWrap,
                   words.certainty);
  for (int i = 0; i < test_.answered(); ++i) {
    const TastePair& pair = pairs_[static_cast<std::size_t>(i)];
    const int left = kFigureGap + (i % kFigurePairs) * (pairWidth + 2 * kFigureGap);
    const int top = kFigureHead + (i / kFigurePairs) * (kFigureSide + kFigureCaption + kFigureGap);
    paintChosen(painter, {left, top, kFigureSide, kFigureSide}, pair.reference, tr("0 %"), test_.choseReference(i));
    paintChosen(painter, {left + kFigureSide + 4, top, kFigureSide, kFigureSide}, pair.other, tr("%1 %").arg(percent_),
                !test_.choseReference(i));
  }
  return figure;
}

}  // namespace tstitch::ui
