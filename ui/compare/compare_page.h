#pragma once

#include <QWidget>

#include "ui/compare/comparison.h"
#include "ui/compare/setting_table.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace tstitch::ui {

class CompareView;
class PlaceField;
class RowList;

/// Two pictures against each other: the view in six modes, how far they are apart, and which settings differ.
class ComparePage : public QWidget {
  Q_OBJECT

 public:
  explicit ComparePage(QWidget* parent = nullptr);

  [[nodiscard]] const Comparison& comparison() const { return comparison_; }

 public Q_SLOTS:
  /// Any two pictures, from history, a grid or anywhere.
  void compare(const QString& pathA, const QString& pathB);

 private:
  QWidget* buildBar();
  QWidget* buildSliders();
  QWidget* buildFacts();
  void connectControls();
  void swap();
  void takeFiles(const QStringList& paths, Side side);
  void refresh();
  void showNumbers();
  void showSettings();
  void describe();

  Comparison comparison_;
  SettingDifferenceModel differences_;
  PlaceField* a_;
  PlaceField* b_;
  QPushButton* swap_;
  QComboBox* mode_;
  QSlider* wipe_;
  QSlider* opacity_;
  QSlider* zoom_;
  QPushButton* fit_;
  QPushButton* hold_;
  CompareView* view_;
  QLabel* rms_;
  QLabel* psnr_;
  QLabel* ssim_;
  QLabel* problem_;
  QLabel* settingsRemark_;
  RowList* settings_;
};

}  // namespace tstitch::ui
