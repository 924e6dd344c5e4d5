#pragma once

#include <QWidget>

class QLabel;

namespace tstitch::ui {

class Session;

/// What this machine can do: processor, memory, device and what was measured, and what to do where something is
/// missing. The processor is that of the window's machine, the rest the engine's answers; it is asked anew at each
/// start of one.
class MachinePage : public QWidget {
  Q_OBJECT

 public:
  explicit MachinePage(Session& session, QWidget* parent = nullptr);

  /// All of it as text, one thing a line.
  [[nodiscard]] QString text() const;

 private:
  void ask();
  void write();

  Session& session_;
  QLabel* label_;
  QString device_;
  QString precision_;
  QString speed_;
};

}  // namespace tstitch::ui
