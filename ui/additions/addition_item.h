#pragma once

#include <QFrame>
#include <QString>

namespace tstitch::ui {

/// One of several additions to a run, each with controls of its own. Its accessible names carry its number, from 2 on.
class AdditionItem : public QFrame {
  Q_OBJECT

 public:
  using QFrame::QFrame;

  virtual void setNumber(int number) = 0;
  virtual void clear() = 0;
  /// For a closed section: "Canny edges, fox.png, 0.5"; empty while nothing was given.
  [[nodiscard]] virtual QString summary() const = 0;
  /// What is missing, as a sentence; empty when nothing is.
  [[nodiscard]] virtual QString problem() const = 0;
  virtual void repaintIcons() = 0;

 Q_SIGNALS:
  void changed();
  void removeWanted();
};

/// "Control kind" of the first, "Control kind 2" of the second.
inline QString numbered(const QString& name, int number) {
  return number == 1 ? name : QStringLiteral("%1 %2").arg(name).arg(number);
}

}  // namespace tstitch::ui
