#include "ui/grid/cell_table.h"

#include <QAccessible>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <algorithm>

#include "core/jobs/grid_files.h"
#include "ui/grid/ratio_grid_model.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMostCell = 640;
constexpr int kUsualCell = 280;
constexpr int kMargin = 6;
constexpr int kCaption = 26;
constexpr int kHeader = 32;
constexpr double kGhostLabel = 96;
constexpr double kLeastGhost = 56;
constexpr int kLeastCell = 96;  // eleven ratios beside each other in the first window

QRectF fitted(const QSizeF& image, const QRectF& frame) {
  const QSizeF size = image.scaled(frame.size(), Qt::KeepAspectRatio);
  return {frame.center() - QPointF(size.width() / 2, size.height() / 2), size};
}

/// Over an unfinished picture the word stands on a band of its own.
void paintStopped(QPainter& painter, const QRectF& frame, bool onPicture) {
  const QString word = RatioGridModel::tr("stopped");
  if (onPicture) {
    const double height = painter.fontMetrics().height() + 8;
    const QRectF band(frame.left(), frame.bottom() - height, frame.width(), height);
    painter.fillRect(band, colours().base);
    painter.setPen(colours().muted);
    painter.drawText(band, Qt::AlignCenter, word);
    return;
  }
  painter.setPen(colours().muted);
  painter.drawText(frame, Qt::AlignCenter, word);
}

void paintContent(QPainter& painter, const QRectF& frame, const GridCell& cell) {
  if (!cell.image.isNull()) painter.drawImage(fitted(cell.image.size(), frame), cell.image);
  if (cell.state == CellState::Running) {
    painter.fillRect(QRectF(frame.left(), frame.bottom() - 4, frame.width(), 4), colours().line);
    painter.fillRect(QRectF(frame.left(), frame.bottom() - 4, frame.width() * cell.progress, 4), colours().focus);
  } else if (cell.state == CellState::Failed) {
    painter.setPen(colours().error);
    painter.drawText(frame.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, cell.error);
  } else if (cell.state == CellState::Waiting) {
    painter.setPen(colours().muted);
    painter.drawText(frame, Qt::AlignCenter, RatioGridModel::tr("waiting"));
  } else if (cell.state == CellState::Stopped) {
    paintStopped(painter, frame, !cell.image.isNull());
  }
}

QString ghostLabel(const std::vector<std::pair<std::string, std::string>>& values) {
  QStringList parts;
  for (const auto& [axis, value] : values) parts << QString::fromStdString(axis_label(axis, value));
  return parts.join(QStringLiteral(", "));
}

/// Empty cells with what stands at the rows and columns; of a grid that is too large the beginning.
void paintGhost(QPainter& painter, const GridTable& table, const QRectF& room) {
  const auto columns = static_cast<int>(table.columns()), rows = static_cast<int>(table.rows());
  if (columns == 0 || rows == 0) return;
  const double label = table.row_values(0).empty() ? 0 : kGhostLabel;
  const double fitting = std::min((room.width() - label) / columns, (room.height() - kHeader) / rows);
  const double side = std::clamp(fitting, kLeastGhost, double(kUsualCell));
  for (int row = 0; row < rows && kHeader + row * side < room.height(); ++row) {
    const double top = kHeader + row * side;
    painter.setPen(colours().muted);
    if (label > 0) {
      const QRectF place(0, top, label, side);
      painter.drawText(place, Qt::AlignCenter | Qt::TextWordWrap,
                       ghostLabel(table.row_values(static_cast<std::size_t>(row))));
    }
    for (int column = 0; column < columns && label + column * side < room.width(); ++column) {
      const QRectF cell = QRectF(label + column * side, top, side, side).adjusted(kMargin, kMargin, -kMargin, -kMargin);
      painter.setPen(colours().muted);
      if (row == 0) {
        painter.drawText(QRectF(cell.left(), 0, cell.width(), kHeader), Qt::AlignCenter,
                         ghostLabel({table.column_value(static_cast<std::size_t>(column))}));
      }
      painter.setPen(QPen(colours().line, 1, Qt::DashLine));
      painter.setBrush(Qt::NoBrush);
      painter.drawRoundedRect(cell, 8, 8);
    }
  }
}

/// Its parts, divided by three spaces, as far as they have room; the ratio always.
QString fittingCaption(const QFontMetrics& metrics, QString caption, double width) {
  const QString gap = QStringLiteral("   ");
  while (metrics.horizontalAdvance(caption) > width && caption.contains(gap))
    caption.truncate(caption.lastIndexOf(gap));
  return metrics.elidedText(caption, Qt::ElideRight, static_cast<int>(width));
}

}  // namespace

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto cell = index.data(RatioGridModel::CellRole).value<GridCell>();
  const QRectF card = QRectF(option.rect).adjusted(kMargin, kMargin, -kMargin, -kMargin);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setRenderHint(QPainter::SmoothPixmapTransform);
  QPainterPath shape;
  shape.addRoundedRect(card, 8, 8);
  painter->fillPath(shape, colours().base);
  painter->setClipPath(shape);
  paintContent(*painter, card.adjusted(0, 0, 0, -kCaption), cell);
  painter->setClipping(false);
  painter->setPen(colours().text);
  const QString caption = index.data(RatioGridModel::CaptionRole).toString();
  painter->drawText(QRectF(card.left(), card.bottom() - kCaption, card.width(), kCaption), Qt::AlignCenter,
                    fittingCaption(painter->fontMetrics(), caption, card.width() - 2 * kMargin));
  const bool current = (option.state & (QStyle::State_HasFocus | QStyle::State_Selected)) != 0;
  painter->setPen(QPen(current ? colours().focus : colours().line, current ? 2 : 1));
  painter->drawPath(shape);
  painter->restore();
}

CellTable::CellTable(QWidget* parent) : QTableView(parent) {
  setAccessibleName(tr("Cells"));
  setItemDelegate(new CellDelegate(this));
  setShowGrid(false);
  QPalette plain;
  plain.setBrush(QPalette::Highlight, Qt::transparent);  // a selected cell has a ring
  setPalette(plain);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  horizontalHeader()->setHighlightSections(false);
  verticalHeader()->setHighlightSections(false);
  horizontalHeader()->setFixedHeight(kHeader);
  setTabKeyNavigation(false);
}

void TwoCells::select(const QItemSelection& selection, SelectionFlags command) {
  if (command == SelectionFlags(Deselect)) return;
  QItemSelectionModel::select(selection, command);
  std::erase_if(order_, [this](const QPersistentModelIndex& index) { return !index.isValid() || !isSelected(index); });
  for (const QModelIndex& index : selectedIndexes()) {
    if (std::find(order_.begin(), order_.end(), index) == order_.end()) order_.emplace_back(index);
  }
  for (; order_.size() > 2; order_.pop_front()) {
    const QModelIndex oldest = order_.front();
    QItemSelectionModel::select(QItemSelection(oldest, oldest), Deselect);
  }
  Q_EMIT chosenChanged();
}

QModelIndexList TwoCells::chosen() const {
  QModelIndexList cells;
  for (const QPersistentModelIndex& index : order_) {
    if (index.isValid() && isSelected(index)) cells << index;
  }
  return cells;
}

void CellTable::setModel(QAbstractItemModel* model) {
  QTableView::setModel(model);
  cells_ = new TwoCells(model, this);
  setSelectionModel(cells_);
  connect(cells_, &TwoCells::chosenChanged, this, &CellTable::chosenChanged);
  connect(model, &QAbstractItemModel::modelReset, this, &CellTable::chosenChanged);
}

void CellTable::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Space && currentIndex().isValid()) {
    Q_EMIT lookedAt(currentIndex());
    return;
  }
  QTableView::keyPressEvent(event);
}

void CellTable::setSide(int side) {
  side_ = side;
  fitCells();
}

void CellTable::dataChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight, const QList<int>& roles) {
  QTableView::dataChanged(topLeft, bottomRight, roles);
  if (!QAccessible::isActive() || !roles.contains(Qt::AccessibleTextRole)) return;
  QAccessibleInterface* table = QAccessible::queryAccessibleInterface(this);
  if (table == nullptr || table->tableInterface() == nullptr) return;
  QAccessibleInterface* cell = table->tableInterface()->cellAt(topLeft.row(), topLeft.column());
  if (cell == nullptr) return;
  QAccessibleEvent renamed(cell, QAccessible::NameChanged);
  QAccessible::updateAccessibility(&renamed);
}

void CellTable::fitCells() {
  if (model() == nullptr || model()->columnCount() == 0) return;
  const int share = viewport()->width() / model()->columnCount();
  const int side = side_ > 0 ? std::max(side_, 48) : std::clamp(share, kLeastCell, kMostCell);
  horizontalHeader()->setDefaultSectionSize(side);
  verticalHeader()->setDefaultSectionSize(side + kCaption);
}

void CellTable::setGhost(const GridTable& table) {
  ghost_ = table;
  viewport()->update();
}

void CellTable::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  if (model() == nullptr || model()->columnCount() > 0) return;
  QPainter painter(viewport());
  painter.setRenderHint(QPainter::Antialiasing);
  paintGhost(painter, ghost_, viewport()->rect());
}

void CellTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fitCells();
}

}  // namespace tstitch::ui
