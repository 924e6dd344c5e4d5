// How soon the window answers while it plays with the bundled pair: from Stop to "Stopping...", and from a key to the
// end of what was made in idle time. Printed, never judged; the engine is a process of its own.

#include <QApplication>
#include <QElapsedTimer>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "app/studio_engines.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/create_panel.h"
#include "ui/play/idle_maker.h"
#include "ui/run/run_strip.h"

namespace {

using namespace tstitch;
using test::Studio;

void print(const char* what, std::vector<double> milliseconds) {
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&](double share) {
    return milliseconds[static_cast<std::size_t>(std::lround(share * static_cast<double>(milliseconds.size() - 1)))];
  };
  std::cout << what << ": median " << at(0.5) << " ms, p95 " << at(0.95) << " ms, most " << at(1) << " ms, of "
            << milliseconds.size() << std::endl;
}

/// Makes one picture of another seed, so that there is a trajectory to play with.
void generate(Studio& studio) {
  auto* panel = studio.window().findChild<ui::CreatePanel*>();
  GenerationRequest request = panel->request();
  ++request.seed;
  panel->apply(request);
  const QString before = studio.status();
  studio.window().generate();
  static_cast<void>(QTest::qWaitFor(
      [&] { return studio.status() != before && studio.status().startsWith(QStringLiteral("saved ")); }, 60000));
}

double stopOnce(Studio& studio, std::mt19937& random) {
  studio.window().generate();
  studio.waitForStatus(QStringLiteral("sampling "));
  QTest::qWait(static_cast<int>(random() % 400));
  auto* stop = studio.window().findChild<ui::RunStrip*>()->findChild<QPushButton*>();
  QElapsedTimer clock;
  clock.start();
  QTest::keyClick(&studio.window(), Qt::Key_Escape);
  static_cast<void>(
      QTest::qWaitFor([&] { return stop->text() == QLatin1String("Stopping...") || !stop->isEnabled(); }));
  const double took = static_cast<double>(clock.nsecsElapsed()) / 1e6;
  static_cast<void>(QTest::qWaitFor([&] { return !studio.session().isRunning(); }, 60000));
  return took;
}

/// Negative where all neighbours were made before the key came.
double idleOnce(Studio& studio, std::mt19937& random) {
  generate(studio);
  auto* idle = studio.window().findChild<ui::IdleMaker*>();
  if (!QTest::qWaitFor([&] { return idle->isMaking(); }, 10000)) return -1;
  QTest::qWait(static_cast<int>(random() % 200));
  if (!idle->isMaking()) return -1;
  QElapsedTimer clock;
  clock.start();
  QTest::keyClick(&studio.window(), Qt::Key_Shift);
  while (idle->isMaking()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
  return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "play_times 'WORKER COMMAND' [times]" << std::endl;
    return 2;
  }
  const QString command = QString::fromLocal8Bit(argv[1]);
  const int times = argc > 2 ? std::stoi(argv[2]) : 20;
  QApplication application(argc, argv);
  Studio studio(ui::EngineRack::Maker([=](const QString&) { return app::studioEngines({}, command, {})(command); }));
  if (!studio.start()) return 1;
  std::mt19937 random(7);
  std::vector<double> stops(static_cast<std::size_t>(times));
  std::vector<double> idles;
  for (double& stop : stops) stop = stopOnce(studio, random);
  print("key to \"stopping\"", stops);
  studio.preferences().idlePictures.set(true);
  for (int i = 0; i < times; ++i) {
    const double took = idleOnce(studio, random);
    if (took >= 0) idles.push_back(took);
  }
  if (!idles.empty()) print("key to idle work gone", idles);
  return 0;
}
