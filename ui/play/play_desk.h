#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/jobs/job.h"
#include "ui/play/film_shelf.h"
#include "ui/play/grid_films.h"
#include "ui/play/idle_maker.h"
#include "ui/play/small_trails.h"
#include "ui/session/run_order.h"

namespace tstitch::ui {

class CreatePanel;
class Filmstrip;
class PictureView;
class PlayBar;
class Session;

/// The widgets that one plays with; all outlive the desk.
struct PlayViews {
  PictureView& picture;
  Filmstrip& filmstrip;
  PlayBar& bar;
  CreatePanel& panel;
};

/// Who asks for pictures that are made in idle time.
enum class PlayAsker { Lens, Taste };

/// Playing with the seam: the picture answers the drag, and what the small denoiser has done is not done again. Fills
/// the filmstrip, which belongs to the picture that is shown.
class PlayDesk : public QObject {
  Q_OBJECT

 public:
  /// What a request becomes with the settings as they stand.
  using MakeJob = std::function<Job(const GenerationRequest&)>;

  /// Made before whatever shows the session's runs.
  PlayDesk(Session& session, PlayViews views, MakeJob makeJob, QObject* parent = nullptr);

  /// Whether pictures that nobody asked for may be made while nothing else is to do.
  void setIdleAllowed(std::function<bool()> allowed) { idle_.setAllowed(std::move(allowed)); }

  /// Has the job's small trajectories kept, where that is wanted.
  void keep(Job& job);
  /// That run is what the picture shows from now on.
  void showRun(quint64 run);
  /// The controls have changed.
  void update();
  /// What is looked at beside the picture goes; false where there is nothing.
  bool endLook();

  void switchNow();
  void branch();
  void finish();

  /// How the picture came about that is shown; null where that is not known.
  [[nodiscard]] const std::shared_ptr<const Film>& shownFilm() const { return shownFilm_; }
  /// What the controls ask for, with the seam there.
  [[nodiscard]] GenerationRequest requestAt(int smallCount) const;
  [[nodiscard]] int evaluations() const;
  /// The picture of that request, where it is in memory.
  [[nodiscard]] const ReadyPicture* ready(const GenerationRequest& request) const;
  /// Has these made as soon as nothing else is to do, in place of what was asked for there before.
  void ask(PlayAsker asker, const std::vector<GenerationRequest>& requests);
  /// What the controls ask for, then the same with the other prompts of this sitting; one at least.
  [[nodiscard]] std::vector<GenerationRequest> ownPrompts() const;
  /// How a picture of the small denoiser alone is described.
  [[nodiscard]] static QString smallWords(int smallCount);

 Q_SIGNALS:
  /// What is shown, kept or possible may have changed.
  void changed();
  /// One more picture is in memory.
  void readyChanged();

 private:
  /// A run that goes on.
  struct Running {
    int picture = 0;
    std::shared_ptr<Film> film;
    std::optional<StepBegun> begun;
    bool switchIsAsked = false;
  };

  void connectSession();
  void connectViews();
  void takeEvent(RunId run, const Event& event);
  void takeGridEvent(RunId run, const GridJob& grid, const Event& event);
  void takeStep(RunId run, const RunOrder& order, const StepBegun& begun);
  void beginFilm(RunId run, const RunOrder& order, const StepBegun& begun);
  void addFrame(RunId run, const PreviewReady& preview);
  void takePicture(Running& running, const SavedImage& saved);
  void endRun(RunId run);
  void showFilmOf(const QString& path);
  void showFilm(std::shared_ptr<const Film> film);
  void lookAtSeam(int smallCount);
  void showFrame(const QImage& image, int evaluation);
  void releaseSeam();
  void keepOrForget(bool keeps);
  RunId submit(const GenerationRequest& request);
  void useReady(RunId run, const ReadyPicture& ready);
  void updateNeighbours();
  [[nodiscard]] std::vector<int> neighbours(const SmallTrail& trail) const;
  void takeReady(const ReadyPicture& ready);
  [[nodiscard]] Way way() const;
  [[nodiscard]] bool canSwitch() const;
  [[nodiscard]] bool canBranch() const;
  [[nodiscard]] bool canFinish() const;
  [[nodiscard]] bool isBegun() const;

  Session& session_;
  PlayViews views_;
  MakeJob makeJob_;
  SmallTrails trails_;
  FilmShelf shelf_;
  IdleMaker idle_;
  std::map<RunId, Running> running_;
  std::map<RunId, GridFilms> gridFilms_;
  std::optional<RunId> shownRun_;
  std::shared_ptr<const Film> shownFilm_;
  std::optional<RunId> playRun_;  ///< that a release of the seam began
  QImage look_;                   ///< of the seam that was chosen last
  QString lookWords_;
  std::map<PlayAsker, std::vector<GenerationRequest>> asked_;
};

}  // namespace tstitch::ui
