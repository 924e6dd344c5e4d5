#pragma once

#include <QImage>
#include <QString>
#include <QWidget>

namespace tstitch::ui {

/// One cell of the grid over all of it, until Escape, Space or a click. Arrow keys go to the neighbours.
class LargeCell : public QWidget {
  Q_OBJECT

 public:
  /// Covers its parent.
  explicit LargeCell(QWidget* parent);

  void show(const QImage& image, const QString& caption);

 Q_SIGNALS:
  void stepped(int rows, int columns);
  void opened();
  void closed();

 protected:
  /// Escape is its own while it is seen, not the window's.
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void leave();

  QImage image_;
  QString caption_;
};

}  // namespace tstitch::ui
