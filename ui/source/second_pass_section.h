#pragma once

#include <QWidget>
#include <optional>

#include "core/request/generation_request.h"

class QCheckBox;
class QComboBox;
class QLabel;

namespace tstitch::ui {

class DecimalField;
class StrengthRow;
class WholeField;

/// A second, larger run from what the first one made.
class SecondPassSection : public QWidget {
  Q_OBJECT

 public:
  explicit SecondPassSection(QWidget* parent = nullptr);

  /// Nothing while it is off.
  [[nodiscard]] std::optional<SecondPass> choice() const;
  void setChoice(const std::optional<SecondPass>& choice);
  /// The size of the first pass.
  void setExtent(Extent extent);
  /// For a closed section: "1.5 times, 50 %".
  [[nodiscard]] QString summary() const;

 Q_SIGNALS:
  void changed();

 private:
  void buildLayout();
  void connectControls();
  void showSize();

  SecondPass known_;  ///< what was set
  Extent extent_;
  QCheckBox* on_;
  QWidget* rest_;
  DecimalField* scale_;
  QLabel* size_;
  QComboBox* upscale_;
  StrengthRow* strength_;
  WholeField* steps_;  ///< 0 = the first pass's
  WholeField* ratio_;  ///< -1 = the first pass's
};

}  // namespace tstitch::ui
