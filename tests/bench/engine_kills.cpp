// Kills the engine of a queue at random and counts what comes of it: on the bundled pair, each
// picture is compared with the undisturbed one. Exits 1 when one is lost or differs, or anything is left.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "core/base/number_text.h"
#include "core/engine/wire/piped_engine.h"
#include "core/image/image_file.h"
#include "core/jobs/picture_job.h"

namespace {

using namespace tstitch;
namespace fs = std::filesystem;

/// The processes that this one started.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  std::error_code gone;
  for (const auto& thread : fs::directory_iterator("/proc/self/task", gone)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) found.push_back(child);
  }
  return found;
}

/// SIGKILL and SIGSEGV in turn, after random times, until it is told that that is enough.
class Killer {
 public:
  Killer(double longest_seconds, unsigned seed)
      : thread_([=, this](const std::stop_token& stop) {
          std::mt19937 random(seed);
          std::uniform_real_distribution<double> moment(0.05, longest_seconds);
          while (!stop.stop_requested()) {
            std::this_thread::sleep_for(std::chrono::duration<double>(moment(random)));
            for (const pid_t child : children())
              kills_ += ::kill(child, kills_ % 2 == 0 ? SIGKILL : SIGSEGV) == 0 ? 1 : 0;
          }
        }) {}
  [[nodiscard]] int kills() const { return kills_; }

 private:
  std::atomic<int> kills_ = 0;
  std::jthread thread_;
};

Job job_of(Engine& engine, const fs::path& folder, int number) {
  Job job;
  job.request = engine.pairs().front().defaults;
  job.request.prompt = "3d fox";
  job.request.steps = 4;
  job.request.seed = static_cast<std::uint64_t>(number % 5);
  job.output.path = folder / "";
  return job;
}

Image drawn(Engine& engine, const Job& job) {
  const Outcome outcome = make_pictures(engine, job, {}, [](const Event&) {});
  const RunReport& report = report_of(outcome);
  return report.images.empty() ? Image{} : read_picture(report.images.front().file).image;
}

int count_of(const fs::path& folder) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  const auto kills = argc == 4 ? read_number<int>(argv[3]) : std::nullopt;
  if (!kills) {
    std::cerr << "usage: engine_kills FOLDER COMMAND KILLS\n";
    return 2;
  }
  const fs::path folder = fs::path(argv[1]) / "pictures";
  PipedEngineOptions options;
  options.command = argv[2];
  int failed = 0;
  int pictures = 0;
  int different = 0;
  int killed = 0;
  {
    const auto engine = make_piped_engine(options);
    const Job first = job_of(*engine, folder, 0);
    std::vector<Image> expected;
    for (int number = 0; number < 5; ++number) expected.push_back(drawn(*engine, job_of(*engine, folder, number)));
    Killer killer(2.5, 1);
    for (int number = 0; killer.kills() < *kills; ++number) {
      Job job = first;
      job.request.seed = static_cast<std::uint64_t>(number % 5);
      Image image = drawn(*engine, job);
      for (; image.rgb.empty(); image = drawn(*engine, job)) ++failed;  // lost twice: the queue asks again
      ++pictures;
      different += image == expected[static_cast<std::size_t>(number % 5)] ? 0 : 1;
    }
    killed = killer.kills();
    pictures += 5;
  }
  const int left = count_of(folder) - pictures;
  const bool waited_for = ::waitpid(-1, nullptr, WNOHANG) == -1;
  std::cout << killed << " kills: " << pictures << " pictures, " << different << " different, " << failed
            << " runs lost their engine twice, " << left << " files left over, "
            << (waited_for ? "no process" : "a process") << " left\n";
  return different == 0 && left == 0 && waited_for ? 0 : 1;
}
