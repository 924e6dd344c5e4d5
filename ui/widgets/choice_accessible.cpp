#include "ui/widgets/choice_accessible.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QComboBox>
#include <QListView>
#include <QTabBar>
#include <map>

#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

/// A widget that offers entries, none of which is a widget itself.
class ChoiceInterface : public QAccessibleWidget {
 public:
  using QAccessibleWidget::QAccessibleWidget;
  ~ChoiceInterface() override {
    for (const auto& [index, id] : entries_) QAccessible::deleteAccessibleInterface(id);
  }

  [[nodiscard]] virtual QAccessible::Role entryRole() const = 0;
  [[nodiscard]] virtual QString entryText(int index) const = 0;
  [[nodiscard]] virtual QString entryDescription(int /*index*/) const { return {}; }
  [[nodiscard]] virtual bool isEnabled(int /*index*/) const { return true; }
  /// In screen coordinates; empty where the entry is not to be seen.
  [[nodiscard]] virtual QRect entryRect(int index) const = 0;
  [[nodiscard]] virtual int current() const = 0;
  virtual void choose(int index) = 0;

  QAccessibleInterface* child(int index) const override;
  int indexOfChild(const QAccessibleInterface* child) const override {
    for (const auto& [index, id] : entries_) {
      if (QAccessible::accessibleInterface(id) == child) return index;
    }
    return -1;
  }

 private:
  mutable std::map<int, QAccessible::Id> entries_;
};

/// One entry; pressing it chooses it.
class EntryInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
 public:
  EntryInterface(const QAccessibleInterface* owner, int index) : widget_(owner->object()), index_(index) {}

  bool isValid() const override { return index_ < owner()->childCount(); }
  QObject* object() const override { return nullptr; }
  QAccessibleInterface* childAt(int, int) const override { return nullptr; }
  QAccessibleInterface* parent() const override { return owner(); }
  QAccessibleInterface* child(int) const override { return nullptr; }
  int childCount() const override { return 0; }
  int indexOfChild(const QAccessibleInterface*) const override { return -1; }
  QString text(QAccessible::Text kind) const override {
    if (kind == QAccessible::Description) return owner()->entryDescription(index_);
    return kind == QAccessible::Name ? owner()->entryText(index_) : QString();
  }
  void setText(QAccessible::Text, const QString&) override {}
  QRect rect() const override { return owner()->entryRect(index_); }
  QAccessible::Role role() const override { return owner()->entryRole(); }
  QAccessible::State state() const override {
    QAccessible::State state;
    state.selectable = true;
    state.selected = owner()->current() == index_;
    state.disabled = !owner()->isEnabled(index_);
    return state;
  }
  void* interface_cast(QAccessible::InterfaceType type) override {
    return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
  }
  QStringList actionNames() const override { return {pressAction()}; }
  void doAction(const QString& action) override {
    if (action == pressAction() && isValid() && owner()->isEnabled(index_)) owner()->choose(index_);
  }
  QStringList keyBindingsForAction(const QString&) const override { return {}; }

 private:
  /// The widget's interface owns this one, so that it is there as long as this one is.
  [[nodiscard]] ChoiceInterface* owner() const {
    return static_cast<ChoiceInterface*>(QAccessible::queryAccessibleInterface(widget_));
  }

  QObject* widget_;
  int index_;
};

QAccessibleInterface* ChoiceInterface::child(int index) const {
  if (index < 0 || index >= childCount()) return nullptr;
  const auto known = entries_.find(index);
  if (known != entries_.end()) return QAccessible::accessibleInterface(known->second);
  auto* entry = new EntryInterface(this, index);  // the cache owns it; the destructor takes it back
  entries_[index] = QAccessible::registerAccessibleInterface(entry);
  return entry;
}

class ComboBoxInterface final : public ChoiceInterface {
 public:
  explicit ComboBoxInterface(QComboBox* box) : ChoiceInterface(box, QAccessible::ComboBox) {}

  int childCount() const override { return box()->count(); }
  QAccessible::Role entryRole() const override { return QAccessible::ListItem; }
  QString entryText(int index) const override { return box()->itemText(index); }
  QString entryDescription(int index) const override { return box()->itemData(index, Qt::ToolTipRole).toString(); }
  bool isEnabled(int index) const override {
    const QAbstractItemModel* entries = box()->model();
    return entries->flags(entries->index(index, box()->modelColumn(), box()->rootModelIndex()))
        .testFlag(Qt::ItemIsEnabled);
  }
  QRect entryRect(int) const override { return {}; }
  int current() const override { return box()->currentIndex(); }
  void choose(int index) override { box()->setCurrentIndex(index); }

  QString text(QAccessible::Text kind) const override {
    const QString own = QAccessibleWidget::text(kind);
    const bool asValue = kind == QAccessible::Value || (kind == QAccessible::Description && own.isEmpty());
    return asValue ? box()->currentText() : own;
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
};

class TabBarInterface final : public ChoiceInterface {
 public:
  explicit TabBarInterface(QTabBar* bar) : ChoiceInterface(bar, QAccessible::PageTabList) {}

  int childCount() const override { return bar()->count(); }
  QAccessible::Role entryRole() const override { return QAccessible::PageTab; }
  QString entryText(int index) const override { return bar()->tabText(index); }
  QRect entryRect(int index) const override {
    const QRect tab = bar()->tabRect(index);
    return {bar()->mapToGlobal(tab.topLeft()), tab.size()};
  }
  int current() const override { return bar()->currentIndex(); }
  void choose(int index) override { bar()->setCurrentIndex(index); }

 private:
  [[nodiscard]] QTabBar* bar() const { return static_cast<QTabBar*>(object()); }
};

/// A list whose entries are chosen by pressing them, again and again without being let go. Its rows are asked for one
/// by one, so that a long list costs what is looked at.
class ListInterface final : public ChoiceInterface {
 public:
  explicit ListInterface(QListView* list)
      : ChoiceInterface(list, isTable(list) ? QAccessible::Table : QAccessible::List) {}

  int childCount() const override { return model() == nullptr ? 0 : model()->rowCount(list()->rootIndex()); }
  QAccessible::Role entryRole() const override { return isTable(list()) ? QAccessible::Row : QAccessible::ListItem; }
  QString entryText(int index) const override {
    const QString spoken = at(index).data(Qt::AccessibleTextRole).toString();
    return spoken.isEmpty() ? at(index).data(Qt::DisplayRole).toString() : spoken;
  }
  QString entryDescription(int index) const override {
    return at(index).data(Qt::AccessibleDescriptionRole).toString();
  }
  bool isEnabled(int index) const override { return at(index).flags().testFlag(Qt::ItemIsEnabled); }
  QRect entryRect(int index) const override {
    const QRect shown = list()->visualRect(at(index)) & list()->viewport()->rect();
    return shown.isEmpty() ? QRect() : QRect(list()->viewport()->mapToGlobal(shown.topLeft()), shown.size());
  }
  int current() const override {
    const QModelIndex index = list()->currentIndex();
    return index.isValid() && list()->selectionModel()->isSelected(index) ? index.row() : -1;
  }
  void choose(int index) override {
    list()->setCurrentIndex(at(index));
    list()->scrollTo(at(index));
    if (auto* rows = qobject_cast<RowList*>(list())) Q_EMIT rows->rowPressed(index);
  }

 private:
  static bool isTable(const QListView* list) {
    const auto* rows = qobject_cast<const RowList*>(list);
    return rows != nullptr && rows->kind() == RowList::Kind::Table;
  }
  [[nodiscard]] QListView* list() const { return static_cast<QListView*>(object()); }
  [[nodiscard]] QAbstractItemModel* model() const { return list()->model(); }
  [[nodiscard]] QModelIndex at(int index) const {
    return model()->index(index, list()->modelColumn(), list()->rootIndex());
  }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  if (auto* box = qobject_cast<QComboBox*>(object)) return new ComboBoxInterface(box);
  if (auto* bar = qobject_cast<QTabBar*>(object)) return new TabBarInterface(bar);
  if (auto* list = qobject_cast<QListView*>(object)) return new ListInterface(list);
  return nullptr;
}

}  // namespace

void installChoiceAccessibility() {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
}

}  // namespace tstitch::ui
