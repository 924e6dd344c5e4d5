#include "ui/session/session.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>
#include <map>

#include "core/jobs/picture_job.h"
#include "tests/ui/held_fake.h"
#include "tests/ui/qt_test.h"
#include "ui/engine/engine_rack.h"

using namespace tstitch;
using test::FakeScript;
using ui::EngineRack;
using ui::Session;

class SessionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    folder_ = std::make_unique<QTemporaryDir>();
    engines_ = std::make_unique<EngineRack>(
        [this](const QString& command) { return test::factoryOf(command.isEmpty() ? script_ : others_[command]); });
    session_ = std::make_unique<Session>(*engines_);
  }
  void cleanup() {
    session_.reset();
    engines_.reset();
  }

  void anEngineThatDoesNotStartSaysWhy() {
    EngineRack failing([](const QString&) {
      return [](const ui::StandingSink&) -> ui::HeldEngine { throw BadInput("The models are missing."); };
    });
    Session session(failing);
    QSignalSpy ended(&session, &Session::runEnded);
    failing.start();
    session.submit({job()});
    QVERIFY(ended.wait());
    const auto outcome = ended[0][1].value<Outcome>();
    const auto* failed = std::get_if<Failed>(&outcome);
    QVERIFY(failed != nullptr);
    QCOMPARE(failed->what, std::string("The models are missing."));
  }

  void aRunEndsFinishedWithItsFile() {
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    const auto id = session_->submit({job()});
    QVERIFY(session_->isRunning());
    QVERIFY(ended.wait());
    QCOMPARE(ended[0][0].toULongLong(), id);
    const auto outcome = ended[0][1].value<Outcome>();
    QVERIFY(std::holds_alternative<Finished>(outcome));
    QVERIFY(std::filesystem::exists(report_of(outcome).images.at(0).file));
    QVERIFY(!session_->isRunning());
  }

  void eventsArriveInTheGuiThread() {
    int events = 0;
    QThread* thread = nullptr;
    connect(session_.get(), &Session::runEvent, this, [&] {
      ++events;
      thread = QThread::currentThread();
    });
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job()});
    QVERIFY(ended.wait());
    QVERIFY(events > 3 * 10);
    QCOMPARE(thread, QThread::currentThread());
  }

  /// fp16-cpu: a stored preference falls back, and a line says so.
  void aPrecisionThatTheMachineComputesSlowlyFallsBack() {
    script_->fast = {Precision::Fp32, Precision::Bf16};
    std::vector<std::string> warnings;
    connect(session_.get(), &Session::runEvent, this, [&](quint64, const Event& event) {
      if (const auto* warning = std::get_if<Warning>(&event)) warnings.push_back(warning->text);
    });
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    Job slow = job(1), quick = job(2);
    slow.settings.precision = Precision::Fp16;
    quick.settings.precision = Precision::Bf16;
    session_->submit({slow});
    session_->submit({quick});
    QTRY_COMPARE(ended.size(), 2);
    QVERIFY(script_->seenRuns()[0].settings.precision == Precision::Fp32);
    QVERIFY(script_->seenRuns()[1].settings.precision == Precision::Bf16);
    QCOMPARE(warnings.size(), std::size_t{1});
    QVERIFY(warnings[0].find("fp16") != std::string::npos && warnings[0].find("fp32") != std::string::npos);
    QVERIFY(session_->fastPrecisions() == script_->fast);
  }

  void jobsQueueInOrder() {
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job(1)});
    session_->submit({job(2)});
    session_->submit({job(3)});
    QCOMPARE(session_->queued(), 2);
    QTRY_COMPARE(ended.size(), 3);
    const auto runs = script_->seenRuns();
    QCOMPARE(runs.size(), std::size_t{3});
    for (std::size_t i = 0; i < 3; ++i) QCOMPARE(runs[i].request.seed, i + 1);
  }

  void stopEndsTheRunAndTheNextOneStarts() {
    script_->perEvaluation = std::chrono::seconds(60);
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job(1)});
    session_->submit({job(2)});
    QTRY_COMPARE(script_->seenRuns().size(), std::size_t{1});
    session_->stop();
    QTRY_COMPARE(script_->seenRuns().size(), std::size_t{2});
    QVERIFY(std::holds_alternative<Cancelled>(ended[0][1].value<Outcome>()));
    session_->stop();
    QTRY_COMPARE(ended.size(), 2);
  }

  void aSecondStopPausesTheQueue() {
    script_->perEvaluation = std::chrono::seconds(60);
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job(1)});
    session_->submit({job(2)});
    session_->stop();
    QVERIFY(session_->isStopping());
    session_->stop();
    QVERIFY(session_->queue().isPaused());
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(!session_->isRunning());
    QCOMPARE(session_->queued(), 1);
    QVERIFY(session_->queue().jobs().at(0).state == ui::JobState::Interrupted);
    session_->queue().setPaused(false);
    QTRY_VERIFY(!script_->seenRuns().empty() && script_->seenRuns().back().request.seed == 2);
    session_->stop();
    QTRY_COMPARE(ended.size(), 2);
  }

  void aSkippedPictureLeavesTheRestOfTheBatch() {
    QSignalSpy ended(session_.get(), &Session::runEnded);
    script_->perEvaluation = std::chrono::seconds(60);
    engines_->start();
    Job batch = job(5);
    batch.count = 3;
    const auto run = session_->submit({batch});
    QTRY_COMPARE(script_->seenRuns().size(), std::size_t{1});
    script_->perEvaluation = std::chrono::milliseconds(1);
    session_->skipPicture(run);
    QTRY_COMPARE(ended.size(), 1);
    const auto outcome = ended[0][1].value<Outcome>();
    QVERIFY(std::holds_alternative<Finished>(outcome));
    const auto& images = report_of(outcome).images;
    QCOMPARE(images.size(), std::size_t{2});
    QCOMPARE(images[0].seed, std::uint64_t{6});
    QVERIFY(session_->queue().jobs().empty());
  }

  void aFailedJobStaysAndCanBeTriedAgain() {
    script_->failure = "Not enough memory.";
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    const auto run = session_->submit({job()});
    QTRY_COMPARE(ended.size(), 1);
    QVERIFY(session_->queue().find(run)->state == ui::JobState::Failed);
    QVERIFY(session_->queue().find(run)->problem.contains(QStringLiteral("Not enough memory.")));
    script_->failure.clear();
    session_->queue().retry(run);
    QTRY_COMPARE(ended.size(), 2);
    QVERIFY(session_->queue().jobs().empty());
  }

  /// Row 13: kill -9 during a run. What the store says at that moment is what the next sitting finds.
  void row13_whatRanAndWaitedIsThereAfterAKill() {
    useStore();
    script_->perEvaluation = std::chrono::milliseconds(60);
    engines_->start();
    Job batch = job(5);
    batch.count = 3;
    session_->submit({batch});
    session_->submit({job(9)});
    QTRY_VERIFY(session_->queue().jobs().at(0).done >= 1);
    restart();
    QTRY_COMPARE(session_->queue().jobs().size(), std::size_t{2});
    QVERIFY(session_->queue().isPaused());
    const int known = historyTotal();  // what was saved is taken up by now
    const auto& left = session_->queue().jobs();
    QVERIFY(left[0].state == ui::JobState::Pending && left[1].state == ui::JobState::Pending);
    const int made = left[0].done;
    QVERIFY(made >= 1 && made < 3);
    QCOMPARE(known, made);
    engines_->start();
    script_->perEvaluation = std::chrono::milliseconds(1);
    QSignalSpy ended(session_.get(), &Session::runEnded);
    session_->queue().setPaused(false);
    QTRY_COMPARE(ended.size(), 2);
    QVERIFY(session_->queue().jobs().empty());
    QCOMPARE(report_of(ended[0][1].value<Outcome>()).images.size(), static_cast<std::size_t>(3 - made));
    QCOMPARE(historyTotal(), 4);
  }

  void aPictureThatNobodyHeardOfIsNotMadeAgain() {
    useStore();
    Job batch = job(5);
    batch.count = 2;
    session_->queue().setPaused(true);
    session_->submit({batch});
    QTRY_VERIFY(session_->queue().jobs().at(0).isWritten);
    session_.reset();  // and the engine, in its process, had saved one more picture
    Job first = batch;
    first.count = 1;
    test::FakeEngine engine(script_);
    QVERIFY(std::holds_alternative<Finished>(make_pictures(engine, first, {}, [](const Event&) {})));
    restart();
    QTRY_VERIFY(!session_->queue().jobs().empty() && session_->queue().jobs().at(0).done == 1);
    QCOMPARE(historyTotal(), 1);
  }

  void aGridThatIsAskedForAgainTakesThePlaceOfItself() {
    session_->queue().setPaused(true);
    const GridJob grid{job(), {{"ratio", {"0%", "40%"}}}};
    session_->submit({grid});
    const auto again = session_->submit({grid});
    QCOMPARE(session_->queue().jobs().size(), std::size_t{1});
    QSignalSpy ended(session_.get(), &Session::gridEnded);
    engines_->start();
    session_->submit({job()});
    session_->queue().release(again);
    QTRY_COMPARE(ended.size(), 1);
    QCOMPARE(session_->queued(), 1);  // the queue is still paused
  }

  void preparingWaitsForTheRun() {
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job()});
    session_->prepare(job().request, {});
    QVERIFY(!session_->isPreparing());
    QVERIFY(ended.wait());
    QTRY_COMPARE(script_->prepared.load(), 1);
  }

  void aLostEngineMakesTheJobOnceMore() {
    script_->losses = 1;
    QSignalSpy ended(session_.get(), &Session::runEnded), restarted(session_.get(), &Session::engineRestarted);
    engines_->start();
    session_->submit({job()});
    QVERIFY(ended.wait());
    QVERIFY(std::holds_alternative<Finished>(ended[0][1].value<Outcome>()));
    QCOMPARE(restarted.size(), 1);
  }

  void anEngineLostTwiceFailsTheJobAndTheQueueGoesOn() {
    script_->losses = 2;
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job(1)});
    session_->submit({job(2)});
    QTRY_COMPARE(ended.size(), 2);
    const auto first = ended[0][1].value<Outcome>();
    const auto* failed = std::get_if<Failed>(&first);
    QVERIFY(failed != nullptr && failed->code == ExitCode::NoEngine);
    QVERIFY(failed->what.find("signal 11") != std::string::npos);
    QVERIFY(std::holds_alternative<Finished>(ended[1][1].value<Outcome>()));
    QTRY_VERIFY(engines_->first().standing() == ui::EngineStanding::Ready);
  }

  void threeLossesWithinAMinuteGiveTheEngineUp() {
    script_->losses = 4;
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    session_->submit({job(1)});
    session_->submit({job(2)});
    QTRY_COMPARE(ended.size(), 2);
    QTRY_VERIFY(engines_->first().isGivenUp());
    engines_->first().restart();
    QTRY_VERIFY(!engines_->first().isGivenUp());
  }

  void aFreeEngineWithTheModelsTakesTheNextJob() {
    addEngine(QStringLiteral("other"));
    script_->perEvaluation = others_[QStringLiteral("other")]->perEvaluation = std::chrono::seconds(60);
    engines_->start();
    QTRY_VERIFY(engines_->engines().at(1)->standing() == ui::EngineStanding::Ready);
    session_->submit({job(1)});
    session_->submit({job(2)});
    QTRY_COMPARE(others_[QStringLiteral("other")]->seenRuns().size(), std::size_t{1});
    QCOMPARE(others_[QStringLiteral("other")]->seenRuns()[0].request.seed, std::uint64_t{2});
    QCOMPARE(session_->queued(), 0);
  }

  void anEngineWithoutTheModelsTakesNothing() {
    addEngine(QStringLiteral("other"));
    others_[QStringLiteral("other")]->pairs = {test::fakePair("sd15")};
    others_[QStringLiteral("other")]->hasAll = false;
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    QTRY_VERIFY(engines_->engines().at(1)->standing() == ui::EngineStanding::Ready);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) session_->submit({job(seed)});
    QTRY_COMPARE(ended.size(), 3);
    QVERIFY(others_[QStringLiteral("other")]->seenRuns().empty());
    QCOMPARE(script_->seenRuns().size(), std::size_t{3});
  }

  void aGridIsSpreadOverFreeEngines() {
    addEngine(QStringLiteral("other"));
    script_->perEvaluation = others_[QStringLiteral("other")]->perEvaluation = std::chrono::milliseconds(5);
    QSignalSpy ended(session_.get(), &Session::gridEnded);
    engines_->start();
    QTRY_VERIFY(engines_->engines().at(1)->standing() == ui::EngineStanding::Ready);
    session_->submit({GridJob{job(), {{"ratio", {"0%", "40%"}}, {"seed", {"1", "2", "3", "4"}}}}});
    QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 60000);
    const auto report = ended[0][1].value<GridReport>();
    QCOMPARE(report.cells.size(), std::size_t{8});
    for (const CellEnded& cell : report.cells) QVERIFY2(cell.error.empty(), cell.error.c_str());
    QVERIFY(!others_[QStringLiteral("other")]->seenRuns().empty());
    QVERIFY(!script_->seenRuns().empty());
  }

  void theJobOfARemovedEngineGoesToAnother() {
    addEngine(QStringLiteral("other"));
    const auto other = others_[QStringLiteral("other")];
    script_->perEvaluation = other->perEvaluation = std::chrono::seconds(60);
    QSignalSpy ended(session_.get(), &Session::runEnded);
    engines_->start();
    QTRY_VERIFY(engines_->engines().at(1)->standing() == ui::EngineStanding::Ready);
    session_->submit({job(1)});
    session_->submit({job(2)});
    QTRY_COMPARE(other->seenRuns().size(), std::size_t{1});
    engines_->remove(QStringLiteral("other"));
    QCOMPARE(session_->queued(), 1);
    script_->perEvaluation = std::chrono::milliseconds(1);
    session_->stop();  // the one that goes on
    QTRY_COMPARE(ended.size(), 2);
    QVERIFY(std::holds_alternative<Finished>(ended[1][1].value<Outcome>()));
  }

  void destroyingDuringARunStopsIt() {
    script_->perEvaluation = std::chrono::seconds(60);
    engines_->start();
    session_->submit({job()});
    QTRY_COMPARE(script_->seenRuns().size(), std::size_t{1});
    session_.reset();
    engines_.reset();
    QCOMPARE(script_->stopped.load(), 1);
  }

 private:
  void useStore() {
    session_.reset();
    session_ = std::make_unique<Session>(*engines_, folder_->filePath(QStringLiteral("studio.db")));
    session_->takeUp();
  }

  /// As after a kill: what was written is there, the run that went on is not.
  void restart() {
    if (session_) session_->stopAll();
    session_.reset();
    engines_.reset();
    engines_ = std::make_unique<EngineRack>([this](const QString&) { return test::factoryOf(script_); });
    useStore();
  }

  int historyTotal() {
    int total = -1;
    session_->history().find({}, this, [&](const ui::HistoryFound& found) { total = found.total; });
    static_cast<void>(QTest::qWaitFor([&] { return total >= 0; }));
    return total;
  }

  void addEngine(const QString& command) {
    others_[command] = std::make_shared<FakeScript>();
    others_[command]->pairs = {test::fakePair()};
    engines_->add(command);
  }

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
  std::map<QString, std::shared_ptr<FakeScript>> others_;  ///< by command
  std::unique_ptr<EngineRack> engines_;
  std::unique_ptr<Session> session_;
};

TSTITCH_UI_TEST(SessionTest)

#include "session_test.moc"
