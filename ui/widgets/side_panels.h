#pragma once

#include <QByteArray>
#include <QSplitter>
#include <QString>
#include <utility>
#include <vector>

class QToolButton;

namespace tstitch::ui {

/// What stands beside the pages, whichever is shown: panels one below the other in a column at the end of the line,
/// each with a button that opens and closes it. Sizes are the user's.
class SidePanels : public QSplitter {
  Q_OBJECT

 public:
  /// Takes `pages` in.
  explicit SidePanels(QWidget* pages, QWidget* parent = nullptr);

  /// The button is for the header; assistive tools know it by `name`.
  QToolButton* add(const QString& title, const QString& name, QWidget* panel);

  /// All of them at once, whatever is open; the pages stay.
  void setPanelsHidden(bool hidden);

  /// Sizes and what is open, and back; anything else is passed over.
  [[nodiscard]] QByteArray standing() const;
  void restore(const QByteArray& standing);

 Q_SIGNALS:
  /// A panel was opened or closed, or a size changed.
  void changed();

 private:
  void fit();

  QSplitter* column_;
  bool hidden_ = false;
  std::vector<std::pair<QToolButton*, QWidget*>> panels_;
};

}  // namespace tstitch::ui
