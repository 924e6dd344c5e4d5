#include "ui/play/lens_desk.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QImage>
#include <QKeyEvent>
#include <algorithm>
#include <optional>

#include "core/image/atomic_file.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/play/lens.h"
#include "ui/play/play_bar.h"
#include "ui/play/play_desk.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

constexpr int kLongestSide = 512;
constexpr std::size_t kMostFrames = 24;
constexpr int kFirstMs = 700;
constexpr int kFrameMs = 80;
constexpr int kLastMs = 1200;

/// The first `STEM-loop.webp`, `STEM-loop-2.webp`, ... that is free beside the picture.
QString writeLoop(const QString& picture, const std::vector<AnimationFrame>& frames) {
  const QFileInfo file(picture);
  const std::string bytes = encode_webp_animation(frames);
  for (int number = 1;; ++number) {
    const QString end = number == 1 ? QStringLiteral("-loop.webp") : QStringLiteral("-loop-%1.webp").arg(number);
    QString path = file.dir().absoluteFilePath(file.completeBaseName() + end);
    if (write_new_file(path.toStdString(), bytes) == NewFile::Written) return path;
  }
}

}  // namespace

std::vector<AnimationFrame> loopOf(const Film& film, const QImage& picture) {
  const auto& frames = film.roll.frames();
  const auto seam = std::find_if(frames.begin(), frames.end(),
                                 [&](const FilmFrame& frame) { return frame.evaluation + 1 >= film.small; });
  if (picture.isNull() || film.small == 0 || seam == frames.end()) return {};
  const QSize size = picture.size().boundedTo(picture.size().scaled(kLongestSide, kLongestSide, Qt::KeepAspectRatio));
  const auto scaled = [&](const QImage& image) {
    return toImage(image.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
  };
  std::vector<AnimationFrame> loop;
  const auto count = static_cast<std::size_t>(frames.end() - seam);
  const std::size_t stride = (count + kMostFrames - 1) / kMostFrames;
  for (std::size_t i = 0; i < count; i += stride) {
    loop.push_back({scaled(seam[static_cast<std::ptrdiff_t>(i)].image), loop.empty() ? kFirstMs : kFrameMs});
  }
  loop.push_back({scaled(picture), kLastMs});
  return loop;
}

LensDesk::LensDesk(PlayDesk& play, PictureView& picture, Filmstrip& filmstrip, PlayBar& bar, NoticeBar& notice,
                   QObject* parent)
    : QObject(parent),
      play_(play),
      picture_(picture),
      filmstrip_(filmstrip),
      bar_(bar),
      notice_(notice),
      lens_(new Lens(picture)) {
  picture_.installEventFilter(this);
  filmstrip_.installEventFilter(this);
  connect(&bar_, &PlayBar::lensWanted, this, &LensDesk::toggle);
  connect(&bar_, &PlayBar::lensSourceChanged, this, &LensDesk::update);
  connect(&bar_, &PlayBar::loopWanted, this, &LensDesk::exportLoop);
  connect(&play_, &PlayDesk::changed, this, &LensDesk::update);
}

void LensDesk::toggle() {
  lens_->setVisible(lens_->isHidden());
  bar_.showLens(!lens_->isHidden());
  update();
}

void LensDesk::update() {
  const auto film = play_.shownFilm();
  bar_.setLoopPossible(film && film->isOver && film->small > 0 && !picture_.savedPath().isEmpty());
  const bool asksEnd = !lens_->isHidden() && bar_.lensSource() != LensSource::Held;
  if (!asksEnd) play_.ask(PlayAsker::Lens, {});
  if (lens_->isHidden()) return;
  if (bar_.lensSource() == LensSource::Held) {
    const FilmFrame* held = filmstrip_.held();
    lens_->setOther(held == nullptr ? QImage() : held->image,
                    held == nullptr ? tr("hold a frame of the strip") : PictureView::previewWords(held->evaluation));
    return;
  }
  const bool none = bar_.lensSource() == LensSource::None;
  showEnd(none ? 0 : play_.evaluations(), none ? tr("0 %") : tr("100 %"));
}

/// Asked for where it is not there, whatever the idle pictures are allowed.
void LensDesk::showEnd(int smallCount, const QString& words) {
  const GenerationRequest request = play_.requestAt(smallCount);
  const ReadyPicture* ready = play_.ready(request);
  if (ready != nullptr) return lens_->setOther(toQImage(*ready->picture->image), words);
  lens_->setOther({}, tr("%1 is being made").arg(words));
  play_.ask(PlayAsker::Lens, {request});
}

bool LensDesk::eventFilter(QObject*, QEvent* event) {
  const bool press = event->type() == QEvent::KeyPress;
  if (!press && event->type() != QEvent::KeyRelease) return false;
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->key() != kPeelKey || key->modifiers() != Qt::NoModifier) return false;
  if (!key->isAutoRepeat()) peel(press);
  return true;
}

void LensDesk::peel(bool off) {
  const auto film = play_.shownFilm();
  if (!off || !film || film->small == 0) {
    play_.endLook();
    return;
  }
  const auto& frames = film->roll.frames();
  const auto seam = std::find_if(frames.begin(), frames.end(),
                                 [&](const FilmFrame& frame) { return frame.evaluation + 1 == film->small; });
  if (seam != frames.end()) picture_.peek(seam->image, PlayDesk::smallWords(film->small));
}

void LensDesk::exportLoop() {
  const auto film = play_.shownFilm();
  const std::vector<AnimationFrame> frames = film ? loopOf(*film, picture_.image()) : std::vector<AnimationFrame>();
  if (frames.empty() || picture_.savedPath().isEmpty()) return;
  const auto write = [frames, picture = picture_.savedPath()] { return writeLoop(picture, frames); };
  writeInBackground(this, write, [this](const WrittenFile& file) {
    notice_.sayInstead(file.problem.isEmpty() ? tr("Exported to %1").arg(file.path) : file.problem,
                       NoticeMatter::Export);
  });
}

}  // namespace tstitch::ui
