#pragma once

#include <QObject>
#include <vector>

#include "core/image/webp_animation.h"
#include "ui/play/film_shelf.h"

class QImage;

namespace tstitch::ui {

class Filmstrip;
class Lens;
class NoticeBar;
class PictureView;
class PlayBar;
class PlayDesk;

/// The lens: which other picture it shows, the key that peels the large denoiser's work off, and the loop that shows
/// that work in a file.
class LensDesk : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPeelKey = Qt::Key_P;

  LensDesk(PlayDesk& play, PictureView& picture, Filmstrip& filmstrip, PlayBar& bar, NoticeBar& notice,
           QObject* parent = nullptr);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void toggle();
  void update();
  void showEnd(int smallCount, const QString& words);
  void peel(bool off);
  void exportLoop();

  PlayDesk& play_;
  PictureView& picture_;
  Filmstrip& filmstrip_;
  PlayBar& bar_;
  NoticeBar& notice_;
  Lens* lens_;
};

/// From the small denoiser's last frame over all of the large one's to the picture, in at most 24 frames of at most 512
/// pixels. Empty where the film has no seam.
std::vector<AnimationFrame> loopOf(const Film& film, const QImage& picture);

}  // namespace tstitch::ui
