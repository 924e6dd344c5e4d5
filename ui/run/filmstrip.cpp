#include "ui/run/filmstrip.h"

#include <QAccessible>
#include <QHoverEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QWheelEvent>
#include <algorithm>
#include <utility>

#include "ui/widgets/choice_accessible.h"

namespace tstitch::ui {
namespace {

constexpr int kFrame = 56;  ///< the side of a frame
constexpr int kGap = 4;
constexpr int kFoot = 20;  ///< the line that says who made it, and the number

/// The middle part of a picture that fills a frame of that shape.
QRectF coverSource(const QSizeF& image, const QSizeF& frame) {
  const double scale = std::min(image.width() / frame.width(), image.height() / frame.height());
  const QSizeF part = frame * scale;
  return QRectF(QPointF((image.width() - part.width()) / 2, (image.height() - part.height()) / 2), part);
}

class FilmDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {kFrame + kGap, kFrame + kFoot + kGap};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const auto frame = index.data(FilmModel::FrameRole).value<FilmFrame>();
    const QRectF rect(option.rect.left() + kGap / 2.0, option.rect.top() + 2.0, kFrame, kFrame);
    painter->save();
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    if (!frame.image.isNull()) painter->drawImage(rect, frame.image, coverSource(frame.image.size(), rect.size()));
    paintFoot(*painter, rect, frame);
    if (index.data(FilmModel::SeamRole).toBool()) {
      painter->fillRect(QRectF(option.rect.left() - 1.0, rect.top(), 2, rect.height() + 6), colours().text);
    }
    paintRing(*painter, rect, option);
    painter->restore();
  }

 private:
  /// The line under a frame says who made it: teal and low for small, violet and high for large.
  static void paintFoot(QPainter& painter, const QRectF& rect, const FilmFrame& frame) {
    const bool small = frame.mark == DenoiserMark::Small;
    painter.fillRect(QRectF(rect.left(), rect.bottom() + 2, rect.width(), small ? 2 : 4), denoiserColour(frame.mark));
    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() * 0.8);
    painter.setFont(font);
    painter.setPen(colours().muted);
    painter.drawText(QRectF(rect.left(), rect.bottom() + 6, rect.width(), kFoot - 6), Qt::AlignCenter,
                     QString::number(frame.evaluation + 1));
  }

  static void paintRing(QPainter& painter, const QRectF& rect, const QStyleOptionViewItem& option) {
    const bool held = option.state.testFlag(QStyle::State_Selected);
    if (!held && !option.state.testFlag(QStyle::State_MouseOver)) return;
    painter.setPen(QPen(held ? colours().focus : colours().muted, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(1, 1, -1, -1));
  }
};

}  // namespace

Filmstrip::Filmstrip(QWidget* parent) : QListView(parent), model_(new FilmModel(this)) {
  installChoiceAccessibility();
  setObjectName(QStringLiteral("filmstrip"));
  setModel(model_);
  setItemDelegate(new FilmDelegate(this));
  setFlow(QListView::LeftToRight);
  setUniformItemSizes(true);
  setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSelectionMode(QAbstractItemView::SingleSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setFrameShape(QFrame::NoFrame);
  setMouseTracking(true);
  viewport()->setAttribute(Qt::WA_Hover);
  viewport()->setAutoFillBackground(false);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setFixedHeight(sizeHint().height());
  setAccessibleName(tr("Filmstrip"));
  connect(model_, &FilmModel::modelReset, this, &Filmstrip::announceFrames);
  connect(model_, &FilmModel::rowsInserted, this, &Filmstrip::announceFrames);
  connect(horizontalScrollBar(), &QScrollBar::sliderPressed, this, [this] { follows_ = false; });
  connect(this, &QListView::entered, this, [this](const QModelIndex& index) { look(index.row()); });
}

QSize Filmstrip::sizeHint() const {
  return {400, kFrame + kFoot + kGap + horizontalScrollBar()->sizeHint().height()};
}

void Filmstrip::announceFrames() {
  QAccessibleEvent reordered(this, QAccessible::ObjectReorder);
  QAccessible::updateAccessibility(&reordered);
}

void Filmstrip::setRoll(FilmRoll roll) {
  const bool wasHeld = held() != nullptr;
  look(-1);
  follows_ = true;
  model_->show(std::move(roll));
  describe();
  if (!wasHeld) return;
  Q_EMIT heldChanged();
  Q_EMIT frameShown({}, 0);
}

void Filmstrip::add(const FilmFrame& frame) {
  const bool wasHeld = held() != nullptr;
  model_->add(frame);
  describe();
  if (wasHeld && held() == nullptr) Q_EMIT heldChanged();  // it was thinned out
  if (follows_ && !wasHeld) scrollTo(model_->index(model_->rowCount() - 1));
}

void Filmstrip::describe() {
  const int count = model_->rowCount();
  setAccessibleDescription(count == 0 ? QString() : count == 1 ? tr("1 frame") : tr("%n frames", nullptr, count));
}

const FilmFrame* Filmstrip::held() const {
  const QModelIndexList rows = selectionModel()->selectedIndexes();
  if (rows.isEmpty() || rows.first().row() >= model_->rowCount()) return nullptr;
  return &model_->frames()[static_cast<std::size_t>(rows.first().row())];
}

void Filmstrip::letGo() {
  clearSelection();
}

/// What is pointed at, else what is held.
void Filmstrip::look(int row) {
  if (row == looked_) return;
  looked_ = row;
  const FilmFrame* frame = row >= 0 ? &model_->frames()[static_cast<std::size_t>(row)] : held();
  Q_EMIT frameShown(frame == nullptr ? QImage() : frame->image, frame == nullptr ? 0 : frame->evaluation);
}

void Filmstrip::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
  QListView::selectionChanged(selected, deselected);
  const FilmFrame* frame = held();
  Q_EMIT heldChanged();
  Q_EMIT frameShown(frame == nullptr ? QImage() : frame->image, frame == nullptr ? 0 : frame->evaluation);
}

bool Filmstrip::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::Leave) look(-1);
  return QListView::viewportEvent(event);
}

bool Filmstrip::event(QEvent* event) {
  const bool escapes = event->type() == QEvent::ShortcutOverride && held() != nullptr &&
                       static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
  if (escapes) event->accept();
  return escapes || QListView::event(event);
}

void Filmstrip::wheelEvent(QWheelEvent* event) {
  follows_ = false;
  QListView::wheelEvent(event);
}

void Filmstrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && held() != nullptr) return letGo();
  QListView::keyPressEvent(event);
}

}  // namespace tstitch::ui
