#include "ui/widgets/flow_layout.h"

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
  int x = rect.x();
  int y = rect.y();
  int lineHeight = 0;
  for (const auto& item : items_) {
    const QSize size(std::min(item->sizeHint().width(), rect.width()), item->sizeHint().height());
    if (x > rect.x() && x + size.width() > rect.right() + 1) {
      x = rect.x();
      y += lineHeight + spacing();
      lineHeight = 0;
    }
    if (pass == Pass::Place) item->setGeometry(QRect(QPoint(x, y), size));
    x += size.width() + spacing();
    lineHeight = std::max(lineHeight, size.height());
  }
  return y + lineHeight - rect.y();
}

}  // namespace tstitch::ui
