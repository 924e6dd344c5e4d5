// Kills the engine of the window at random moments while a queue of jobs runs on the bundled pair, and counts what
// comes of it: every picture is compared with the one that was drawn undisturbed. A window that gave its engine up is
// pressed to restart it. Exits 1 when a picture is lost or different, the window stands still, or anything is left
// over.

#include <QApplication>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTimer>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "app/studio_engines.h"
#include "core/base/number_text.h"
#include "core/image/image_file.h"
#include "tests/ui/studio_fixture.h"
#include "tests/ui/worker_processes.h"

namespace {

using namespace tstitch;
using test::Studio;
namespace fs = std::filesystem;

constexpr int kSeeds = 5;
constexpr int kQueued = 4;
constexpr int kStuckMs = 180000;  ///< a queue that gets no further for so long stands still
constexpr std::chrono::milliseconds kBeat{10};

/// SIGKILL and SIGSEGV in turn, so many of them: two of three some time after the engine was ready, when jobs run and
/// pictures are saved, the third at any moment.
class Killer {
 public:
  Killer(int kills, double longest_seconds, const std::atomic<int>& starts)
      : thread_([=, this, &starts](const std::stop_token& stop) {
          std::mt19937 random(1);
          std::uniform_real_distribution<double> moment(0.05, longest_seconds);
          for (int seen = 0; !stop.stop_requested() && kills_ < kills; seen = starts) {
            while (kills_ % 3 != 0 && starts == seen && !stop.stop_requested()) std::this_thread::sleep_for(kBeat);
            std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
            for (const pid_t child : test::workersOf(::getpid())) {
              kills_ += ::kill(child, kills_ % 2 == 0 ? SIGKILL : SIGSEGV) == 0 ? 1 : 0;
            }
          }
        }) {}
  [[nodiscard]] int kills() const { return kills_; }

 private:
  std::atomic<int> kills_ = 0;
  std::jthread thread_;
};

/// A window with jobs, and what became of them.
class Sitting {
 public:
  explicit Sitting(const QString& command)
      : studio_(std::make_unique<Studio>(
            ui::EngineRack::Maker([=](const QString&) { return app::studioEngines({}, command, {})(command); }))) {
    QObject::connect(&session(), &ui::Session::runEnded, &studio_->window(),
                     [this](quint64 run, const Outcome& outcome) { take(run, outcome); });
    QObject::connect(&session().engine(), &ui::EngineClient::standingChanged, &studio_->window(),
                     [this] { starts_ += isReady() ? 1 : 0; });
    QObject::connect(&beat_, &QTimer::timeout, &beat_, [this] { look(); });
    beat_.start(kBeat);
    since_look_.start();
    since_end_.start();
  }

  bool start() { return studio_->start(); }

  /// One picture of each seed, undisturbed.
  bool drawExpected() {
    base_ = session().engine().engine().pairs().front().defaults;
    base_.prompt = "3d fox";
    base_.steps = 4;
    QElapsedTimer time;
    time.start();
    for (int seed = 0; seed < kSeeds; ++seed) submit(seed);
    const bool all = runUntil([this] { return expected_.size() == kSeeds; });
    longest_pause_ = 2.5 * static_cast<double>(time.elapsed()) / 1000 / kSeeds;
    return all;
  }

  /// The queue is kept filled until that many kills were made, and then made to its end.
  bool drawWhileKilled(int kills) {
    {
      Killer killer(kills, longest_pause_, starts_);
      const bool went_on = runUntil([&] {
        askAgain();
        while (static_cast<int>(asked_.size()) < kQueued && isReady()) submit(submitted_ % kSeeds);
        return killer.kills() >= kills;
      });
      killed_ = killer.kills();
      if (!went_on) return false;
    }
    return runUntil([this] {
      askAgain();
      return asked_.empty() && lost_.empty();
    });
  }

  /// What is wrong, empty when nothing is. Says the figures.
  std::string end() {
    const fs::path folder = studio_->outputFolder().toStdString();
    beat_.stop();
    int files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) files += entry.is_regular_file() ? 1 : 0;
    studio_.reset();
    const bool is_process_left = ::waitpid(-1, nullptr, WNOHANG) != -1;
    std::cout << killed_ << " kills: " << pictures_ << " pictures, " << different_ << " different, " << failed_
              << " runs lost their engine twice, " << restarts_ << " restarts by hand, " << files - pictures_
              << " files left over, " << (is_process_left ? "a process" : "no process")
              << " left; the window was never still for longer than " << longest_still_ms_ << " ms\n";
    if (!other_failure_.empty()) return other_failure_;
    if (different_ > 0) return "A picture is not the one that was asked for.";
    if (files != pictures_) return "There are more or fewer files than pictures.";
    return is_process_left ? "A process is left." : "";
  }

  std::string standsStill() {
    return "The queue stands still: " + studio_->status().toStdString() + " | " + studio_->notice().toStdString();
  }

 private:
  ui::Session& session() { return studio_->session(); }

  void submit(int seed) {
    Job job;
    job.request = base_;
    job.request.seed = static_cast<std::uint64_t>(seed);
    job.output.path = (studio_->outputFolder() + u'/').toStdString();
    ++submitted_;
    const ui::RunId run = session().submit({job, 1, job.request.steps, {}, {}});
    asked_[run] = seed;
  }

  void take(quint64 run, const Outcome& outcome) {
    since_end_.restart();
    const int seed = asked_.at(run);
    asked_.erase(run);
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      ++failed_;
      if (failed->code != ExitCode::NoEngine) other_failure_ = failed->where + ": " + failed->what;
      lost_.push_back(seed);
      return;
    }
    const std::vector<SavedImage>& images = report_of(outcome).images;
    if (images.size() != 1) {
      other_failure_ = "A run ended without its picture.";
      return;
    }
    ++pictures_;
    const Image image = read_picture(images.front().file).image;
    const auto [known, is_new] = expected_.try_emplace(seed, image);
    if (!is_new && known->second != image) ++different_;
  }

  /// What a user sees and does.
  void look() {
    longest_still_ms_ = std::max(longest_still_ms_, since_look_.restart());
    if (!session().engine().isGivenUp()) {
      is_pressed_ = false;
      return;
    }
    if (is_pressed_) return;
    QAccessibleInterface* button = studio_->find(QAccessible::Button, QStringLiteral("Restart engine"));
    if (button == nullptr) return;  // not told yet
    button->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    is_pressed_ = true;
    ++restarts_;
  }

  bool isReady() { return session().engine().standing() == ui::EngineStanding::Ready; }

  /// As a user does once the engine is back.
  void askAgain() {
    if (!isReady()) return;
    for (const int seed : std::exchange(lost_, {})) submit(seed);
  }

  bool runUntil(const std::function<bool()>& done) {
    since_end_.restart();
    while (!done()) {
      if (since_end_.hasExpired(kStuckMs) || !other_failure_.empty()) return false;
      QTest::qWait(static_cast<int>(kBeat.count()));
    }
    return true;
  }

  std::unique_ptr<Studio> studio_;
  QTimer beat_;
  QElapsedTimer since_look_;
  QElapsedTimer since_end_;
  GenerationRequest base_;
  std::map<ui::RunId, int> asked_;  ///< the seeds of runs that have not ended
  std::vector<int> lost_;           ///< of runs that lost their engine twice
  std::map<int, Image> expected_;
  std::string other_failure_;
  double longest_pause_ = 0;  ///< seconds between two kills: some pictures come to their end, some do not
  qint64 longest_still_ms_ = 0;
  std::atomic<int> starts_ = 0;
  bool is_pressed_ = false;  ///< *Restart engine*, since it was given up
  int submitted_ = 0;
  int pictures_ = 0;
  int different_ = 0;
  int failed_ = 0;
  int restarts_ = 0;
  int killed_ = 0;
};

int sit(const QString& command, int kills) {
  Sitting sitting(command);
  const bool went_well = sitting.start() && sitting.drawExpected() && sitting.drawWhileKilled(kills);
  const std::string still = went_well ? "" : sitting.standsStill();
  const std::string wrong = sitting.end();
  for (const std::string& sentence : {still, wrong}) {
    if (!sentence.empty()) std::cout << sentence << '\n';
  }
  return still.empty() && wrong.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto kills = argc == 3 ? read_number<int>(argv[2]) : std::nullopt;
  if (!kills) {
    std::cerr << "usage: window_kills COMMAND KILLS\n";
    return 2;
  }
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  QAccessible::setActive(true);
  return sit(QString::fromUtf8(argv[1]), *kills);
}
