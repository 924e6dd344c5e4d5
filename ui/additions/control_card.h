#pragma once

#include <optional>

#include "core/request/generation_request.h"
#include "ui/additions/addition_item.h"
#include "ui/additions/model_fit.h"
#include "ui/additions/reach_bar.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QToolButton;

namespace tstitch::ui {

class DecimalField;
class DecimalSlider;
class ModelField;
class PictureDropTile;
class PictureTile;
class PlaceField;

/// A ControlNet or a T2I-Adapter: its picture and, live beside it, the map that it will see; the model; how strongly,
/// when and on which denoisers it acts.
class ControlCard : public AdditionItem {
  Q_OBJECT

 public:
  explicit ControlCard(QWidget* parent = nullptr);

  /// Nothing while neither picture nor model is given, or while it acts on no denoiser.
  [[nodiscard]] std::optional<ControlChoice> choice() const;
  /// The same, also while it acts on no denoiser: its name is empty then. setChoice() takes it back.
  [[nodiscard]] std::optional<ControlChoice> unfinished() const;
  void setChoice(const ControlChoice& choice);

  void setNumber(int number) override;
  void clear() override;
  [[nodiscard]] QString summary() const override;
  [[nodiscard]] QString problem() const override;
  void repaintIcons() override;

  /// The evaluations over which it shows its reach.
  void showRun(const ReachRun& run);

  [[nodiscard]] bool hasPicture() const;
  void setPicture(const QString& path);
  ModelField* model() { return model_; }
  /// The size of the next run, to whose shape the picture is brought.
  void setExtent(Extent extent);
  /// On which denoisers of the pair its model can act; nothing while that is not known.
  void showModelFit(const std::optional<ModelFit>& fit);

  /// What the map depends on; nothing while no map can be made.
  [[nodiscard]] std::optional<ControlChoice> mapSource() const;
  void showMapPending(const QString& text);
  void showMap(const QImage& map);
  void showMapProblem(const QString& sentence);
  /// The map to be laid over the big picture; null while that is not wanted.
  [[nodiscard]] QImage overlay() const;

 Q_SIGNALS:
  /// The map shown is no longer that of the settings.
  void mapOutdated();
  void overlayChanged();
  /// Pixels without a file, which have to become one: setPicture() follows.
  void pixelsGiven(const QImage& image);

 private:
  void buildLayout();
  QWidget* buildHead();
  QWidget* buildPictures();
  QWidget* buildAnnotator();
  QWidget* buildStrength();
  QWidget* buildReach();
  void connectControls();
  void showKind();
  void showPicture();
  void showFit();
  void keepToFitting();
  void outdateMap();
  void chooseDenoisers();
  void showReach();
  [[nodiscard]] ControlChoice given() const;
  [[nodiscard]] ControlKind kind() const;
  [[nodiscard]] bool showsMap() const;
  [[nodiscard]] bool needsAnnotator() const;
  [[nodiscard]] QString numberProblem() const;
  [[nodiscard]] QString missingForMap() const;

  ControlChoice known_;               ///< what the places were when they were set, with their hashes
  std::optional<DenoiserName> only_;  ///< the only denoiser it acts on; none = all
  bool off_ = false;                  ///< it acts on none
  int number_ = 1;
  Extent extent_;
  std::optional<ModelFit> modelFit_;
  QComboBox* kind_;
  QCheckBox* isMap_;
  QComboBox* fit_;
  QToolButton* remove_;
  PictureDropTile* pictureTile_;
  PictureTile* mapTile_;
  QCheckBox* overlay_;
  QLabel* fitWords_;
  QLabel* modelFitWords_;
  QPushButton* onlyFitting_;
  PlaceField* picture_;
  ModelField* model_;
  QWidget* annotatorBox_ = nullptr;
  PlaceField* annotator_;
  QWidget* thresholdBox_ = nullptr;
  DecimalField* low_;
  DecimalField* high_;
  DecimalSlider* scale_;
  DecimalField* scaleNumber_;
  DecimalField* start_;
  DecimalField* end_;
  ReachBar* reach_;
  QCheckBox* onSmall_;
  QCheckBox* onLarge_;
};

}  // namespace tstitch::ui
