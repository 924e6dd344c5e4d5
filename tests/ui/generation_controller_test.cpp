#include "ui/run/generation_controller.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>

#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using test::FakeEngine;
using test::FakeScript;
using ui::GenerationController;

class GenerationControllerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    folder_ = std::make_unique<QTemporaryDir>();
    controller_ =
        std::make_unique<GenerationController>([script = script_] { return std::make_unique<FakeEngine>(script); });
  }
  void cleanup() { controller_.reset(); }

  void theEngineIsMadeInItsOwnThread() {
    QThread* engineThread = nullptr;
    GenerationController other([&engineThread, this] {
      engineThread = QThread::currentThread();
      return std::make_unique<FakeEngine>(script_);
    });
    QSignalSpy pairs(&other, &GenerationController::pairsKnown);
    other.start();
    QVERIFY(pairs.wait());
    QVERIFY(engineThread != nullptr && engineThread != QThread::currentThread());
  }

  void anEngineThatDoesNotStartSaysWhy() {
    GenerationController other([]() -> std::unique_ptr<Engine> { throw BadInput("The models are missing."); });
    QSignalSpy failed(&other, &GenerationController::engineFailed);
    other.start();
    QVERIFY(failed.wait());
    QCOMPARE(failed[0][0].toString(), QStringLiteral("The models are missing."));
    QSignalSpy ended(&other, &GenerationController::runEnded);
    other.generate(job());
    QVERIFY(ended.wait());
  }

  void aRunEndsFinishedWithItsFile() {
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    const auto id = controller_->generate(job());
    QVERIFY(controller_->isRunning());
    QVERIFY(ended.wait());
    QCOMPARE(ended[0][0].toULongLong(), id);
    const auto outcome = ended[0][1].value<Outcome>();
    QVERIFY(std::holds_alternative<Finished>(outcome));
    QVERIFY(std::filesystem::exists(report_of(outcome).images.at(0).file));
    QVERIFY(!controller_->isRunning());
  }

  void eventsArriveInTheGuiThread() {
    int events = 0;
    QThread* thread = nullptr;
    connect(controller_.get(), &GenerationController::runEvent, this, [&] {
      ++events;
      thread = QThread::currentThread();
    });
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    controller_->generate(job());
    QVERIFY(ended.wait());
    QVERIFY(events > 3 * 10);
    QCOMPARE(thread, QThread::currentThread());
  }

  /// fp16-cpu: a stored preference falls back, and a line says so.
  void aPrecisionThatTheMachineComputesSlowlyFallsBack() {
    script_->fast = {Precision::Fp32, Precision::Bf16};
    std::vector<std::string> warnings;
    connect(controller_.get(), &GenerationController::runEvent, this, [&](quint64, const Event& event) {
      if (const auto* warning = std::get_if<Warning>(&event)) warnings.push_back(warning->text);
    });
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    Job slow = job(1), quick = job(2);
    slow.settings.precision = Precision::Fp16;
    quick.settings.precision = Precision::Bf16;
    controller_->generate(slow);
    controller_->generate(quick);
    QTRY_COMPARE(ended.size(), 2);
    QVERIFY(script_->seenJobs()[0].settings.precision == Precision::Fp32);
    QVERIFY(script_->seenJobs()[1].settings.precision == Precision::Bf16);
    QCOMPARE(warnings.size(), std::size_t{1});
    QVERIFY(warnings[0].find("fp16") != std::string::npos && warnings[0].find("fp32") != std::string::npos);
    QVERIFY(controller_->fastPrecisions() == script_->fast);
  }

  void jobsQueueInOrder() {
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    controller_->generate(job(1));
    controller_->generate(job(2));
    controller_->generate(job(3));
    QCOMPARE(controller_->queued(), 2);
    QTRY_COMPARE(ended.size(), 3);
    const auto jobs = script_->seenJobs();
    QCOMPARE(jobs.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) QCOMPARE(jobs[i].request.seed, i + 1);
  }

  void stopEndsTheRunAndTheNextOneStarts() {
    script_->perEvaluation = std::chrono::seconds(60);
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    controller_->generate(job(1));
    controller_->generate(job(2));
    QTRY_COMPARE(script_->generated.load(), 1);
    controller_->stop();
    QTRY_COMPARE(script_->generated.load(), 2);
    QVERIFY(std::holds_alternative<Cancelled>(ended[0][1].value<Outcome>()));
    controller_->stop();
    QTRY_COMPARE(ended.size(), 2);
  }

  void aSecondStopDropsTheQueue() {
    script_->perEvaluation = std::chrono::seconds(60);
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    controller_->generate(job(1));
    controller_->generate(job(2));
    controller_->stop();
    QVERIFY(controller_->isStopping());
    controller_->stop();
    QCOMPARE(controller_->queued(), 0);
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(!controller_->isRunning());
  }

  void theNewestPlanWins() {
    QSignalSpy planned(controller_.get(), &GenerationController::planned);
    controller_->start();
    for (int steps = 1; steps <= 50; ++steps) {
      GenerationRequest request = job().request;
      request.steps = steps;
      controller_->plan(request, {});
    }
    QVERIFY(planned.wait());
    QCOMPARE(planned.size(), 1);
    QCOMPARE(planned[0][0].value<ui::PlanAnswer>().plan->request.steps, 50);
    QCOMPARE(script_->planned.load(), 2);
  }

  void preparingWaitsForTheRun() {
    QSignalSpy ended(controller_.get(), &GenerationController::runEnded);
    controller_->start();
    controller_->generate(job());
    controller_->prepare(job().request, {});
    QVERIFY(!controller_->isPreparing());
    QVERIFY(ended.wait());
    QTRY_COMPARE(script_->prepared.load(), 1);
  }

  void destroyingDuringARunStopsIt() {
    script_->perEvaluation = std::chrono::seconds(60);
    controller_->start();
    controller_->generate(job());
    QTRY_COMPARE(script_->generated.load(), 1);
    controller_.reset();
    QCOMPARE(script_->stopped.load(), 1);
  }

 private:
  [[nodiscard]] Job job(std::uint64_t seed = 7) const {
    Job made;
    made.request = test::fakePair().defaults;
    made.request.steps = 10;
    made.request.seed = seed;
    made.output.path = folder_->path().toStdString();
    return made;
  }

  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<GenerationController> controller_;
};

TSTITCH_UI_TEST(GenerationControllerTest)

#include "generation_controller_test.moc"
