#include "ui/compare/compare_page.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>

#include "ui/compare/compare_view.h"
#include "ui/convert/local_files.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/place_field.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr int kLeastFacts = 180;
constexpr int kMostFacts = 280;
constexpr int kLeastSlider = 60;

QSlider* percentSlider(const QString& name, int least, int most, int value) {
  auto* slider = new QSlider(Qt::Horizontal);
  slider->setAccessibleName(name);
  slider->setRange(least, most);
  slider->setValue(value);
  slider->setPageStep(10);
  slider->setMinimumWidth(kLeastSlider);
  return slider;
}

void fillModes(QComboBox* box) {
  box->setAccessibleName(ComparePage::tr("Compare mode"));
  for (const QString& mode : {ComparePage::tr("Wipe"), ComparePage::tr("Wipe across"), ComparePage::tr("Side by side"),
                              ComparePage::tr("Blink"), ComparePage::tr("Overlay"), ComparePage::tr("Difference")}) {
    box->addItem(mode);
  }
}

/// Numbers are written alike in every language, as in files: they are quoted and compared.
QString fixed(double number, int decimals) {
  return QString::number(number, 'f', decimals);
}

}  // namespace

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent),
      a_(new PlaceField(PlaceKind::File, pictureFilter())),
      b_(new PlaceField(PlaceKind::File, pictureFilter())),
      swap_(new QPushButton(tr("Swap pictures"))),
      mode_(new QComboBox),
      wipe_(percentSlider(tr("Wipe position"), 0, 100, 50)),
      opacity_(percentSlider(tr("Overlay opacity"), 0, 100, 50)),
      zoom_(percentSlider(tr("Zoom"), CompareView::kLeastZoom, CompareView::kMostZoom, 100)),
      fit_(new QPushButton(tr("Fit"))),
      hold_(new QPushButton(tr("Hold to see B"))),
      view_(new CompareView),
      rms_(new QLabel),
      psnr_(new QLabel),
      ssim_(new QLabel),
      problem_(remark()),
      settingsRemark_(remark()),
      settings_(new RowList(RowList::Kind::Table, tr("Different settings"))) {
  a_->setName(tr("Picture A"));
  b_->setName(tr("Picture B"));
  fillModes(mode_);
  problem_->setObjectName(QStringLiteral("problem"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(buildBar());
  auto* content = new QHBoxLayout;
  content->setContentsMargins(16, 16, 16, 16);
  content->setSpacing(16);
  auto* left = new QVBoxLayout;
  left->setSpacing(8);
  left->addWidget(problem_);
  left->addWidget(view_, 1);
  left->addWidget(buildSliders());
  content->addLayout(left, 3);
  content->addWidget(buildFacts(), 1);
  layout->addLayout(content, 1);
  connectControls();
  refresh();
}

QWidget* ComparePage::buildBar() {
  auto* bar = new QWidget;
  bar->setObjectName(QStringLiteral("gridBar"));
  auto* fields = new QHBoxLayout(bar);
  fields->setContentsMargins(16, 12, 16, 16);
  fields->setSpacing(12);
  fields->addWidget(captioned(tr("Picture A"), a_), 2);
  fields->addWidget(swap_, 0, Qt::AlignBottom);
  fields->addWidget(captioned(tr("Picture B"), b_), 2);
  fields->addWidget(captioned(tr("Mode"), mode_), 1, Qt::AlignBottom);
  return bar;
}

QWidget* ComparePage::buildSliders() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(16);
  layout->addWidget(captioned(tr("Wipe position"), wipe_), 1);
  layout->addWidget(captioned(tr("Overlay opacity"), opacity_), 1);
  layout->addWidget(captioned(tr("Zoom, %"), zoom_), 1);
  layout->addWidget(fit_, 0, Qt::AlignBottom);
  layout->addWidget(hold_, 0, Qt::AlignBottom);
  return row;
}

QWidget* ComparePage::buildFacts() {
  auto* facts = new QWidget;
  facts->setMinimumWidth(kLeastFacts);
  facts->setMaximumWidth(kMostFacts);
  auto* layout = new QVBoxLayout(facts);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(heading(tr("Difference")));
  rms_->setToolTip(tr("Root of the mean squared difference, 0 to 1: 0 is equal"));
  psnr_->setToolTip(tr("Peak signal to noise ratio: more is nearer"));
  ssim_->setToolTip(tr("Structural similarity: 1 is equal"));
  for (QLabel* label : {rms_, psnr_, ssim_}) layout->addWidget(label);
  layout->addSpacing(8);
  layout->addWidget(heading(tr("Settings")));
  settings_->setModel(&differences_);
  layout->addWidget(settingsRemark_);
  layout->addWidget(settings_, 1);
  layout->addStretch();  // where there are none
  return facts;
}

void ComparePage::connectControls() {
  connect(a_, &PlaceField::changed, this, [this] { comparison_.setPath(Side::A, a_->place()); });
  connect(b_, &PlaceField::changed, this, [this] { comparison_.setPath(Side::B, b_->place()); });
  connect(swap_, &QPushButton::clicked, this, &ComparePage::swap);
  connect(mode_, &QComboBox::currentIndexChanged, this, [this](int index) {
    view_->setMode(static_cast<CompareMode>(index));
    refresh();
  });
  connect(wipe_, &QSlider::valueChanged, view_, &CompareView::setWipe);
  connect(opacity_, &QSlider::valueChanged, view_, &CompareView::setOpacity);
  connect(zoom_, &QSlider::valueChanged, view_, &CompareView::setZoom);
  connect(view_, &CompareView::wipeMoved, wipe_, &QSlider::setValue);
  connect(view_, &CompareView::zoomChanged, this, [this](int percent) {
    const QSignalBlocker silence(zoom_);
    zoom_->setValue(percent);
  });
  connect(fit_, &QPushButton::clicked, view_, &CompareView::fit);
  connect(hold_, &QPushButton::pressed, view_, [this] { view_->setHeld(true); });
  connect(hold_, &QPushButton::released, view_, [this] { view_->setHeld(false); });
  connect(view_, &CompareView::filesDropped, this, &ComparePage::takeFiles);
  connect(&comparison_, &Comparison::changed, this, &ComparePage::refresh);
}

void ComparePage::compare(const QString& pathA, const QString& pathB) {
  a_->setPlace(pathA);
  b_->setPlace(pathB);
}

void ComparePage::swap() {
  const QString a = a_->place(), b = b_->place();
  {
    const QSignalBlocker silenceA(a_);
    const QSignalBlocker silenceB(b_);
    a_->setPlace(b);
    b_->setPlace(a);
  }
  comparison_.swap();
}

/// One file goes to the side where it was dropped, or to the one that is still empty.
void ComparePage::takeFiles(const QStringList& paths, Side side) {
  if (paths.size() > 1) return compare(paths[0], paths[1]);
  if (paths.isEmpty()) return;
  const bool emptyA = a_->place().isEmpty(), emptyB = b_->place().isEmpty();
  if (emptyA != emptyB) side = emptyA ? Side::A : Side::B;
  (side == Side::A ? a_ : b_)->setPlace(paths[0]);
}

void ComparePage::refresh() {
  view_->setPictures(comparison_.picture(Side::A).image, comparison_.picture(Side::B).image);
  const auto& pixels = comparison_.pixels();
  view_->setDifference(pixels ? pixels->map : QImage(), pixels ? pixels->greatest : 0);
  const QString problem = comparison_.problem();
  problem_->setText(problem);
  problem_->setVisible(!problem.isEmpty());
  const CompareMode mode = view_->mode();
  wipe_->setEnabled(mode == CompareMode::Wipe || mode == CompareMode::WipeAcross);
  opacity_->setEnabled(mode == CompareMode::Overlay);
  hold_->setEnabled(mode == CompareMode::Blink);
  showNumbers();
  showSettings();
  describe();
}

void ComparePage::showNumbers() {
  const auto& pixels = comparison_.pixels();
  QString rms = tr("none"), psnr = tr("none"), ssim = tr("none");
  if (pixels) {
    const PictureDifference& numbers = pixels->numbers;
    const bool equal = std::isinf(numbers.psnr);
    rms = equal ? QStringLiteral("0") : fixed(numbers.rms, 4);
    psnr = equal ? tr("infinite") : tr("%1 dB").arg(fixed(numbers.psnr, 1));
    if (numbers.ssim) ssim = equal ? QStringLiteral("1") : fixed(*numbers.ssim, 4);
  }
  rms_->setText(tr("RMS: %1").arg(rms));
  psnr_->setText(tr("PSNR: %1").arg(psnr));
  ssim_->setText(tr("SSIM: %1").arg(ssim));
}

void ComparePage::showSettings() {
  const auto settings = comparison_.settings();
  differences_.show(settings.value_or(std::vector<SettingDifference>{}));
  QString text;
  if (!comparison_.hasBoth()) {
    text = tr("Which settings differ stands here once there are two pictures.");
  } else if (!settings) {
    text = tr("One of the pictures carries no settings of this program.");
  } else if (settings->empty()) {
    text = tr("The settings are the same.");
  }
  settingsRemark_->setText(text);
  settingsRemark_->setVisible(!text.isEmpty());
  settings_->setVisible(differences_.rowCount() > 0);
}

/// Mode and paths, for assistive tools.
void ComparePage::describe() {
  QStringList parts{mode_->currentText()};
  const QString a = comparison_.picture(Side::A).path, b = comparison_.picture(Side::B).path;
  if (!a.isEmpty()) parts << tr("A %1").arg(a);
  if (!b.isEmpty()) parts << tr("B %1").arg(b);
  view_->setAccessibleDescription(parts.join(QStringLiteral(", ")));
}

}  // namespace tstitch::ui
