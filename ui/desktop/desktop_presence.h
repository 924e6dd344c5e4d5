#pragma once

#include <QObject>
#include <QString>
#include <optional>

class QWidget;

namespace tstitch::ui {

/// What the desktop shows of a run: its progress in the window's title and in the task bar, and a notification when it
/// has ended while the window is not in front. Without a session bus only the title.
class DesktopPresence : public QObject {
  Q_OBJECT

 public:
  explicit DesktopPresence(QWidget& window);

  /// 0..1; nothing: no run goes on.
  void showProgress(std::optional<double> share);
  void tellEnd(const QString& title, const QString& text);

 private:
  void showInTaskBar(std::optional<double> share) const;

  QWidget& window_;
  QString title_;
  int percent_ = -1;
};

}  // namespace tstitch::ui
