#include "ui/additions/control_card.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <vector>

#include "core/request/limits.h"
#include "ui/additions/fit_shown.h"
#include "ui/additions/model_field.h"
#include "ui/additions/picture_tile.h"
#include "ui/convert/local_files.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/choice_field.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/decimal_slider.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/place_field.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

constexpr double kMostOnSlider = 2;
constexpr int kThumbnailSide = 384;  // of a tile on a screen with two pixels to the point

DecimalField* decimalField(double least, double most, double step) {
  auto* field = new DecimalField;
  field->setDecimals(4);
  field->setRange(least, most);
  field->setSingleStep(step);
  guardWheel(field);
  return field;
}

/// In percent, as the ratio is; a request has shares of the run.
constexpr double kWhole = 100;

double percentOf(double share) {
  return kWhole * share;
}

/// What was set comes back to the bit, unless the field was changed.
double shareIn(const DecimalField& field, double known) {
  constexpr double kShownParts = 1e4;
  const bool isKnown = std::lround(percentOf(known) * kShownParts) == std::lround(field.value() * kShownParts);
  return isKnown ? known : field.value() / kWhole;
}

QString lastPart(const QString& place) {
  return QFileInfo(place).fileName();
}

}  // namespace

ControlCard::ControlCard(QWidget* parent)
    : AdditionItem(parent),
      kind_(choiceField<ControlKind>()),
      isMap_(new QCheckBox(tr("Already a map"))),
      fit_(choiceField<ControlFit>()),
      remove_(new QToolButton),
      pictureTile_(new PictureDropTile),
      mapTile_(new PictureTile),
      overlay_(new QCheckBox(tr("Over the picture"))),
      fitWords_(remark()),
      modelFitWords_(remark()),
      onlyFitting_(new QPushButton),
      picture_(new PlaceField(PlaceKind::File, pictureFilter())),
      model_(new ModelField({ModelRole::ControlNet, ModelRole::Adapter}, PlaceKind::FileOrFolder)),
      annotator_(new PlaceField(PlaceKind::FileOrFolder, {})),
      low_(decimalField(0, kMostThreshold, 10)),
      high_(decimalField(0, kMostThreshold, 10)),
      scale_(new DecimalSlider(0, kMostOnSlider)),
      scaleNumber_(decimalField(-kMostStrength, kMostStrength, 0.05)),
      start_(decimalField(0, kWhole, 5)),
      end_(decimalField(0, kWhole, 5)),
      reach_(new ReachBar),
      onSmall_(new QCheckBox(tr("Small"))),
      onLarge_(new QCheckBox(tr("Large"))) {
  setObjectName(QStringLiteral("card"));
  buildLayout();
  connectControls();
  repaintIcons();
  setNumber(1);
  clear();
}

void ControlCard::buildLayout() {
  model_->setPlaceholder(tr("ControlNet or T2I-Adapter: folder or file"));
  picture_->setPlaceholder(tr("Picture: file"));
  fit_->setToolTip(tr("How a picture of another shape than the run's is brought to its size"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setSpacing(8);
  layout->addWidget(buildHead());
  layout->addWidget(buildPictures());
  layout->addWidget(overlay_);
  layout->addWidget(picture_);
  layout->addWidget(captioned(tr("Another shape"), fit_));
  layout->addWidget(fitWords_);
  layout->addWidget(buildAnnotator());
  layout->addWidget(model_);
  layout->addWidget(modelFitWords_);
  layout->addWidget(onlyFitting_);
  overlay_->setToolTip(tr("Lays the map over the big picture"));
  for (QWidget* answer : QList<QWidget*>{fitWords_, modelFitWords_, onlyFitting_}) answer->hide();
  layout->addWidget(buildStrength());
  layout->addWidget(buildReach());
}

QWidget* ControlCard::buildHead() {
  auto* head = new QWidget;
  auto* layout = new QHBoxLayout(head);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(kind_, 1);
  layout->addWidget(isMap_);
  layout->addWidget(remove_);
  isMap_->setToolTip(tr("The picture is taken as it is, nothing is drawn from it"));
  remove_->setToolTip(tr("Remove this control"));
  return head;
}

QWidget* ControlCard::buildPictures() {
  auto* box = new QWidget;
  auto* layout = new QHBoxLayout(box);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(pictureTile_);
  layout->addWidget(mapTile_);
  return box;
}

QWidget* ControlCard::buildAnnotator() {
  thresholdBox_ = new QWidget;
  auto* thresholds = new QHBoxLayout(thresholdBox_);
  thresholds->setContentsMargins(0, 0, 0, 0);
  thresholds->setSpacing(8);
  thresholds->addWidget(captioned(tr("Low threshold"), low_));
  thresholds->addWidget(captioned(tr("High threshold"), high_));
  annotator_->setPlaceholder(tr("Annotator's weights"));
  annotatorBox_ = new QWidget;
  auto* layout = new QVBoxLayout(annotatorBox_);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(annotator_);
  layout->addWidget(thresholdBox_);
  return annotatorBox_;
}

QWidget* ControlCard::buildStrength() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(scale_, 1);
  layout->addWidget(scaleNumber_);
  return captioned(tr("Weight"), row);
}

QWidget* ControlCard::buildReach() {
  auto* denoisers = new QWidget;
  auto* row = new QHBoxLayout(denoisers);
  row->setContentsMargins(0, 6, 0, 6);
  row->addWidget(onSmall_);
  row->addWidget(onLarge_);
  row->addStretch(1);
  start_->setSuffix(tr(" %"));
  end_->setSuffix(tr(" %"));
  start_->setToolTip(tr("From which share of the steps on it acts"));
  end_->setToolTip(tr("Up to which share of the steps it acts"));
  auto* box = new QWidget;
  auto* grid = new QGridLayout(box);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(8);
  grid->addWidget(captioned(tr("Start"), start_), 0, 0);
  grid->addWidget(captioned(tr("End"), end_), 0, 1);
  grid->addWidget(captioned(tr("On"), denoisers), 0, 2, Qt::AlignTop);
  grid->addWidget(reach_, 1, 0, 1, 3);
  for (const int column : {0, 1}) grid->setColumnStretch(column, 1);
  grid->setColumnStretch(2, 2);
  return box;
}

void ControlCard::connectControls() {
  connect(remove_, &QToolButton::clicked, this, &ControlCard::removeWanted);
  connect(pictureTile_, &PictureDropTile::fileGiven, this, &ControlCard::setPicture);
  connect(pictureTile_, &PictureDropTile::pixelsGiven, this, &ControlCard::pixelsGiven);
  connect(pictureTile_, &PictureDropTile::fileWanted, picture_, &PlaceField::browse);
  connect(picture_, &PlaceField::changed, this, &ControlCard::showPicture);
  connect(kind_, &QComboBox::currentIndexChanged, this, &ControlCard::showKind);
  connect(isMap_, &QCheckBox::toggled, this, &ControlCard::showKind);
  connect(fit_, &QComboBox::currentIndexChanged, this, &ControlCard::showFit);
  connect(fit_, &QComboBox::currentIndexChanged, this, &ControlCard::outdateMap);
  connect(overlay_, &QCheckBox::toggled, this, &ControlCard::overlayChanged);
  connect(onlyFitting_, &QPushButton::clicked, this, &ControlCard::keepToFitting);
  connect(annotator_, &PlaceField::changed, this, &ControlCard::outdateMap);
  for (DecimalField* threshold : {low_, high_}) {
    connect(threshold, &QDoubleSpinBox::valueChanged, this, &ControlCard::outdateMap);
  }
  for (DecimalField* number : {low_, high_, scaleNumber_, start_, end_}) {
    connect(number, &DecimalField::problemChanged, this, &ControlCard::changed);
  }
  connect(scale_, &DecimalSlider::numberChanged, scaleNumber_, &DecimalField::setValue);
  connect(scaleNumber_, &QDoubleSpinBox::valueChanged, this, [this](double number) {
    const QSignalBlocker quiet(scale_);  // the number may be finer than the slider
    scale_->setNumber(number);
    Q_EMIT changed();
  });
  connect(model_, &ModelField::changed, this, &ControlCard::changed);
  connect(model_, &ModelField::placeEdited, this, [this] { showModelFit(std::nullopt); });
  for (DecimalField* share : {start_, end_}) {
    connect(share, &QDoubleSpinBox::valueChanged, this, [this] {
      showReach();
      Q_EMIT changed();
    });
  }
  connect(reach_, &ReachBar::startMoved, start_, [this](double share) { start_->setValue(percentOf(share)); });
  connect(reach_, &ReachBar::endMoved, end_, [this](double share) { end_->setValue(percentOf(share)); });
  for (QCheckBox* denoiser : {onSmall_, onLarge_}) {
    connect(denoiser, &QCheckBox::toggled, this, &ControlCard::chooseDenoisers);
  }
}

void ControlCard::setNumber(int number) {
  number_ = number;
  const auto name = [number](QWidget* field, const QString& text) { field->setAccessibleName(numbered(text, number)); };
  name(kind_, tr("Control kind"));
  name(isMap_, tr("Control picture is a map"));
  name(fit_, tr("Control fit"));
  name(remove_, tr("Remove control"));
  name(pictureTile_, tr("Control picture shown"));
  name(mapTile_, tr("Control map"));
  name(overlay_, tr("Control map over the picture"));
  name(onlyFitting_, tr("Keep to the fitting model"));
  picture_->setName(numbered(tr("Control picture"), number));
  model_->setName(numbered(tr("Control model"), number));
  annotator_->setName(numbered(tr("Control annotator"), number));
  name(low_, tr("Control low threshold"));
  name(high_, tr("Control high threshold"));
  name(scale_, tr("Control weight"));
  name(scaleNumber_, tr("Control weight in numbers"));
  name(start_, tr("Control start"));
  name(end_, tr("Control end"));
  name(reach_, tr("Control reach"));
  name(onSmall_, tr("Control on small"));
  name(onLarge_, tr("Control on large"));
}

void ControlCard::clear() {
  ControlChoice fresh;
  fresh.fit = ControlFit::Crop;
  setChoice(fresh);
  overlay_->setChecked(false);
}

void ControlCard::setChoice(const ControlChoice& choice) {
  {
    const QSignalBlocker quiet(this);
    known_ = choice;
    choose(kind_, choice.kind);
    isMap_->setChecked(choice.is_map);
    choose(fit_, choice.fit);
    picture_->setPlace(QString::fromStdString(choice.picture.location.string()));
    model_->setPlace(QString::fromStdString(choice.model.location.string()));
    annotator_->setPlace(choice.annotator ? QString::fromStdString(choice.annotator->location.string()) : QString());
    low_->setValue(choice.thresholds.low);
    high_->setValue(choice.thresholds.high);
    scaleNumber_->setValue(choice.scale);
    start_->setValue(percentOf(choice.start));
    end_->setValue(percentOf(choice.end));
    onSmall_->setChecked(choice.denoiser.value_or("small") == "small");
    onLarge_->setChecked(choice.denoiser.value_or("large") == "large");
    off_ = choice.denoiser && choice.denoiser->empty();
    only_ = off_ ? std::nullopt : choice.denoiser;  // also where it is a further one, for which there is no box
    showReach();
  }
  showKind();
  showPicture();
}

ControlKind ControlCard::kind() const {
  return chosen<ControlKind>(kind_);
}

bool ControlCard::showsMap() const {
  return isMap_->isChecked() || kind() == ControlKind::Other;
}

bool ControlCard::needsAnnotator() const {
  return !showsMap() && kind() != ControlKind::Canny;
}

bool ControlCard::hasPicture() const {
  return !picture_->place().isEmpty();
}

void ControlCard::setPicture(const QString& path) {
  picture_->setPlace(path);
}

std::optional<ControlChoice> ControlCard::choice() const {
  return off_ ? std::nullopt : unfinished();
}

std::optional<ControlChoice> ControlCard::unfinished() const {
  if (!hasPicture() && model_->place().isEmpty()) return std::nullopt;
  ControlChoice choice = given();
  if (off_) choice.denoiser.emplace();
  return choice;
}

ControlChoice ControlCard::given() const {
  ControlChoice choice;
  choice.kind = kind();
  choice.picture = referenceTo(known_.picture, picture_->place());
  choice.model = referenceTo(known_.model, model_->place());
  choice.scale = scaleNumber_->value();
  choice.start = shareIn(*start_, known_.start);
  choice.end = shareIn(*end_, known_.end);
  choice.denoiser = only_;
  choice.is_map = isMap_->isChecked();
  choice.fit = chosen<ControlFit>(fit_);
  if (needsAnnotator() && !annotator_->place().isEmpty()) {
    choice.annotator = referenceTo(known_.annotator.value_or(ModelReference{}), annotator_->place());
  }
  if (kind() == ControlKind::Canny) choice.thresholds = {low_->value(), high_->value()};
  return choice;
}

QString ControlCard::summary() const {
  const auto now = choice();
  if (!now) return off_ && hasPicture() ? tr("%1, off").arg(lastPart(picture_->place())) : QString();
  const QString what = hasPicture() ? lastPart(picture_->place()) : tr("no picture");
  return tr("%1, %2, %3").arg(shownName(now->kind), what, scaleNumber_->text());
}

QString ControlCard::problem() const {
  if (!choice()) return {};
  if (!hasPicture()) return tr("%1: choose a picture.").arg(numbered(tr("Control"), number_));
  if (model_->place().isEmpty())
    return tr("%1: choose a ControlNet or a T2I-Adapter.").arg(numbered(tr("Control"), number_));
  QString number = numberProblem();
  if (!number.isEmpty()) return number;
  const QString missing = missingForMap();
  const QString wrong = missing.isEmpty() ? model_->problem() : missing;
  return wrong.isEmpty() ? wrong : tr("%1: %2").arg(numbered(tr("Control"), number_), wrong);
}

/// Of the fields that count, the first one that cannot be read.
QString ControlCard::numberProblem() const {
  std::vector<const DecimalField*> fields{scaleNumber_, start_, end_};
  if (kind() == ControlKind::Canny && !showsMap()) fields.insert(fields.end(), {low_, high_});
  for (const DecimalField* field : fields) {
    if (!field->problem().isEmpty()) return field->problem();
  }
  return {};
}

/// A sentence, or empty.
QString ControlCard::missingForMap() const {
  if (!needsAnnotator() || !annotator_->place().isEmpty()) return {};
  return tr("give the annotator's weights, or a picture that is a map already.");
}

std::optional<ControlChoice> ControlCard::mapSource() const {
  if (!hasPicture() || !missingForMap().isEmpty()) return std::nullopt;
  return choice();
}

void ControlCard::showMapPending(const QString& text) {
  // The map before a threshold was moved stays until the new one is there.
  if (mapTile_->image().isNull()) mapTile_->showText(text);
}

void ControlCard::showMap(const QImage& map) {
  mapTile_->showPicture(map, tr("map of %1").arg(picture_->place()));
  if (overlay_->isChecked()) Q_EMIT overlayChanged();
}

QImage ControlCard::overlay() const {
  return overlay_->isChecked() ? mapTile_->image() : QImage();
}

void ControlCard::setExtent(Extent extent) {
  extent_ = extent;
  showFit();
}

/// What the run sees of a picture of another shape.
void ControlCard::showFit() {
  const FitShown shown = fitShown(pictureTile_->image().size(), extent_, chosen<ControlFit>(fit_));
  pictureTile_->setFrame(shown.frame);
  fitWords_->setText(shown.words);
  fitWords_->setVisible(!shown.words.isEmpty());
}

void ControlCard::showModelFit(const std::optional<ModelFit>& fit) {
  modelFit_ = fit;
  QStringList fitting;
  QStringList sentences;
  for (const ModelFit::On& on : fit ? fit->denoisers : std::vector<ModelFit::On>()) {
    const QString denoiser = QString::fromStdString(on.denoiser);
    on.problem.empty() ? fitting << denoiser
                       : sentences << tr("Not on %1: %2").arg(denoiser, inWindowWords(on.problem));
  }
  if (!fitting.isEmpty()) sentences.prepend(tr("Fits %1.").arg(fitting.join(tr(" and "))));
  modelFitWords_->setText(sentences.join(u'\n'));
  modelFitWords_->setVisible(!sentences.isEmpty());
  const bool isHalf = fitting.size() == 1 && sentences.size() > 1;
  onlyFitting_->setVisible(isHalf && (only_ ? QString::fromStdString(*only_) : QString()) != fitting.value(0));
  if (isHalf) onlyFitting_->setText(tr("Let it act on %1 only").arg(fitting.first()));
}

void ControlCard::keepToFitting() {
  onSmall_->setChecked(modelFit_ && modelFit_->isOn("small"));
  onLarge_->setChecked(modelFit_ && modelFit_->isOn("large"));
  showModelFit(modelFit_);
}

void ControlCard::showMapProblem(const QString& sentence) {
  mapTile_->showText(sentence);
}

void ControlCard::showKind() {
  isMap_->setVisible(kind() != ControlKind::Other);
  annotator_->setVisible(needsAnnotator());
  thresholdBox_->setVisible(kind() == ControlKind::Canny && !showsMap());
  annotatorBox_->setVisible(!showsMap());
  mapTile_->showText({});
  outdateMap();
}

void ControlCard::showPicture() {
  const QString path = picture_->place();
  if (path.isEmpty()) {
    pictureTile_->showText(tr("Drop or paste a picture, or click"));
  } else {
    loadThumbnailAsync(path, kThumbnailSide, this, [this, path](const LoadedPicture& loaded) {
      if (path != picture_->place()) return;
      if (loaded.image.isNull()) {
        pictureTile_->showText(loaded.problem);
      } else {
        pictureTile_->showPicture(loaded.image, path);
      }
      showFit();
    });
  }
  mapTile_->showText({});
  showFit();
  outdateMap();
}

void ControlCard::outdateMap() {
  const QString missing = missingForMap();
  if (!hasPicture()) {
    mapTile_->showText(tr("Its control map appears here"));
  } else if (!missing.isEmpty()) {
    mapTile_->showText(tr("For a map, %1").arg(missing));
  }
  Q_EMIT mapOutdated();
  Q_EMIT changed();
}

void ControlCard::chooseDenoisers() {
  const bool small = onSmall_->isChecked();
  const bool large = onLarge_->isChecked();
  off_ = !small && !large;
  only_.reset();
  if (small != large) only_ = small ? "small" : "large";
  showReach();
  Q_EMIT changed();
}

void ControlCard::showRun(const ReachRun& run) {
  reach_->setRun(run);
}

void ControlCard::showReach() {
  reach_->setReach(
      {shareIn(*start_, known_.start), shareIn(*end_, known_.end), onSmall_->isChecked(), onLarge_->isChecked()});
}

void ControlCard::repaintIcons() {
  remove_->setIcon(lineIcon(QStringLiteral("close"), colours().muted));
  picture_->repaintIcon();
  annotator_->repaintIcon();
  model_->repaintIcon();
}

}  // namespace tstitch::ui
