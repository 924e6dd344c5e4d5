#include "ui/preview/preview_pump.h"

#include <QEvent>
#include <utility>

#include "ui/convert/image_convert.h"
#include "ui/preview/picture_view.h"

namespace tstitch::ui {

PreviewPump::PreviewPump(std::shared_ptr<PreviewMailbox> mailbox, PictureView& view)
    : QObject(&view), mailbox_(std::move(mailbox)), view_(view) {
  pause_.setSingleShot(true);
  pause_.setInterval(kIntervalMs);
  connect(&pause_, &QTimer::timeout, this, &PreviewPump::pump);
  view_.installEventFilter(this);
}

void PreviewPump::begin(quint64 run, QSize finalSize) {
  run_ = run;
  finalSize_ = finalSize;
}

void PreviewPump::end() {
  run_ = 0;
  pause_.stop();
  mailbox_->take();
}

void PreviewPump::wake() {
  if (!pause_.isActive()) pump();
}

void PreviewPump::pump() {
  if (!view_.isVisible()) return;  // what is in the box waits, newest wins, until the view is shown
  const auto frame = mailbox_->take();
  if (!frame) return;
  pause_.start();
  if (frame->run == run_ && frame->image) view_.showPreview(toQImage(*frame->image), frame->evaluation, finalSize_);
}

bool PreviewPump::eventFilter(QObject*, QEvent* event) {
  if (event->type() == QEvent::Show && run_ != 0) wake();
  return false;
}

}  // namespace tstitch::ui
