#include "ui/play/play_desk.h"

#include <QEvent>
#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/jobs/state_numbers.h"
#include "core/trajectory/trajectory.h"
#include "ui/convert/image_convert.h"
#include "ui/engine/engine_client.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/trajectory_section.h"
#include "ui/play/play_bar.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"
#include "ui/run/ordered_run.h"
#include "ui/session/session.h"

namespace tstitch::ui {
namespace {

constexpr std::size_t kMostNeighbours = 8;

/// Where a run has several denoisers, the one that is cheapest; else none is small.
bool isSmall(const GenerationRequest& request, const DenoiserName& denoiser) {
  const std::vector<DenoiserName> names = names_by_cost(request.denoisers);
  return names.size() > 1 && names.front() == denoiser;
}

bool isLarge(const GenerationRequest& request, const DenoiserName& denoiser) {
  const std::vector<DenoiserName> names = names_by_cost(request.denoisers);
  return names.empty() || names.back() == denoiser;
}

bool beginsSmall(const GenerationRequest& request) {
  if (const auto* ratio = std::get_if<RatioSplit>(&request.split)) return ratio->shares.front().value > 0;
  const auto& segments = std::get<SegmentSplit>(request.split).segments;
  return !segments.empty() && isSmall(request, segments.front().denoiser);
}

int lastEvaluation(const Film& film) {
  return film.roll.frames().empty() ? -1 : film.roll.frames().back().evaluation;
}

GenerationRequest pictureRequest(const RunOrder& order, int picture) {
  GenerationRequest request = order.pictures().request;
  request.seed += static_cast<std::uint64_t>(picture);
  return request;
}

}  // namespace

PlayDesk::PlayDesk(Session& session, PlayViews views, MakeJob makeJob, QObject* parent)
    : QObject(parent), session_(session), views_(views), makeJob_(std::move(makeJob)), idle_(session, this) {
  connectSession();
  connectViews();
}

void PlayDesk::connectSession() {
  connect(&session_, &Session::runEvent, this, &PlayDesk::takeEvent);
  connect(&session_, &Session::runEnded, this, &PlayDesk::endRun);
  connect(&session_, &Session::gridEnded, this, [this](quint64 run) { gridFilms_.erase(run); });
  connect(&session_, &Session::stateChanged, this, &PlayDesk::update);
  connect(&session_, &Session::engineRestarted, this, [this] { trails_.loseAll(); });
  connect(&session_.engine(), &EngineClient::standingChanged, this, [this] {
    if (session_.engine().standing() == EngineStanding::Lost) trails_.loseAll();
  });
}

void PlayDesk::connectViews() {
  connect(&idle_, &IdleMaker::made, this, &PlayDesk::takeReady);
  connect(&views_.bar, &PlayBar::switchWanted, this, &PlayDesk::switchNow);
  connect(&views_.bar, &PlayBar::branchWanted, this, &PlayDesk::branch);
  connect(&views_.bar, &PlayBar::finishWanted, this, &PlayDesk::finish);
  connect(&views_.bar, &PlayBar::keepChanged, this, &PlayDesk::keepOrForget);
  connect(&views_.filmstrip, &Filmstrip::frameShown, this, &PlayDesk::showFrame);
  connect(&views_.filmstrip, &Filmstrip::heldChanged, this, &PlayDesk::update);
  connect(&views_.picture, &PictureView::savedShown, this, &PlayDesk::showFilmOf);
  TrajectorySection* trajectory = views_.panel.trajectory();
  connect(trajectory, &TrajectorySection::seamChosen, this, &PlayDesk::lookAtSeam);
  connect(trajectory->bar(), &TrajectoryBar::seamReleased, this, &PlayDesk::releaseSeam);
}

Way PlayDesk::way() const {
  const GenerationRequest request = views_.panel.request();
  return wayOf(request, makeJob_(request).settings);
}

void PlayDesk::keep(Job& job) {
  if (views_.bar.keepsSmall()) job.trail = trails_.begin(job.request, job.settings, job.count, false);
}

void PlayDesk::keepOrForget(bool keeps) {
  if (keeps) return update();
  std::vector<StateId> states;
  for (const SmallTrail& trail : trails_.all()) {
    for (int step = 1; step <= trail.reached; ++step) states.push_back(trail.first + static_cast<StateId>(step));
  }
  trails_.clear();
  update();
  session_.engine().compute(
      this,
      [states](Engine& engine) {
        for (const StateId state : states) engine.forget(state);
        return true;
      },
      [](const Reply<bool>&) {});
}

void PlayDesk::showRun(quint64 run) {
  shownRun_ = run;
  const auto order = session_.running(run);
  if (!order || order->isGrid()) return;
  look_ = {};
  showFilm(running_[run].film);
  views_.filmstrip.letGo();
  views_.picture.peek({}, {});
}

void PlayDesk::takeEvent(RunId run, const Event& event) {
  const auto order = session_.running(run);
  if (!order) return;
  if (order->isGrid()) return takeGridEvent(run, order->grid(), event);
  if (const auto* begun = std::get_if<StepBegun>(&event)) {
    takeStep(run, *order, *begun);
  } else if (const auto* done = std::get_if<StepDone>(&event)) {
    const Film* film = running_[run].film.get();
    if (film != nullptr && film->isLeading) trails_.reach(film->way, done->evaluation.value);
  } else if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    addFrame(run, *preview);
  } else if (const auto* saved = std::get_if<ImageSaved>(&event)) {
    takePicture(running_[run], saved->image);
  }
}

void PlayDesk::takeGridEvent(RunId run, const GridJob& grid, const Event& event) {
  GridFilms& films = gridFilms_.try_emplace(run, grid).first->second;
  films.take(event);
  const auto* saved = std::get_if<ImageSaved>(&event);
  const auto film = saved == nullptr ? nullptr : films.finished();
  if (film) shelf_.put(QString::fromStdString(saved->image.file.string()), film);
}

void PlayDesk::takeStep(RunId run, const RunOrder& order, const StepBegun& begun) {
  Running& running = running_[run];
  const bool isNext =
      !running.film || running.film->isOver || !running.begun || begun.evaluation <= running.begun->evaluation;
  running.begun = begun;
  if (isNext) beginFilm(run, order, begun);
  running.film->isLeading = running.film->isLeading && isSmall(order.pictures().request, begun.denoiser);
  if (running.film->isLeading) running.film->small = begun.evaluation.value + 1;
  update();
}

/// Where the run goes on from a kept state, what led there is seen, too.
void PlayDesk::beginFilm(RunId run, const RunOrder& order, const StepBegun& begun) {
  Running& running = running_[run];
  const Job& job = order.pictures();
  running.film = std::make_shared<Film>();
  running.switchIsAsked = false;
  Film& film = *running.film;
  film.way = wayOf(pictureRequest(order, running.picture), job.settings);
  film.evaluations = begun.of;
  film.small = begun.evaluation.value;
  if (begun.evaluation.value == 0 && job.trail && job.trail->goes_on) trails_.lose(film.way);
  const SmallTrail* trail = trails_.find(film.way);
  for (int i = 0; trail != nullptr && i < begun.evaluation.value; ++i) {
    const QImage frame = trail->frameAfter(i + 1);
    if (!frame.isNull()) film.roll.add(filmFrame(i, names_by_cost(job.request.denoisers).front(), frame));
  }
  if (shownRun_ == run) showFilm(running.film);
}

void PlayDesk::addFrame(RunId run, const PreviewReady& preview) {
  Running& running = running_[run];
  if (!running.film || !preview.image) return;
  Film& film = *running.film;
  const QImage image = toQImage(*preview.image);
  if (preview.evaluation.value > lastEvaluation(film)) {
    film.roll.add(filmFrame(preview.evaluation.value, preview.denoiser, image));
    if (shownFilm_ == running.film) views_.filmstrip.add(film.roll.frames().back());
  }
  if (film.isLeading) trails_.addFrame(film.way, preview.evaluation.value, image);
}

void PlayDesk::takePicture(Running& running, const SavedImage& saved) {
  ++running.picture;
  if (!running.film) return;
  running.film->isOver = true;
  shelf_.put(QString::fromStdString(saved.file.string()), running.film);
}

void PlayDesk::endRun(RunId run) {
  running_.erase(run);
  if (playRun_ == run) playRun_.reset();
  update();
}

void PlayDesk::showFilmOf(const QString& path) {
  look_ = {};
  views_.picture.peek({}, {});
  showFilm(shelf_.find(path));
}

void PlayDesk::showFilm(std::shared_ptr<const Film> film) {
  if (film && film == shownFilm_) return;
  shownFilm_ = std::move(film);
  views_.filmstrip.setRoll(shownFilm_ ? shownFilm_->roll : FilmRoll());
  update();
}

/// The small preview where its state is kept; nothing starts, and elsewhere the picture stays. Dragged by the mouse,
/// the seam turns over the pictures that are ready.
void PlayDesk::lookAtSeam(int smallCount) {
  if (session_.isRunning()) return;
  const bool isDragged = views_.panel.trajectory()->bar()->isDragged();
  const ReadyPicture* finished = isDragged ? ready(requestAt(smallCount)) : nullptr;
  const SmallTrail* trail = trails_.find(way());
  const QImage frame = finished != nullptr ? toQImage(*finished->picture->image)
                       : trail != nullptr  ? trail->frameAfter(smallCount)
                                           : QImage();
  if (frame.isNull()) return;
  views_.filmstrip.letGo();
  look_ = frame;
  lookWords_ = finished != nullptr ? tr("finished from step %1, not saved").arg(smallCount) : smallWords(smallCount);
  views_.picture.peek(look_, lookWords_);
}

void PlayDesk::showFrame(const QImage& image, int evaluation) {
  if (views_.filmstrip.held() != nullptr) look_ = {};
  image.isNull() ? views_.picture.peek(look_, lookWords_)
                 : views_.picture.peek(image, PictureView::previewWords(evaluation));
}

bool PlayDesk::endLook() {
  if (!views_.picture.isPeeking()) return false;
  look_ = {};
  views_.filmstrip.letGo();
  views_.picture.peek({}, {});
  return true;
}

/// A run that an earlier release began gives way.
void PlayDesk::releaseSeam() {
  if (!views_.bar.keepsSmall() || !views_.panel.problems().isEmpty() || !isBegun()) return;
  if (session_.isRunning() && !playRun_) return;
  if (playRun_) session_.stopRun(*playRun_);
  playRun_ = submit(views_.panel.request());
}

void PlayDesk::finish() {
  if (canFinish()) submit(views_.panel.request());
}

void PlayDesk::branch() {
  if (!canBranch()) return;
  const GenerationRequest shown = shownFilm_->way.request;
  views_.panel.trajectory()->bar()->chooseSmallCount(views_.filmstrip.held()->evaluation + 1);
  GenerationRequest request = views_.panel.request();
  request.seed = shown.seed;
  submit(request);
}

void PlayDesk::switchNow() {
  if (!canSwitch()) return;
  running_.at(*shownRun_).switchIsAsked = true;
  session_.switchNow(*shownRun_);
  update();
}

RunId PlayDesk::submit(const GenerationRequest& request) {
  Job job = makeJob_(request);
  job.count = 1;
  if (views_.bar.keepsSmall()) job.trail = trails_.begin(request, job.settings, 1, true);
  const ReadyPicture* finished = idle_.ready(request, job.settings);
  if (finished != nullptr) job.ready = finished->picture;
  const RunId run = session_.submit(orderOf(views_.panel, job));
  if (finished != nullptr) useReady(run, *finished);
  return run;
}

/// Its frames, and those of the small trajectory that led there.
void PlayDesk::useReady(RunId run, const ReadyPicture& ready) {
  auto film = std::make_shared<Film>(*ready.film);
  const SmallTrail* trail = trails_.find(film->way);
  const auto& made = ready.film->roll.frames();
  const int first = made.empty() ? film->evaluations : made.front().evaluation;
  film->roll = {};
  film->small = first;
  for (int i = 0; trail != nullptr && i < first; ++i) {
    const QImage frame = trail->frameAfter(i + 1);
    if (frame.isNull()) continue;
    film->roll.add(filmFrame(i, names_by_cost(film->way.request.denoisers).front(), frame));
  }
  for (const FilmFrame& frame : made) film->roll.add(frame);
  running_[run].film = film;
  if (shownRun_ == run) showFilm(film);
}

GenerationRequest PlayDesk::requestAt(int smallCount) const {
  GenerationRequest request = views_.panel.request();
  request.split = views_.panel.trajectory()->splitAt(smallCount);
  return request;
}

int PlayDesk::evaluations() const {
  return views_.panel.evaluations();
}

const ReadyPicture* PlayDesk::ready(const GenerationRequest& request) const {
  return idle_.ready(request, makeJob_(request).settings);
}

void PlayDesk::ask(PlayAsker asker, const std::vector<GenerationRequest>& requests) {
  if (requests == asked_[asker]) return;
  asked_[asker] = requests;
  updateNeighbours();
}

std::vector<GenerationRequest> PlayDesk::ownPrompts() const {
  const GenerationRequest request = views_.panel.request();
  std::vector<GenerationRequest> own{request};
  for (const std::string& prompt : shelf_.prompts(request.denoisers)) {
    if (prompt == request.prompt) continue;
    own.push_back(request);
    own.back().prompt = prompt;
  }
  return own;
}

QString PlayDesk::smallWords(int smallCount) {
  return tr("small preview after step %1").arg(smallCount);
}

/// What it made of the small trajectory is kept, too.
void PlayDesk::takeReady(const ReadyPicture& ready) {
  for (const FilmFrame& frame : ready.film->roll.frames()) {
    if (!ready.isOnTrail || !isSmall(ready.request, frame.denoiser.toStdString())) break;
    trails_.addFrame(ready.film->way, frame.evaluation, frame.image);
    trails_.reach(ready.film->way, frame.evaluation);
  }
  update();
  Q_EMIT readyChanged();
}

/// The counts on the kept trajectory, the nearest to the seam first, without the one that is shown.
std::vector<int> PlayDesk::neighbours(const SmallTrail& trail) const {
  std::vector<int> counts;
  const bool isShown = shownFilm_ && shownFilm_->isOver && shownFilm_->way == trail.way;
  for (const int count : views_.panel.trajectory()->shape().seams) {
    const bool isThere = isShown && shownFilm_->small == count;
    if (count >= 1 && count <= trail.reached && !isThere) counts.push_back(count);
  }
  const int seam = views_.panel.smallCount();
  std::stable_sort(counts.begin(), counts.end(),
                   [seam](int a, int b) { return std::abs(a - seam) < std::abs(b - seam); });
  if (counts.size() > kMostNeighbours) counts.resize(kMostNeighbours);
  return counts;
}

void PlayDesk::updateNeighbours() {
  std::vector<IdleWish> wishes;
  for (const auto& [asker, requests] : asked_) {
    for (const GenerationRequest& request : requests) {
      const Job job = makeJob_(request);
      const SmallTrail* trail = beginsSmall(request) ? trails_.find(wayOf(request, job.settings)) : nullptr;
      const auto states = trail == nullptr ? std::nullopt : std::optional(StateTrail{trail->first, true});
      wishes.push_back({request, job.settings, job.preview, states, true});
    }
  }
  std::vector<int> finished;
  // After Stop nothing begins by itself.
  const bool mayMake = views_.bar.keepsSmall() && canFinish() && shelf_.knows(way());
  const SmallTrail* trail = mayMake ? trails_.find(way()) : nullptr;
  if (trail != nullptr && !views_.panel.trajectory()->isCustom()) {
    const Job job = makeJob_(views_.panel.request());
    for (const int count : neighbours(*trail)) {
      if (ready(requestAt(count)) != nullptr) finished.push_back(count);
      wishes.push_back({requestAt(count), job.settings, job.preview, StateTrail{trail->first, true}, false});
    }
  }
  idle_.setWishes(std::move(wishes));
  views_.panel.trajectory()->bar()->setReady(std::move(finished));
}

void PlayDesk::update() {
  views_.bar.setPossible(canSwitch(), canBranch(), canFinish());
  updateNeighbours();
  Q_EMIT changed();
}

bool PlayDesk::canSwitch() const {
  const auto found = shownRun_ ? running_.find(*shownRun_) : running_.end();
  if (found == running_.end() || session_.isStopping()) return false;
  const Running& running = found->second;
  return running.film && running.begun && !running.film->isOver && !running.switchIsAsked &&
         !isLarge(running.film->way.request, running.begun->denoiser);
}

/// From a small frame of what the controls ask for, whatever its seed.
bool PlayDesk::canBranch() const {
  const FilmFrame* held = views_.filmstrip.held();
  if (session_.isRunning() || held == nullptr || !shownFilm_ || !views_.panel.problems().isEmpty()) return false;
  Way asked = way();
  asked.request.seed = shownFilm_->way.request.seed;
  return asked == shownFilm_->way && isSmall(asked.request, held->denoiser.toStdString());
}

bool PlayDesk::canFinish() const {
  return !session_.isRunning() && views_.panel.problems().isEmpty() && isBegun();
}

/// A picture of that way was made, or a stopped run left states on it.
bool PlayDesk::isBegun() const {
  const Way asked = way();
  const SmallTrail* trail = trails_.find(asked);
  return shelf_.knows(asked) || (trail != nullptr && trail->reached > 0);
}

}  // namespace tstitch::ui
