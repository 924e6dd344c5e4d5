#include "ui/play/play_desk.h"

#include <QDir>
#include <QFileInfo>
#include <QMouseEvent>
#include <QSignalSpy>

#include "core/jobs/stored_request.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/trajectory_bar.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// The row *playing* of the window's contract, on the fake engine.
class PlayDeskTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    studio_ = std::make_unique<Studio>(script_);
    QVERIFY(studio_->start());
  }
  void cleanup() { studio_.reset(); }

  void theSeamShowsTheSmallPreviewAndStartsNothing() {
    generate();
    const QString path = saved();
    QCOMPARE(description(), path);
    setTrajectory(10);  // where the seam is already
    QCOMPARE(description(), QStringLiteral("small preview after step 10"));
    setTrajectory(5);
    QCOMPARE(description(), QStringLiteral("small preview after step 5"));
    setTrajectory(20);
    QCOMPARE(description(), QStringLiteral("small preview after step 5"));  // not kept: the picture stays
    setTrajectory(10);
    QCOMPARE(description(), QStringLiteral("small preview after step 10"));
    setTrajectory(0);
    QCOMPARE(description(), QStringLiteral("small preview after step 10"));
    find(QAccessible::SpinBox, "Ratio")->valueInterface()->setCurrentValue(20);
    QCOMPARE(description(), QStringLiteral("small preview after step 5"));
    QCOMPARE(saved(), path);
    QCOMPARE(script_->seenRuns().size(), std::size_t{1});
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QTRY_COMPARE(description(), path);
  }

  void finishFromHereRunsOnlyTheLargeSteps() {
    generate();
    const QString first = saved();
    setTrajectory(7);
    const std::vector<DenoiserName> ran = runOf([this] { studio_->press(QStringLiteral("Finish from here")); });
    QCOMPARE(ran, std::vector<DenoiserName>(18, "large"));
    QVERIFY(saved() != first);
    QCOMPARE(description(), saved());
    QCOMPARE(trajectory(), 7);
    QCOMPARE(frames(), 25);  // what the small denoiser did before stands in the strip, too
    QCOMPARE(smallOf(saved()), 7);
  }

  void missingSmallStepsComeFirst() {
    generate();
    setTrajectory(12);
    const std::vector<DenoiserName> ran = runOf([this] { studio_->press(QStringLiteral("Finish from here")); });
    QCOMPARE(ran.size(), std::size_t{15});
    QCOMPARE(std::count(ran.begin(), ran.end(), "small"), 2);
    setTrajectory(11);
    QCOMPARE(description(), QStringLiteral("small preview after step 11"));
  }

  void whatAStoppedRunReachedIsGoneOnFrom() {
    script_->perEvaluation = std::chrono::milliseconds(100);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling 5/25 small")));
    studio_->press(QStringLiteral("Stop"));
    QVERIFY(studio_->waitForStatus(QStringLiteral("cancelled")));
    script_->perEvaluation = std::chrono::milliseconds(1);
    setTrajectory(3);
    QCOMPARE(description(), QStringLiteral("small preview after step 3"));
    QCOMPARE(runOf([this] { studio_->press(QStringLiteral("Finish from here")); }),
             std::vector<DenoiserName>(22, "large"));
    QCOMPARE(smallOf(saved()), 3);
  }

  void branchHereGoesOnFromTheHeldFrame() {
    generate();
    const QString first = saved();
    QVERIFY(!isEnabled("Branch here"));
    hold("step 12, large");
    QCOMPARE(description(), QStringLiteral("preview after step 12"));
    QVERIFY(!isEnabled("Branch here"));
    hold("step 6, small");
    QCOMPARE(description(), QStringLiteral("preview after step 6"));
    QVERIFY(isEnabled("Branch here"));
    const std::vector<DenoiserName> ran = runOf([this] { studio_->press(QStringLiteral("Branch here")); });
    QCOMPARE(ran, std::vector<DenoiserName>(19, "large"));
    QCOMPARE(trajectory(), 6);
    QCOMPARE(description(), saved());
    QVERIFY(saved() != first);
  }

  void switchNowGivesThePictureToTheLargeDenoiser() {
    script_->perEvaluation = std::chrono::milliseconds(450);
    QVERIFY(!isEnabled("Switch now"));
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling 3/25 small")));
    QVERIFY(isEnabled("Switch now"));
    studio_->press(QStringLiteral("Switch now"));
    QTRY_VERIFY(!isEnabled("Switch now"));
    script_->perEvaluation = std::chrono::milliseconds(1);
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    const auto stored = stored_request(saved().toStdString());
    const auto* split = std::get_if<SegmentSplit>(&stored.request.split);
    QVERIFY(split != nullptr);
    QCOMPARE(split->segments.size(), std::size_t{2});
    QVERIFY(split->segments[0].evaluations >= 3 && split->segments[0].evaluations < 10);
    QCOMPARE(split->segments[0].evaluations + split->segments[1].evaluations, 25);
    QCOMPARE(trajectory(), 10);
    QCOMPARE(find(QAccessible::SpinBox, "Ratio")->valueInterface()->currentValue().toInt(), 40);
    QCOMPARE(script_->seenRuns().size(), std::size_t{2});
    QCOMPARE(frames(), 25);
    QVERIFY(!isEnabled("Switch now"));
    studio_->window().generate();  // nothing equal was made: no notice
    QVERIFY(!studio_->notice().contains(QStringLiteral("the picture will be equal")));
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
  }

  void whatIsNotKeptIsNotShown() {
    QAccessibleInterface* keep = find(QAccessible::CheckBox, "Keep small trajectory");
    QVERIFY(keep->state().checked);
    keep->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
    QVERIFY(!keep->state().checked);
    generate();
    const QString path = saved();
    setTrajectory(5);
    QCOMPARE(description(), path);
    QVERIFY(!script_->seenRuns().back().trail.has_value() || !script_->seenRuns().back().trail->goes_on);
    const std::vector<DenoiserName> ran = runOf([this] { studio_->press(QStringLiteral("Finish from here")); });
    QCOMPARE(ran.size(), std::size_t{25});
  }

  void theBoxIsRemembered() {
    const auto profile = studio_->profile();
    find(QAccessible::CheckBox, "Keep small trajectory")
        ->actionInterface()
        ->doAction(QAccessibleActionInterface::toggleAction());
    studio_->window().close();
    studio_ = std::make_unique<Studio>(script_, ui::StudioOptions{}, profile);
    QVERIFY(!find(QAccessible::CheckBox, "Keep small trajectory")->state().checked);
  }

  void releasingTheMouseMakesThePicture() {
    auto* bar = studio_->window().findChild<ui::TrajectoryBar*>();
    drag(*bar, 0.4, 0.2);
    QVERIFY(!studio_->session().isRunning());  // nothing was made yet: there is nothing to go on from
    drag(*bar, 0.2, 0.4);
    generate();
    const QString first = saved();
    const std::vector<DenoiserName> ran = runOf([&] { drag(*bar, 0.4, 0.2); });
    QCOMPARE(ran, std::vector<DenoiserName>(20, "large"));
    QVERIFY(saved() != first);
    QCOMPARE(trajectory(), 5);
    drag(*bar, 0.2, 0.2);
    QVERIFY(!studio_->session().isRunning());
  }

  void aSecondReleaseTakesThePlaceOfTheFirst() {
    generate();
    auto* bar = studio_->window().findChild<ui::TrajectoryBar*>();
    script_->perEvaluation = std::chrono::milliseconds(50);
    drag(*bar, 0.4, 0.2);
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    drag(*bar, 0.2, 0.32);
    script_->perEvaluation = std::chrono::milliseconds(1);
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(smallOf(saved()), 8);
    QCOMPARE(script_->stopped.load(), 1);
  }

  void theStripBelongsToTheShownPicture() {
    generate();
    const QString first = saved();
    setTrajectory(5);
    runOf([this] { studio_->press(QStringLiteral("Finish from here")); });
    QCOMPARE(smallFrames(), 5);
    studio_->window().takePictures({first});
    QTRY_COMPARE(description(), first);
    QCOMPARE(smallFrames(), 10);
    hold("step 8, small");
    QCOMPARE(description(), QStringLiteral("preview after step 8"));
  }

  void aGridsPicturesHaveTheirFrames() {
    script_->perEvaluation = std::chrono::milliseconds(1);
    studio_->window().makeGrid();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QTRY_VERIFY(!studio_->session().isRunning());
    const QDir folder = QFileInfo(saved()).dir();
    const QString cell = folder.filePath(folder.entryList({QStringLiteral("ratio-40%*.png")}).value(0));
    studio_->window().takePictures({cell});
    QTRY_COMPARE(description(), cell);
    QCOMPARE(frames(), 25);
    QCOMPARE(smallFrames(), 10);
  }

  void statesAreGoneWithTheEngine() {
    generate();
    const QString path = saved();
    script_->losses = 1;
    studio_->window().generate();  // lost and made again
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QTRY_VERIFY(saved() != path);
    setTrajectory(5);
    QCOMPARE(description(), QStringLiteral("small preview after step 5"));  // the second try kept them
  }

  void severalPicturesKeepTheirOwn() {
    find(QAccessible::SpinBox, "Count")->valueInterface()->setCurrentValue(2);
    generate();
    const auto runs = script_->seenRuns();
    QCOMPARE(runs.size(), std::size_t{2});
    QVERIFY(runs[0].trail->first != runs[1].trail->first);
    setTrajectory(5);
    QCOMPARE(description(), QStringLiteral("small preview after step 5"));
    QCOMPARE(frames(), 25);
    hold("step 6, small");
    runOf([this] { studio_->press(QStringLiteral("Branch here")); });
    QCOMPARE(script_->seenRuns().size(), std::size_t{3});
    QCOMPARE(script_->seenRuns().back().request.seed, runs[1].request.seed);  // the shown picture's
  }

 private:
  QAccessibleInterface* find(QAccessible::Role role, const char* name) {
    return studio_->find(role, QString::fromLatin1(name));
  }
  QString description() { return find(QAccessible::Graphic, "Picture")->text(QAccessible::Description); }
  QString saved() { return studio_->status().mid(6); }
  int trajectory() { return find(QAccessible::Slider, "Trajectory")->valueInterface()->currentValue().toInt(); }
  void setTrajectory(int count) { find(QAccessible::Slider, "Trajectory")->valueInterface()->setCurrentValue(count); }
  bool isEnabled(const char* button) { return !find(QAccessible::Button, button)->state().disabled; }

  void generate() {
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QTRY_VERIFY(!studio_->session().isRunning());
  }

  /// Who made the evaluations of the run that `begin` begins.
  std::vector<DenoiserName> runOf(const std::function<void()>& begin) {
    std::vector<DenoiserName> ran;
    QObject context;
    connect(&studio_->session(), &ui::Session::runEvent, &context, [&](quint64, const Event& event) {
      if (const auto* step = std::get_if<StepBegun>(&event)) ran.push_back(step->denoiser);
    });
    QSignalSpy ended(&studio_->session(), &ui::Session::runEnded);
    begin();  // a pressed button takes its time
    if (!QTest::qWaitFor([&] { return !ended.isEmpty(); }, 20000)) QTest::qFail("nothing ran", __FILE__, __LINE__);
    return ran;
  }

  QAccessibleInterface* frame(const char* name) {
    QAccessibleInterface* list = find(QAccessible::List, "Filmstrip");
    for (int i = 0; list != nullptr && i < list->childCount(); ++i) {
      if (list->child(i)->text(QAccessible::Name) == QLatin1String(name)) return list->child(i);
    }
    return nullptr;
  }
  void hold(const char* name) {
    QAccessibleInterface* item = frame(name);
    QVERIFY2(item != nullptr, name);
    item->actionInterface()->doAction(item->actionInterface()->actionNames().first());
  }
  int frames() { return static_cast<int>(studio_->window().findChild<ui::Filmstrip*>()->frames().size()); }
  int smallFrames() {
    const auto& all = studio_->window().findChild<ui::Filmstrip*>()->frames();
    return static_cast<int>(std::count_if(
        all.begin(), all.end(), [](const ui::FilmFrame& frame) { return frame.mark == ui::DenoiserMark::Small; }));
  }

  static int smallOf(const QString& path) {
    const auto stored = stored_request(path.toStdString());
    const auto* ratio = std::get_if<RatioSplit>(&stored.request.split);
    return ratio == nullptr ? -1 : ratio->shares.front().value * 25 / 100;
  }

  static void drag(ui::TrajectoryBar& bar, double from, double to) {
    const auto at = [&](double share) { return QPointF(6 + share * (bar.width() - 12), bar.height() / 2.0); };
    const auto send = [&](QEvent::Type type, double share, Qt::MouseButton button, Qt::MouseButtons buttons) {
      QMouseEvent event(type, at(share), bar.mapToGlobal(at(share)), button, buttons, {});
      QApplication::sendEvent(&bar, &event);
    };
    send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
  }

  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(PlayDeskTest)

#include "play_desk_test.moc"
