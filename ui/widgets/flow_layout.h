#pragma once

#include <QLayout>
#include <QList>
#include <memory>
#include <vector>

namespace tstitch::ui {

/// Lays its items out like words: from where reading begins, a new line where the width ends.
class FlowLayout : public QLayout {
 public:
  explicit FlowLayout(int spacing);
  ~FlowLayout() override;

  void addItem(QLayoutItem* item) override;
  [[nodiscard]] int count() const override;
  [[nodiscard]] QLayoutItem* itemAt(int index) const override;
  QLayoutItem* takeAt(int index) override;

  [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override;
  [[nodiscard]] QSize sizeHint() const override { return minimumSize(); }
  [[nodiscard]] QSize minimumSize() const override;
  void setGeometry(const QRect& rect) override;

 private:
  enum class Pass { Measure, Place };
  int layOut(const QRect& rect, Pass pass) const;
  void placeLine(const std::vector<QLayoutItem*>& line, const QRect& place) const;

  std::vector<std::unique_ptr<QLayoutItem>> items_;
};

}  // namespace tstitch::ui
