#pragma once

#include <QStringListModel>
#include <QWidget>
#include <optional>
#include <string>
#include <vector>

#include "core/request/class_names.h"

class QLabel;
class QLineEdit;
class QToolButton;

namespace tstitch::ui {

class ChipRow;

/// What a class-conditional model draws: a class by its number or by one of its names, with the names that fit listed
/// while one types. Stands in the prompt's place.
class ClassPicker : public QWidget {
  Q_OBJECT

 public:
  explicit ClassPicker(QWidget* parent = nullptr);

  /// `names` may be empty: classes then have numbers only.
  void setClasses(int count, const ClassNames& names);
  void setExamples(const std::vector<std::string>& classes);

  /// Nothing where the text is not exactly one class.
  [[nodiscard]] std::optional<int> label() const { return label_; }
  /// Why there is none, as a sentence; empty when there is one.
  [[nodiscard]] const QString& problem() const { return problem_; }
  void setLabel(int label);
  /// Can be taken back with Ctrl+Z.
  void setText(const QString& text);
  /// "207: golden retriever".
  [[nodiscard]] QString shownClass() const;
  void repaintIcons();

 Q_SIGNALS:
  void changed();
  /// An example took the place of that text.
  void exampleTaken(const QString& before);

 private:
  void read();
  void showAll();

  int count_ = 0;
  ClassNames names_;
  std::optional<int> label_;
  QString problem_;
  QStringListModel entries_;
  QLineEdit* text_;
  QToolButton* list_;
  QLabel* found_;
  ChipRow* chips_;
};

}  // namespace tstitch::ui
