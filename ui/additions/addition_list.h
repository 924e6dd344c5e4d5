#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/additions/addition_item.h"

class QPushButton;
class QVBoxLayout;

namespace tstitch::ui {

/// Any number of additions below each other, and a button for one more. There is always one; removing that one clears
/// it, and as long as nothing is given in it, it counts for nothing.
class AdditionList : public QWidget {
  Q_OBJECT

 public:
  using Make = std::function<AdditionItem*()>;

  AdditionList(const QString& addText, Make make, QWidget* parent = nullptr);

  [[nodiscard]] const std::vector<AdditionItem*>& items() const { return items_; }
  AdditionItem* add();
  /// At least one.
  void setCount(std::size_t count);
  /// What all of them say, joined; "none" where there is nothing.
  [[nodiscard]] QString summary() const;
  [[nodiscard]] QStringList problems() const;
  /// Nothing was given in any of them.
  [[nodiscard]] bool isEmpty() const;
  void repaintIcons();

 Q_SIGNALS:
  void changed();
  void added(tstitch::ui::AdditionItem* item);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void remove(AdditionItem* item);
  void drop(AdditionItem* item);
  void renumber();
  void orderFocus();

  Make make_;
  std::vector<AdditionItem*> items_;
  QVBoxLayout* layout_;
  QPushButton* add_;
};

}  // namespace tstitch::ui
