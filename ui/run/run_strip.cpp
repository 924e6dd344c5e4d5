#include "ui/run/run_strip.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>
#include <initializer_list>

#include "ui/widgets/captions.h"
#include "ui/widgets/denoiser_label.h"

namespace tstitch::ui {
namespace {

constexpr int kLeastStatus = 120;
constexpr int kLeastWidth = 480;  // a run never makes the window wider

QString progressText(const DenoiserProgress& progress, const QString& name) {
  const QString counts = RunStrip::tr("%1 %2/%3").arg(name).arg(progress.done).arg(progress.of);
  const auto each = progress.secondsEach();
  return each ? counts + QStringLiteral("  ") + rateText(*each) : counts;
}

}  // namespace

RunStrip::RunStrip(QWidget* parent)
    : QWidget(parent),
      statusLabel_(new QLabel),
      smallRate_(new DenoiserLabel(DenoiserMark::Small)),
      largeRate_(new DenoiserLabel(DenoiserMark::Large)),
      timeLeft_(new QLabel),
      loadBar_(new QProgressBar),
      runBar_(new QProgressBar),
      batchBar_(new QProgressBar),
      skip_(new QPushButton(tr("Skip picture"))),
      stop_(new QPushButton(tr("Stop"))),
      rates_{{{smallRate_, false}, {largeRate_, false}}} {
  setObjectName(QStringLiteral("runStrip"));
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(16, 8, 16, 8);
  layout->setSpacing(24);
  layout->addWidget(statusLabel_, 1);
  layout->addWidget(loadBar_);
  layout->addWidget(smallRate_);
  layout->addWidget(largeRate_);
  layout->addWidget(runBar_);
  layout->addWidget(batchBar_);
  layout->addWidget(timeLeft_);
  layout->addWidget(skip_);
  layout->addWidget(stop_);
  statusLabel_->setMinimumWidth(kLeastStatus);
  statusLabel_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  statusLabel_->installEventFilter(this);
  setMinimumWidth(kLeastWidth);
  statusLabel_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(statusLabel_, &QLabel::linkActivated, this, [this] { Q_EMIT folderWanted(file_); });
  connect(statusLabel_, &QLabel::customContextMenuRequested, this, &RunStrip::showCaptionMenu);
  loadBar_->setFixedWidth(160);
  loadBar_->setTextVisible(false);
  loadBar_->setAccessibleName(tr("Loaded weights"));
  for (QProgressBar* bar : {runBar_, batchBar_}) {
    bar->setFixedWidth(80);
    bar->setTextVisible(false);
  }
  runBar_->setAccessibleName(tr("Run"));
  runBar_->setToolTip(tr("Evaluations of this picture"));
  batchBar_->setAccessibleName(tr("Batch"));
  batchBar_->setToolTip(tr("Pictures of this job"));
  timeLeft_->setObjectName(QStringLiteral("muted"));
  skip_->setToolTip(tr("Lets this picture go; the others of the job are made"));
  connect(skip_, &QPushButton::clicked, this, &RunStrip::skipRequested);
  setSkippable(false);
  stop_->setAccessibleName(tr("Stop"));
  stop_->setToolTip(tr("Stop (Esc)"));
  connect(stop_, &QPushButton::clicked, this, &RunStrip::stopRequested);
  setStatus(tr("idle"));
  clearProgress();
  setStoppable(false, false, 0);
}

void RunStrip::setStatus(const QString& status) {
  if (status == status_) return;
  status_ = status;
  statusLabel_->setAccessibleName(tr("Status: %1").arg(status));
  setCaption({}, {});
}

void RunStrip::setCaption(const QString& caption, const QString& file) {
  caption_ = caption;
  file_ = file;
  statusLabel_->setTextInteractionFlags(caption.isEmpty() ? Qt::TextSelectableByMouse : Qt::TextBrowserInteraction);
  statusLabel_->setAccessibleDescription(caption);
  statusLabel_->setToolTip(caption.isEmpty() ? status_ : tr("Show %1 in its folder").arg(file));
  elideStatus();
}

void RunStrip::elideStatus() {
  const auto elided = [this](const QString& text, Qt::TextElideMode mode) {
    return statusLabel_->fontMetrics().elidedText(text, mode, statusLabel_->width());
  };
  statusLabel_->setTextFormat(caption_.isEmpty() ? Qt::PlainText : Qt::RichText);
  statusLabel_->setText(
      caption_.isEmpty()
          ? elided(status_, Qt::ElideMiddle)
          : QStringLiteral("<a href=\"folder\">%1</a>").arg(elided(caption_, Qt::ElideRight).toHtmlEscaped()));
}

void RunStrip::showCaptionMenu(QPoint place) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto copy = [](const QString& text) { return [text] { QGuiApplication::clipboard()->setText(text); }; };
  if (!caption_.isEmpty()) {
    menu->addAction(tr("Show in folder"), this, [this] { Q_EMIT folderWanted(file_); });
    menu->addAction(tr("Copy path"), this, copy(file_));
  }
  menu->addAction(tr("Copy text"), this, copy(caption_.isEmpty() ? status_ : caption_));
  menu->popup(statusLabel_->mapToGlobal(place));
}

/// The status has more room as soon as what tells of a run is gone.
bool RunStrip::eventFilter(QObject* watched, QEvent* event) {
  if (watched == statusLabel_ && event->type() == QEvent::Resize) elideStatus();
  return QWidget::eventFilter(watched, event);
}

void RunStrip::resizeEvent(QResizeEvent*) {
  fit();
}

/// Rates go where there is no room for them.
void RunStrip::fit() {
  int room = width() - layout()->minimumSize().width();
  for (const auto& [rate, isWanted] : rates_) {
    const int own = rate->minimumSizeHint().width() + layout()->spacing();
    const bool isShown = !rate->isHidden();
    const bool fits = room + (isShown ? own : 0) >= own;
    if (isShown == (isWanted && fits)) continue;
    rate->setVisible(!isShown);
    room += isShown ? own : -own;
  }
}

void RunStrip::want(QWidget* rate, bool wanted) {
  for (auto& [known, isWanted] : rates_) {
    if (known == rate) isWanted = wanted;
  }
}

void RunStrip::showProgress(const RunProgress& progress) {
  const bool loading = progress.isLoading() && progress.load().of > 0;
  loadBar_->setVisible(loading);
  if (loading) {
    showLoad(progress.load());
    return;
  }
  want(smallRate_, progress.small().of > 0);
  want(largeRate_, progress.large().of > 0);
  timeLeft_->show();
  smallRate_->setText(progressText(progress.small(), tr("small")));
  largeRate_->setText(progressText(progress.large(), tr("large")));
  const auto left = progress.secondsLeft();
  setTimeLeft(left ? timeLeftText(*left) : tr("not known yet"));
  showShare(runBar_, progress.done(), progress.evaluations());
  showShare(batchBar_, progress.picturesDone(), progress.pictures());
  fit();
}

void RunStrip::setTimeLeft(const QString& text) {
  timeLeft_->setText(tr("Time left: %1").arg(text));
}

void RunStrip::showShare(QProgressBar* bar, int done, int of) {
  bar->show();
  bar->setRange(0, std::max(of, 1));
  bar->setValue(done);
}

void RunStrip::setSkippable(bool skippable) {
  skip_->setEnabled(skippable);
}

void RunStrip::showLoad(const LoadProgress& load) {
  if (load.of <= 0) return;
  loadBar_->show();
  loadBar_->setRange(0, 1000);
  loadBar_->setValue(static_cast<int>(load.bytes * 1000 / load.of));
  timeLeft_->show();
  setTimeLeft(tr("%1 of %2 read").arg(bytesText(load.bytes), bytesText(load.of)));
}

void RunStrip::clearProgress() {
  for (QWidget* widget : std::initializer_list<QWidget*>{loadBar_, runBar_, batchBar_, timeLeft_}) widget->hide();
  want(smallRate_, false);
  want(largeRate_, false);
  fit();
  setTimeLeft({});
}

void RunStrip::addExtra(QWidget* widget) {
  auto* row = static_cast<QHBoxLayout*>(layout());
  row->insertWidget(row->indexOf(timeLeft_) + 1, widget);
}

void RunStrip::takeStop() {
  layout()->addWidget(stop_);
}

void RunStrip::setStoppable(bool stoppable, bool stopping, int queued) {
  stop_->setEnabled(stoppable);
  setAccent(stop_, stoppable);
  if (stopping) {
    stop_->setText(tr("Stopping..."));
  } else {
    stop_->setText(queued > 0 ? tr("Stop (%1 waiting)").arg(queued) : tr("Stop"));
  }
}

}  // namespace tstitch::ui
