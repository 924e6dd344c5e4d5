#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace tstitch::ui {

/// One sentence for the user in the place where it belongs, with at most one thing to do; hidden until there is one.
class NoticeBar : public QWidget {
  Q_OBJECT

 public:
  explicit NoticeBar(QWidget* parent = nullptr);

  void say(const QString& sentence);
  void offer(const QString& sentence, const QString& button, std::function<void()> action);

 private:
  QLabel* text_;
  QPushButton* button_;
  QToolButton* close_;
  std::function<void()> action_;
};

}  // namespace tstitch::ui
