#pragma once

#include <QObject>
#include <QSize>
#include <QTimer>
#include <memory>

#include "ui/engine/preview_frame.h"

namespace tstitch::ui {

class PictureView;

/// Carries previews from the mailbox to the big view: the newest one, at most 15 times a second, none while the view is
/// hidden or the run is over.
class PreviewPump : public QObject {
  Q_OBJECT

 public:
  static constexpr int kIntervalMs = 66;

  PreviewPump(std::shared_ptr<PreviewMailbox> mailbox, PictureView& view);

  void begin(quint64 run, QSize finalSize);
  /// What is still in the mailbox belongs to the past.
  void end();
  /// The mailbox has something.
  void wake();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void pump();

  std::shared_ptr<PreviewMailbox> mailbox_;
  PictureView& view_;
  QTimer pause_;
  quint64 run_ = 0;
  QSize finalSize_;
};

}  // namespace tstitch::ui
