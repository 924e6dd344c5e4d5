#include "ui/source/source_section.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QStringList>

#include "core/request/limits.h"
#include "ui/additions/fit_shown.h"
#include "ui/additions/picture_tile.h"
#include "ui/convert/local_files.h"
#include "ui/convert/picture_loader.h"
#include "ui/source/mask.h"
#include "ui/source/mask_dialog.h"
#include "ui/source/strength_row.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/place_field.h"

namespace tstitch::ui {
namespace {

constexpr int kThumbnailSide = 384;
constexpr int kPaintedSide = 1536;  // of the picture a mask is painted on

QString placeOf(const PictureReference& picture) {
  return QString::fromStdString(picture.location.string());
}

}  // namespace

SourceSection::SourceSection(QWidget* parent)
    : QWidget(parent),
      pictureTile_(new PictureDropTile),
      maskTile_(new PictureDropTile),
      picture_(new PlaceField(PlaceKind::File, pictureFilter())),
      takeShown_(new QPushButton(tr("Take the shown picture"))),
      takeSize_(new QPushButton(tr("Take its size"))),
      leave_(new QPushButton(tr("Leave it out"))),
      fitWords_(remark()),
      strength_(new StrengthRow(tr("Strength"), tr("Strength in numbers"))),
      paint_(new QPushButton(tr("Mask"))),
      mask_(new PlaceField(PlaceKind::File, pictureFilter())),
      feather_(new WholeField) {
  pictureTile_->setAccessibleName(tr("Source picture shown"));
  maskTile_->setAccessibleName(tr("Mask picture shown"));
  picture_->setName(tr("Source picture"));
  picture_->setPlaceholder(tr("Picture: file"));
  mask_->setName(tr("Mask picture"));
  mask_->setPlaceholder(tr("Mask: file, white is drawn anew"));
  strength_->setToolTips(tr("How far the run may leave the picture: the share of its steps that are made"));
  takeShown_->setToolTip(tr("The picture that is shown becomes the one to start from"));
  takeSize_->setToolTip(tr("Width and Height become those of the picture"));
  leave_->setAccessibleName(tr("Leave out the source picture"));
  paint_->setToolTip(tr("Paint what is to be drawn anew"));
  buildLayout();
  connectControls();
  setChoice(std::nullopt);
}

void SourceSection::buildLayout() {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(buildPictures());
  layout->addWidget(picture_);
  auto* row = new FlowLayout(8);
  for (QPushButton* button : {takeShown_, takeSize_, leave_}) row->addWidget(button);
  layout->addLayout(row);
  layout->addWidget(fitWords_);
  layout->addWidget(captioned(tr("Strength"), strength_));
  layout->addWidget(buildMask());
}

QWidget* SourceSection::buildPictures() {
  auto* box = new QWidget;
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addWidget(pictureTile_);
  row->addWidget(maskTile_);
  return box;
}

QWidget* SourceSection::buildMask() {
  feather_->setRange(0, kMostFeather);
  feather_->setSuffix(tr(" px"));
  feather_->setAccessibleName(tr("Mask feather"));
  feather_->setToolTip(tr("Over how many pixels beyond the mask the new picture fades into the old one"));
  guardWheel(feather_);
  auto* box = new QWidget;
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(8);
  grid->addWidget(captioned(tr("Mask"), mask_), 0, 0);
  grid->addWidget(captioned(tr("Feather"), feather_), 0, 1);
  grid->addWidget(paint_, 0, 2, Qt::AlignBottom);
  grid->setColumnStretch(0, 1);
  return box;
}

void SourceSection::connectControls() {
  connect(pictureTile_, &PictureDropTile::fileGiven, this, &SourceSection::setPicture);
  connect(pictureTile_, &PictureDropTile::pixelsGiven, this, &SourceSection::pixelsGiven);
  connect(pictureTile_, &PictureDropTile::fileWanted, picture_, &PlaceField::browse);
  connect(maskTile_, &PictureDropTile::fileGiven, mask_, &PlaceField::setPlace);
  connect(maskTile_, &PictureDropTile::pixelsGiven, this,
          [this](const QImage& pixels) { keepMask(Mask(pixels, pixels.size())); });
  connect(maskTile_, &PictureDropTile::fileWanted, mask_, &PlaceField::browse);
  connect(picture_, &PlaceField::changed, this, &SourceSection::showPicture);
  connect(mask_, &PlaceField::changed, this, &SourceSection::showMask);
  connect(takeShown_, &QPushButton::clicked, this, &SourceSection::shownPictureWanted);
  connect(takeSize_, &QPushButton::clicked, this, [this] { Q_EMIT sizeWanted(size_); });
  connect(leave_, &QPushButton::clicked, this, [this] { setChoice(std::nullopt); });
  connect(paint_, &QPushButton::clicked, this, &SourceSection::paintMask);
  connect(strength_, &StrengthRow::changed, this, &SourceSection::shapeChanged);
  connect(strength_, &StrengthRow::problemChanged, this, &SourceSection::changed);
  connect(feather_, &QSpinBox::valueChanged, this, &SourceSection::changed);
  connect(feather_, &WholeField::problemChanged, this, &SourceSection::changed);
}

void SourceSection::setChoice(const std::optional<SourceChoice>& choice) {
  known_ = choice.value_or(SourceChoice());
  strength_->setStrength(known_.strength);
  mask_->setPlace(known_.mask ? placeOf(*known_.mask) : QString());
  feather_->setValue(known_.mask_feather);
  picture_->setPlace(placeOf(known_.picture));
  showPicture();
  showMask();
}

void SourceSection::setPicture(const QString& path) {
  picture_->setPlace(path);
}

bool SourceSection::hasPicture() const {
  return !picture_->place().isEmpty();
}

std::optional<SourceChoice> SourceSection::choice() const {
  if (!hasPicture()) return std::nullopt;
  SourceChoice choice;
  choice.picture = referenceTo(known_.picture, picture_->place());
  choice.strength = strength_->strength();
  if (mask_->place().isEmpty()) return choice;
  choice.mask = referenceTo(known_.mask.value_or(PictureReference()), mask_->place());
  choice.mask_feather = feather_->value();
  return choice;
}

void SourceSection::setExtent(Extent extent) {
  if (extent == extent_) return;
  extent_ = extent;
  showFit();
}

QString SourceSection::summary() const {
  if (!hasPicture()) return tr("none");
  QStringList parts{QFileInfo(picture_->place()).fileName(), tr("%1 %").arg(strength_->percent())};
  if (!mask_->place().isEmpty()) parts << tr("mask");
  return parts.join(QStringLiteral(", "));
}

QString SourceSection::problem() const {
  if (!hasPicture()) return {};
  QStringList problems;
  if (!pictureProblem_.isEmpty()) problems << tr("Source picture: %1").arg(pictureProblem_);
  if (!maskProblem_.isEmpty()) problems << tr("Mask picture: %1").arg(maskProblem_);
  for (const QString& number : numberProblems(this)) problems << number;
  return problems.join(u'\n');
}

void SourceSection::showPicture() {
  const QString path = picture_->place();
  pictureProblem_.clear();
  size_ = {};
  for (QWidget* tool : QList<QWidget*>{paint_, takeSize_, leave_}) tool->setEnabled(!path.isEmpty());
  if (path.isEmpty()) {
    pictureTile_->showText(tr("Drop or paste a picture, or click"));
  } else {
    loadPictureAsync(path, this, [this, path](const LoadedPicture& loaded) {
      if (path != picture_->place()) return;
      if (loaded.image.isNull()) {
        pictureProblem_ = loaded.problem;
        pictureTile_->showText(loaded.problem);
      } else {
        size_ = loaded.image.size();
        const QSize side(kThumbnailSide, kThumbnailSide);
        pictureTile_->showPicture(
            loaded.image.scaled(size_.boundedTo(side), Qt::KeepAspectRatio, Qt::SmoothTransformation), path);
      }
      showFit();
      Q_EMIT changed();
    });
  }
  showFit();
  Q_EMIT shapeChanged();
}

void SourceSection::showMask() {
  const QString path = mask_->place();
  maskProblem_.clear();
  if (path.isEmpty()) {
    maskTile_->showText(tr("No mask: all of it is drawn anew"));
  } else {
    loadThumbnailAsync(path, kThumbnailSide, this, [this, path](const LoadedPicture& loaded) {
      if (path != mask_->place()) return;
      if (loaded.image.isNull()) {
        maskProblem_ = loaded.problem;
        maskTile_->showText(loaded.problem);
      } else {
        maskTile_->showPicture(loaded.image, path);
      }
      Q_EMIT changed();
    });
  }
  Q_EMIT changed();
}

void SourceSection::showFit() {
  const FitShown shown = fitShown(size_, extent_, ControlFit::Crop);
  pictureTile_->setFrame(shown.frame);
  fitWords_->setText(shown.words);
  fitWords_->setVisible(!shown.words.isEmpty());
}

/// Over what the run sees of the picture, with the mask that stands there.
void SourceSection::paintMask() {
  loadPictureAsync(picture_->place(), this, [this](const LoadedPicture& picture) {
    if (picture.image.isNull()) return;
    const QImage seen = seenByRun(picture.image, extent_, kPaintedSide);
    if (mask_->place().isEmpty()) return openPainter(seen, {});
    loadPictureAsync(mask_->place(), this, [this, seen](const LoadedPicture& mask) { openPainter(seen, mask.image); });
  });
}

void SourceSection::openPainter(const QImage& picture, const QImage& mask) {
  auto* painter = new MaskDialog(picture, mask.isNull() ? Mask() : Mask(mask, picture.size()), this);
  painter->setAttribute(Qt::WA_DeleteOnClose);
  connect(painter, &MaskDialog::maskPainted, this, &SourceSection::keepMask);
  painter->show();
}

void SourceSection::keepMask(const Mask& mask) {
  writeInBackground(
      this, [mask, folder = maskFolder_] { return saveMask(mask, folder); },
      [this](const WrittenFile& file) {
        if (file.problem.isEmpty()) return mask_->setPlace(file.path);
        maskTile_->showText(file.problem);
      });
}

void SourceSection::repaintIcons() {
  picture_->repaintIcon();
  mask_->repaintIcon();
}

}  // namespace tstitch::ui
