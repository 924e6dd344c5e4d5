#include "ui/additions/addition_list.h"

#include <QPushButton>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace tstitch::ui {
namespace {

/// What the tab key reaches in an item, in its order.
std::vector<QWidget*> focusStops(const AdditionItem* item) {
  std::vector<QWidget*> stops;
  for (QWidget* at = item->nextInFocusChain(); at != item; at = at->nextInFocusChain()) {
    const bool isStop = (at->focusPolicy() & Qt::TabFocus) != 0 && at->focusProxy() == nullptr;
    if (isStop && item->isAncestorOf(at)) stops.push_back(at);
  }
  return stops;
}

}  // namespace

AdditionList::AdditionList(const QString& addText, Make make, QWidget* parent)
    : QWidget(parent), make_(std::move(make)), layout_(new QVBoxLayout(this)), add_(new QPushButton(addText)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(12);
  layout_->addWidget(add_, 0, Qt::AlignLeft);
  connect(add_, &QPushButton::clicked, this, &AdditionList::add);
  add();
}

AdditionItem* AdditionList::add() {
  AdditionItem* item = make_();
  items_.push_back(item);
  layout_->insertWidget(layout_->count() - 1, item);
  renumber();
  orderFocus();
  connect(item, &AdditionItem::changed, this, &AdditionList::changed);
  connect(item, &AdditionItem::removeWanted, this, [this, item] { remove(item); });
  Q_EMIT added(item);
  return item;
}

void AdditionList::setCount(std::size_t count) {
  while (items_.size() > std::max<std::size_t>(count, 1)) drop(items_.back());
  while (items_.size() < count) add();
  if (count == 0) items_.front()->clear();
}

QString AdditionList::summary() const {
  QStringList parts;
  for (const AdditionItem* item : items_) parts << item->summary();
  parts.removeAll(QString());
  return parts.isEmpty() ? tr("none") : parts.join(QStringLiteral("; "));
}

QStringList AdditionList::problems() const {
  QStringList problems;
  for (const AdditionItem* item : items_) problems << item->problem();
  problems.removeAll(QString());
  return problems;
}

bool AdditionList::isEmpty() const {
  return std::all_of(items_.begin(), items_.end(), [](const AdditionItem* item) { return item->summary().isEmpty(); });
}

void AdditionList::repaintIcons() {
  for (AdditionItem* item : items_) item->repaintIcons();
}

void AdditionList::remove(AdditionItem* item) {
  if (items_.size() == 1) {
    item->clear();
  } else {
    drop(item);
  }
  Q_EMIT changed();
}

void AdditionList::drop(AdditionItem* item) {
  items_.erase(std::find(items_.begin(), items_.end(), item));
  item->hide();
  item->setParent(nullptr);  // out of the accessibility tree at once
  item->deleteLater();       // the button that was pressed is a part of it
  renumber();
}

/// In the window at last, whose order counts.
void AdditionList::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  orderFocus();
}

/// Widgets made later come last in the tab key's order, wherever they stand: the items go behind each other, the
/// button behind them.
void AdditionList::orderFocus() {
  QWidget* before = nullptr;
  for (const AdditionItem* item : items_) {
    for (QWidget* stop : focusStops(item)) {
      if (before != nullptr) setTabOrder(before, stop);
      before = stop;
    }
  }
  if (before != nullptr) setTabOrder(before, add_);
}

void AdditionList::renumber() {
  int number = 0;
  for (AdditionItem* item : items_) item->setNumber(++number);
}

}  // namespace tstitch::ui
