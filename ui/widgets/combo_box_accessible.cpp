#include "ui/widgets/combo_box_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QComboBox>
#include <map>

namespace tstitch::ui {
namespace {

/// One entry of a combo box; pressing it chooses it.
class ItemInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
 public:
  ItemInterface(QComboBox* box, int index) : box_(box), index_(index) {}

  bool isValid() const override { return box_ != nullptr && index_ < box_->count(); }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(box_); }
  QAccessibleInterface* child(int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Name ? box_->itemText(index_) : QString();
  }
  void setText(QAccessible::Text, const QString&) override {}
  QRect rect() const override { return {}; }
  QAccessible::Role role() const override { return QAccessible::ListItem; }
  QAccessible::State state() const override {
    QAccessible::State state;
    state.selectable = true;
    state.selected = box_->currentIndex() == index_;
    return state;
  }
  void* interface_cast(QAccessible::InterfaceType type) override {
    return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
  }
  QStringList actionNames() const override { return {pressAction()}; }
  void doAction(const QString& action) override {
    if (action == pressAction() && isValid()) box_->setCurrentIndex(index_);
  }
  QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  QComboBox* box_;
  int index_;
};

class ComboBoxInterface final : public QAccessibleWidget {
 public:
  explicit ComboBoxInterface(QComboBox* box) : QAccessibleWidget(box, QAccessible::ComboBox) {}
  ~ComboBoxInterface() override {
    for (const auto& [index, id] : items_) QAccessible::deleteAccessibleInterface(id);
  }

  int childCount() const override { return box()->count(); }
  QAccessibleInterface* child(int index) const override {
    if (index < 0 || index >= childCount()) return nullptr;
    const auto known = items_.find(index);
    if (known != items_.end()) return QAccessible::accessibleInterface(known->second);
    auto* item = new ItemInterface(box(), index);  // the cache owns it; the destructor takes it back
    items_[index] = QAccessible::registerAccessibleInterface(item);
    return item;
  }
  int indexOfChild(const QAccessibleInterface* child) const override {
    for (const auto& [index, id] : items_) {
      if (QAccessible::accessibleInterface(id) == child) return index;
    }
    return -1;
  }
  QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Value ? box()->currentText() : QAccessibleWidget::text(kind);
  }
  QAccessible::State state() const override {
    QAccessible::State state = QAccessibleWidget::state();
    state.hasPopup = true;
    state.expandable = true;
    return state;
  }
  QStringList actionNames() const override { return {showMenuAction(), pressAction(), setFocusAction()}; }
  void doAction(const QString& action) override {
    if (action == showMenuAction() || action == pressAction()) {
      box()->showPopup();
    } else {
      QAccessibleWidget::doAction(action);
    }
  }

 private:
  [[nodiscard]] QComboBox* box() const { return static_cast<QComboBox*>(object()); }

  mutable std::map<int, QAccessible::Id> items_;
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* box = qobject_cast<QComboBox*>(object);
  return box != nullptr ? new ComboBoxInterface(box) : nullptr;
}

}  // namespace

void installComboBoxAccessibility() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  QAccessible::installFactory(makeInterface);
}

}  // namespace tstitch::ui
