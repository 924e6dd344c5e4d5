#pragma once

#include <QList>
#include <QWidget>
#include <string>
#include <vector>

namespace tstitch::ui {

/// Examples as small buttons that flow like words; a long text is cut, its tool tip is whole.
class ChipRow : public QWidget {
  Q_OBJECT

 public:
  explicit ChipRow(QWidget* parent = nullptr);
  /// The first few of them; the row hides when there is none.
  void setTexts(const std::vector<std::string>& texts);
  /// In their order.
  [[nodiscard]] QList<QWidget*> chips() const;

 Q_SIGNALS:
  void chosen(const QString& text);

 private:
  void addChip(const QString& text);

  std::vector<std::string> texts_;
};

}  // namespace tstitch::ui
