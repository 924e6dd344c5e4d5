// Kills the Studio with SIGKILL at random moments while it makes pictures and grids on the bundled pair, and while its
// queue and its history are written; after each kill a session takes up what was left, and it is counted what is
// missing: pictures that were told as saved, pictures on the disk that the history does not know, files that cannot be
// read, jobs that were shown and are gone. Exits 1 when there is anything.

#include <QApplication>
#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "app/studio_engines.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/image/image_file.h"
#include "ui/engine/engine_client.h"
#include "ui/engine/engine_rack.h"
#include "ui/history/picture_folder.h"
#include "ui/main_window.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/settings/studio_state.h"

namespace {

using namespace tstitch;
namespace fs = std::filesystem;

constexpr int kBeatMs = 60;
constexpr int kWaitMs = 60000;
constexpr int kMostJobs = 4;

QString in(const QString& folder, const char* name) {
  return folder + u'/' + QLatin1String(name);
}

/// What the window has shown, one line each, in a file that a kill does not take along.
class Diary {
 public:
  explicit Diary(const QString& folder)
      : file_(::open(in(folder, "diary").toUtf8().constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Diary() { ::close(file_); }

  void note(const std::string& line) const {
    const std::string whole = line + "\n";
    if (::write(file_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) std::abort();
  }

 private:
  int file_;
};

/// A user who never rests, in a window of its own, until it is killed.
class Sitting {
 public:
  Sitting(const QString& folder, const QString& command)
      : folder_(folder),
        diary_(folder),
        preferences_(in(folder, "settings.ini")),
        state_(in(folder, "state.ini")),
        engines_([command](const QString&) { return app::studioEngines({}, command, {})(command); }),
        session_(engines_, in(folder, "studio.db")) {
    ui::StudioOptions options;
    options.output = in(folder, "pictures");
    options.cache = in(folder, "thumbnails");
    window_ = std::make_unique<ui::MainWindow>(session_, preferences_, state_, options);
    QObject::connect(&session_.queue(), &ui::JobQueue::changed, window_.get(), [this] { noteQueue(); });
    QObject::connect(&session_, &ui::Session::runEvent, window_.get(), [this](quint64, const Event& event) {
      if (const auto* saved = std::get_if<ImageSaved>(&event)) diary_.note("saved " + saved->image.file.string());
    });
    QObject::connect(&session_.queue(), &ui::JobQueue::loaded, window_.get(), [this] { begin(); });
    window_->show();
    engines_.start();
  }

 private:
  void begin() {
    session_.queue().setPaused(false);
    QObject::connect(&beat_, &QTimer::timeout, window_.get(), [this] { act(); });
    beat_.start(kBeatMs);
  }

  void noteQueue() {
    std::set<ui::RunId> shown;
    for (const ui::QueuedJob& job : session_.queue().jobs()) {
      if (job.isWritten) shown.insert(job.id);
      if (job.isWritten && shown_.count(job.id) == 0) diary_.note("job " + std::to_string(job.id) + seedsOf(job));
    }
    for (const ui::RunId id : shown_) {
      if (shown.count(id) == 0) diary_.note("gone " + std::to_string(id));
    }
    shown_ = shown;
  }

  /// The first one and how many follow; nothing for grids.
  static std::string seedsOf(const ui::QueuedJob& job) {
    if (job.order->isGrid()) return {};
    const std::uint64_t first = job.order->pictures().request.seed;
    return " " + std::to_string(first) + " " + std::to_string(job.order->pictureCount());
  }

  static int chance(int of) { return QRandomGenerator::global()->bounded(of); }

  void act() {
    if (static_cast<int>(session_.queue().jobs().size()) < kMostJobs) return submit();
    const auto& jobs = session_.queue().jobs();
    const ui::RunId job = jobs.at(static_cast<std::size_t>(chance(static_cast<int>(jobs.size())))).id;
    switch (chance(12)) {
      case 0:
        return session_.queue().moveUp(job);
      case 1:
        return session_.queue().toFront(job);
      case 2:
        return session_.queue().retry(job);
      case 3:
        return session_.queue().remove(job);
      case 4:
        return session_.stop();
      case 5:
        return session_.skipPicture(job);
      case 6:
        return session_.queue().setPaused(false);
      default:
        return star();
    }
  }

  void star() {
    session_.history().find({}, window_.get(), [this](const ui::HistoryFound& found) {
      if (found.ids.isEmpty()) return;
      session_.history().setStarred(found.ids.at(chance(static_cast<int>(found.ids.size()))), chance(2) == 0);
    });
  }

  void submit() {
    if (session_.engine().standing() != ui::EngineStanding::Ready) return;
    if (!base_) base_ = session_.engine().engine().pairs().front().defaults;
    Job job;
    job.request = *base_;
    job.request.prompt = "3d fox";
    job.request.steps = 2 + chance(3);
    job.request.seed = static_cast<std::uint64_t>(QRandomGenerator::global()->generate());
    job.count = 1 + chance(3);
    job.output.path = (in(folder_, "pictures") + u'/').toStdString();
    if (chance(6) > 0) {
      session_.submit({job, 1, job.request.steps, {}, {}});
      return;
    }
    job.count = 1;
    job.output.path = in(folder_, "pictures").toStdString() + "/grid-" + std::to_string(job.request.seed);
    session_.submit({GridJob{job, {{"ratio", {"0%", "50%"}}, {"seed", {"1", "2"}}}}, 0, job.request.steps, {}, {}});
  }

  QString folder_;
  Diary diary_;
  ui::Preferences preferences_;
  ui::StudioState state_;
  ui::EngineRack engines_;
  ui::Session session_;
  std::unique_ptr<ui::MainWindow> window_;
  QTimer beat_;
  std::set<ui::RunId> shown_;
  std::optional<GenerationRequest> base_;
};

struct Diaries {
  QStringList saved;
  /// Shown, and not gone again, with what it makes.
  struct Seeds {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
  };
  std::map<ui::RunId, Seeds> jobs;
};

Diaries readDiary(const QString& folder) {
  Diaries all;
  std::ifstream lines(in(folder, "diary").toStdString());
  std::string word, rest;
  while (lines >> word && std::getline(lines >> std::ws, rest)) {
    if (word == "saved") {
      all.saved << QString::fromStdString(rest);
      continue;
    }
    std::istringstream numbers(rest);
    ui::RunId id = 0;
    Diaries::Seeds seeds;
    numbers >> id >> seeds.first >> seeds.count;
    word == "job" ? static_cast<void>(all.jobs.insert_or_assign(id, seeds)) : static_cast<void>(all.jobs.erase(id));
  }
  return all;
}

/// What is wrong after a kill.
struct Losses {
  int unsaved = 0;   ///< told as saved, and no file is there
  int unknown = 0;   ///< a file that the history does not know
  int broken = 0;    ///< a file that cannot be read
  int jobs = 0;      ///< shown, and not in the queue
  int pictures = 0;  ///< that were looked at
  int waiting = 0;

  [[nodiscard]] bool any() const { return unsaved + unknown + broken + jobs > 0; }
};

bool isReadable(const QString& path) {
  try {
    return !read_picture(path.toStdString()).image.rgb.empty();
  } catch (const Error& error) {
    std::cout << error.sentence() << '\n';
    return false;
  }
}

/// A job whose pictures are all there ended in the moment of the kill: the diary did not come to say so.
bool isMade(const Diaries::Seeds& job, const std::set<std::uint64_t>& made) {
  std::uint64_t there = 0;
  while (there < job.count && made.count(job.first + there) != 0) ++there;
  return job.count > 0 && there == job.count;
}

/// Of a session that takes up what was left, as the next start does.
Losses countLosses(const QString& folder) {
  Losses losses;
  ui::EngineRack engines([](const QString&) {
    return [](const ui::StandingSink&) -> ui::HeldEngine { throw BadInput("none is needed."); };
  });
  ui::Session session(engines, in(folder, "studio.db"));
  bool isLoaded = false;
  QSet<QString> known;
  std::set<std::uint64_t> seeds;
  QObject context;
  QObject::connect(&session.queue(), &ui::JobQueue::loaded, &context, [&] { isLoaded = true; });
  session.takeUp();
  const bool wasLoaded = QTest::qWaitFor([&] { return isLoaded; }, kWaitMs);
  bool isRead = false;
  session.history().find({}, &context, [&](const ui::HistoryFound& found) {
    session.history().read(found.ids, &context, [&](const QList<ui::HistoryEntry>& entries) {
      for (const ui::HistoryEntry& entry : entries) {
        known << entry.path;
        seeds.insert(entry.seed);
      }
      isRead = true;
    });
  });
  if (!wasLoaded || !QTest::qWaitFor([&] { return isRead; }, kWaitMs)) std::abort();
  const Diaries diary = readDiary(folder);
  for (const QString& path : diary.saved) losses.unsaved += fs::exists(path.toStdString()) ? 0 : 1;
  for (const QString& path : ui::picturesBelow(in(folder, "pictures"))) {
    ++losses.pictures;
    losses.unknown += known.contains(path) ? 0 : 1;
    losses.broken += isReadable(path) ? 0 : 1;
  }
  for (const auto& [id, made] : diary.jobs) {
    if (session.queue().find(id) == nullptr && !isMade(made, seeds)) ++losses.jobs;
  }
  losses.waiting = session.queue().count(ui::JobState::Pending);
  return losses;
}

int killAgainAndAgain(const QString& folder, const QString& command, int kills) {
  Losses all;
  for (int kill = 1; kill <= kills; ++kill) {
    QProcess studio;
    studio.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    studio.start(QCoreApplication::applicationFilePath(), {QStringLiteral("sit"), folder, command});
    if (!studio.waitForStarted()) return 1;
    const int moment = 300 + QRandomGenerator::global()->bounded(6000);
    if (studio.waitForFinished(moment)) {
      std::cout << "The window ended by itself.\n";
      return 1;
    }
    studio.kill();
    studio.waitForFinished();
    const Losses losses = countLosses(folder);
    if (losses.any()) {
      std::cout << "kill " << kill << ": " << losses.unsaved << " saved pictures missing, " << losses.unknown
                << " not in the history, " << losses.broken << " broken, " << losses.jobs << " jobs gone\n";
    }
    all.unsaved += losses.unsaved;
    all.unknown += losses.unknown;
    all.broken += losses.broken;
    all.jobs += losses.jobs;
    all.pictures = losses.pictures;
    all.waiting += losses.waiting;
  }
  std::cout << kills << " kills: " << all.pictures << " pictures, " << all.waiting << " jobs taken up, " << all.unsaved
            << " saved pictures missing, " << all.unknown << " not in the history, " << all.broken << " broken, "
            << all.jobs << " jobs gone\n";
  return all.any() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  const QStringList words = QCoreApplication::arguments();
  if (words.size() == 4 && words.at(1) == QLatin1String("sit")) {
    const Sitting sitting(words.at(2), words.at(3));
    return QApplication::exec();
  }
  const auto kills = argc == 4 ? read_number<int>(argv[3]) : std::nullopt;
  if (!kills) {
    std::cerr << "usage: studio_kills FOLDER COMMAND KILLS\n";
    return 2;
  }
  fs::create_directories(fs::path(argv[1]) / "pictures");
  return killAgainAndAgain(QString::fromStdString(fs::absolute(argv[1]).string()), words.at(2), *kills);
}
