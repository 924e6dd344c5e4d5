#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QToolButton;

namespace tstitch::ui {

/// What a PlaceField is to be filled with.
enum class PlaceKind { File, Folder, FileOrFolder };

/// A path: typed, dropped or chosen in the desktop's dialog.
class PlaceField : public QWidget {
  Q_OBJECT

 public:
  /// `filter` as QFileDialog has it: "Pictures (*.png *.jpg)"; empty = all files.
  PlaceField(PlaceKind kind, const QString& filter, QWidget* parent = nullptr);

  /// The accessible name of the text; its button is "Browse: NAME".
  void setName(const QString& name);
  void setPlaceholder(const QString& text);
  [[nodiscard]] QString place() const;
  void setPlace(const QString& place);
  /// Known places, offered while one of their names is typed.
  void setSuggestions(const QStringList& places);
  /// Asks with the desktop's dialog; the field follows with the answer.
  void browse();
  void repaintIcon();

 Q_SIGNALS:
  void changed();

 private:
  void ask(PlaceKind kind);

  PlaceKind kind_;
  QString filter_;
  QLineEdit* text_;
  QToolButton* browse_;
};

}  // namespace tstitch::ui
