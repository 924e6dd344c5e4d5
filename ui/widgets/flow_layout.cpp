#include "ui/widgets/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace tstitch::ui {

FlowLayout::FlowLayout(int spacing) {
  setSpacing(spacing);
  setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item) {
  items_.emplace_back(item);
}

int FlowLayout::count() const {
  return static_cast<int>(items_.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
  return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
  if (index < 0 || index >= count()) return nullptr;
  const auto position = items_.begin() + index;
  QLayoutItem* item = position->release();
  items_.erase(position);
  return item;
}

int FlowLayout::heightForWidth(int width) const {
  return layOut(QRect(0, 0, width, 0), Pass::Measure);
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const auto& item : items_) size = size.expandedTo(item->minimumSize());
  return size;
}

void FlowLayout::setGeometry(const QRect& rect) {
  QLayout::setGeometry(rect);
  layOut(rect, Pass::Place);
}

int FlowLayout::layOut(const QRect& rect, Pass pass) const {
  int y = rect.y();
  std::vector<QLayoutItem*> line;
  int width = 0;
  int height = 0;
  const auto endLine = [&] {
    if (pass == Pass::Place) placeLine(line, QRect(rect.x(), y, rect.width(), height));
    y += height;
    line.clear();
    width = height = 0;
  };
  for (const auto& item : items_) {
    if (item->isEmpty()) continue;  // hidden
    const QSize size = item->sizeHint();
    if (!line.empty() && width + spacing() + size.width() > rect.width()) {
      endLine();
      y += spacing();
    }
    width += size.width() + (line.empty() ? 0 : spacing());
    height = std::max(height, size.height());
    line.push_back(item.get());
  }
  endLine();
  return y - rect.y();
}

/// From where reading begins, each in the middle of the line's height.
void FlowLayout::placeLine(const std::vector<QLayoutItem*>& line, const QRect& place) const {
  const Qt::LayoutDirection direction = parentWidget() ? parentWidget()->layoutDirection() : Qt::LeftToRight;
  int x = place.x();
  for (QLayoutItem* item : line) {
    const QSize size(std::min(item->sizeHint().width(), place.width()), item->sizeHint().height());
    const QRect own(QPoint(x, place.y() + (place.height() - size.height()) / 2), size);
    item->setGeometry(QStyle::visualRect(direction, place, own));
    x += size.width() + spacing();
  }
}

}  // namespace tstitch::ui
