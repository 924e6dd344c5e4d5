#pragma once

#include <QImage>
#include <QWidget>
#include <optional>

#include "core/request/generation_request.h"

class QLabel;
class QPushButton;

namespace tstitch::ui {

class Mask;
class MaskDialog;
class PictureDropTile;
class PlaceField;
class StrengthRow;
class WholeField;

/// The picture that a run starts from, how far it may leave it, and the mask of what may change.
class SourceSection : public QWidget {
  Q_OBJECT

 public:
  explicit SourceSection(QWidget* parent = nullptr);

  /// Nothing while no picture is given.
  [[nodiscard]] std::optional<SourceChoice> choice() const;
  void setChoice(const std::optional<SourceChoice>& choice);
  void setPicture(const QString& path);
  [[nodiscard]] bool hasPicture() const;
  /// The size of the next run, to whose shape the picture is cut.
  void setExtent(Extent extent);
  /// Where painted masks are kept.
  void setMaskFolder(const QString& folder) { maskFolder_ = folder; }

  /// For a closed section: "fox.png, 80 %, mask".
  [[nodiscard]] QString summary() const;
  /// Why it cannot be used, in a sentence; empty when it can.
  [[nodiscard]] QString problem() const;
  void repaintIcons();

 Q_SIGNALS:
  void changed();
  /// How many evaluations a run makes depends on the picture and the strength.
  void shapeChanged();
  /// Pixels without a file, which have to become one: setPicture() follows.
  void pixelsGiven(const QImage& image);
  /// The big picture is wanted here.
  void shownPictureWanted();
  /// The run is to have the picture's own size.
  void sizeWanted(QSize size);

 private:
  void buildLayout();
  QWidget* buildPictures();
  QWidget* buildMask();
  void connectControls();
  void showPicture();
  void showMask();
  void showFit();
  void paintMask();
  void openPainter(const QImage& picture, const QImage& mask);
  void keepMask(const Mask& mask);

  SourceChoice known_;  ///< what was set, with its hashes
  Extent extent_;
  QString maskFolder_;
  QString pictureProblem_;
  QString maskProblem_;
  QSize size_;  ///< of the picture
  PictureDropTile* pictureTile_;
  PictureDropTile* maskTile_;
  PlaceField* picture_;
  QPushButton* takeShown_;
  QPushButton* takeSize_;
  QPushButton* leave_;
  QLabel* fitWords_;
  StrengthRow* strength_;
  QPushButton* paint_;
  PlaceField* mask_;
  WholeField* feather_;
};

}  // namespace tstitch::ui
