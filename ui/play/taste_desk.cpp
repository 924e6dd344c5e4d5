#include "ui/play/taste_desk.h"

#include <QRandomGenerator>
#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/convert/picture_writer.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/trajectory_section.h"
#include "ui/play/play_desk.h"
#include "ui/play/taste_dialog.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

constexpr int kUsualPercent = 40;  // where the controls say 0 %

double secondsOf(const ReadyPicture& ready) {
  double seconds = 0;
  for (const auto& [name, each] : ready.picture->made.seconds) seconds += each;
  return seconds;
}

}  // namespace

TasteDesk::TasteDesk(PlayDesk& play, CreatePanel& panel, NoticeBar& notice, std::function<QString()> folder,
                     QWidget* window)
    : QObject(window), play_(play), panel_(panel), notice_(notice), folder_(std::move(folder)), window_(window) {
  connect(&play_, &PlayDesk::readyChanged, this, &TasteDesk::collect);
}

void TasteDesk::open() {
  if (dialog_ || !panel_.problems().isEmpty() || panel_.trajectory()->isCustom()) return;
  const quint32 seed = QRandomGenerator::global()->generate();
  const TrajectorySection& trajectory = *panel_.trajectory();
  const int usual = trajectory.shape().snapped(trajectory.shape().evaluations * kUsualPercent / 100);
  const int count = panel_.smallCount() > 0 ? panel_.smallCount() : usual;
  percent_ = panel_.smallCount() > 0 ? trajectory.percent() : kUsualPercent;
  referenceSeconds_ = otherSeconds_ = 0;
  pairs_ = drawPairs(count, seed);
  dialog_ = new TasteDialog(kPairs, percent_, seed, window_);
  dialog_->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog_, &TasteDialog::over, this, &TasteDesk::end);
  connect(dialog_, &TasteDialog::shareWanted, this, &TasteDesk::share);
  connect(dialog_, &QObject::destroyed, this, [this] { play_.ask(PlayAsker::Taste, {}); });
  std::vector<GenerationRequest> asked;
  for (const Pair& pair : pairs_) asked.insert(asked.end(), {pair.reference, pair.other});
  play_.ask(PlayAsker::Taste, asked);
  collect();
  dialog_->show();
}

/// The user's own prompts in turn, each with a seed of its own.
std::vector<TasteDesk::Pair> TasteDesk::drawPairs(int smallCount, quint32 seed) const {
  std::mt19937 random(seed);
  const std::vector<GenerationRequest> prompts = play_.ownPrompts();
  std::vector<Pair> pairs;
  for (int i = 0; i < kPairs; ++i) {
    GenerationRequest request = prompts[static_cast<std::size_t>(i) % prompts.size()];
    request.seed = random();
    Pair pair{request, request};
    pair.reference.split = panel_.trajectory()->splitAt(0);
    pair.other.split = panel_.trajectory()->splitAt(smallCount);
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

void TasteDesk::collect() {
  if (!dialog_) return;
  std::vector<TastePair> shown;
  referenceSeconds_ = otherSeconds_ = 0;
  for (const Pair& pair : pairs_) {
    const ReadyPicture* reference = play_.ready(pair.reference);
    const ReadyPicture* other = play_.ready(pair.other);
    TastePair one{QString::fromStdString(pair.reference.prompt), {}, {}};
    if (reference != nullptr && other != nullptr) {
      one.reference = toQImage(*reference->picture->image);
      one.other = toQImage(*other->picture->image);
      referenceSeconds_ += secondsOf(*reference);
      otherSeconds_ += secondsOf(*other);
    }
    shown.push_back(std::move(one));
  }
  dialog_->setPairs(shown);
}

void TasteDesk::end() {
  const double saved = referenceSeconds_ > 0 ? 1 - otherSeconds_ / referenceSeconds_ : 0;
  dialog_->setSaved(std::max(0, static_cast<int>(std::lround(100 * saved))));
  const TasteTest& test = dialog_->test();
  if (test.couldNotTell() || 2 * test.forReference() < test.answered()) Q_EMIT balanced(percent_);
}

void TasteDesk::share() {
  const auto write = [figure = dialog_->figure(), folder = folder_()] {
    return saveNumbered(figure, folder, QStringLiteral("blind-taste"));
  };
  writeInBackground(this, write, [this](const WrittenFile& file) {
    notice_.sayInstead(file.problem.isEmpty() ? tr("Exported to %1").arg(file.path) : file.problem,
                       NoticeMatter::Export);
  });
}

}  // namespace tstitch::ui
