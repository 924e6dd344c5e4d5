#pragma once

#include <QRadioButton>
#include <QWidget>

namespace tstitch::ui {

class DecimalField;

/// One of several choices, drawn as a button; the one that counts has a frame of its own.
class PresetButton : public QRadioButton {
  Q_OBJECT

 public:
  using QRadioButton::QRadioButton;
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  [[nodiscard]] bool hitButton(const QPoint& place) const override { return rect().contains(place); }
};

/// Ways to say at once what a run is to be: three ratios by name and the seconds that it may take. The one that counts
/// is shown; none where another ratio was chosen.
class PresetRow : public QWidget {
  Q_OBJECT

 public:
  explicit PresetRow(QWidget* parent = nullptr);

  /// What *Balanced* means for the chosen pair.
  void setBalanced(int percent);
  /// The ratio that counts; with a budget, that one counts. `percent` is negative where no ratio tells the run.
  void show(int percent, double budget);
  /// Seconds; 0 = none.
  [[nodiscard]] double budget() const;

 Q_SIGNALS:
  void percentChosen(int percent);
  void budgetChosen(double seconds);
  /// Whether what stands in the field can be read has changed.
  void problemChanged();

 private:
  struct Preset {
    PresetButton* button;
    int percent;
  };

  Preset makePreset(const QString& name, int percent);
  void choose(const Preset& preset);

  Preset quality_;
  Preset balanced_;
  Preset fast_;
  DecimalField* budget_;
  int shownPercent_ = -1;
};

}  // namespace tstitch::ui
