#pragma once

#include <QList>
#include <QScrollArea>
#include <string>
#include <vector>

class QHBoxLayout;

namespace tstitch::ui {

/// Examples as small buttons in one row that scrolls, also with the wheel and to the one that has the focus; a long
/// text is cut, its tool tip is whole.
class ChipRow : public QScrollArea {
  Q_OBJECT

 public:
  explicit ChipRow(QWidget* parent = nullptr);
  /// The row hides when there is none.
  void setTexts(const std::vector<std::string>& texts);
  /// In their order.
  [[nodiscard]] QList<QWidget*> chips() const;

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void chosen(const QString& text);

 protected:
  void wheelEvent(QWheelEvent* event) override;

 private:
  void addChip(const QString& text);

  std::vector<std::string> texts_;
  QHBoxLayout* row_;
};

}  // namespace tstitch::ui
