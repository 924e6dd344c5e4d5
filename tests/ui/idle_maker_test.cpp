#include "ui/play/idle_maker.h"

#include <QDir>
#include <QSignalSpy>

#include "core/jobs/stored_request.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/trajectory_bar.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// Pictures that are made while the user only looks, in the whole window on the fake engine.
class IdleMakerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    studio_ = std::make_unique<Studio>(script_);
    studio_->preferences().idlePictures.set(true);
    QVERIFY(studio_->start());
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
  }
  void cleanup() { studio_.reset(); }

  void neighboursComeWithoutATraceUntilTheyAreWanted() {
    const QString status = studio_->status();
    QTRY_COMPARE_WITH_TIMEOUT(script_->seenRuns().size(), std::size_t{9}, 20000);  // the run and eight neighbours
    QTest::qWait(400);
    QCOMPARE(script_->seenRuns().size(), std::size_t{9});
    QCOMPARE(studio_->status(), status);
    QCOMPARE(files(), 1);
    QCOMPARE(studio_->find(QAccessible::Graphic, QStringLiteral("Picture"))->text(QAccessible::Description),
             status.mid(6));
    const PictureRun nearest = script_->seenRuns()[1];
    QCOMPARE(std::get<RatioSplit>(nearest.request.split).shares.front().value, 36);  // nine of 25
    QVERIFY(nearest.trail && nearest.trail->goes_on);

    studio_->find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->setCurrentValue(9);
    QSignalSpy started(&studio_->session(), &ui::Session::runStarted);
    int steps = 0;
    connect(&studio_->session(), &ui::Session::runEvent, this,
            [&](quint64, const Event& event) { steps += std::holds_alternative<StepBegun>(event) ? 1 : 0; });
    studio_->press(QStringLiteral("Finish from here"));
    QTRY_VERIFY(studio_->status() != status && studio_->status().startsWith(QStringLiteral("saved ")));
    QCOMPARE(started.size(), 1);
    QCOMPARE(steps, 0);  // it was there
    QCOMPARE(files(), 2);
    const auto stored = stored_request(studio_->status().mid(6).toStdString());
    QCOMPARE(std::get<RatioSplit>(stored.request.split).shares.front().value, 36);
    QCOMPARE(studio_->window().findChild<ui::Filmstrip*>()->frames().size(), std::size_t{25});
  }

  void theFirstKeyStopsThem() {
    script_->perEvaluation = std::chrono::milliseconds(200);
    QTRY_VERIFY_WITH_TIMEOUT(script_->seenRuns().size() > 1, 20000);
    QTest::keyClick(&studio_->window(), Qt::Key_Shift);
    QTRY_COMPARE(script_->stopped.load(), 1);
  }

  void aJobStopsThem() {
    script_->perEvaluation = std::chrono::milliseconds(200);
    QTRY_VERIFY_WITH_TIMEOUT(script_->seenRuns().size() > 1, 20000);
    script_->perEvaluation = std::chrono::milliseconds(1);
    studio_->window().generate();
    QTRY_COMPARE(script_->stopped.load(), 1);
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QVERIFY(!script_->seenRuns().back().trail->goes_on);
  }

  void theyAreAPreference() {
    studio_->preferences().idlePictures.set(false);
    QTest::qWait(600);
    const std::size_t before = script_->seenRuns().size();
    QTest::qWait(600);
    QVERIFY(script_->seenRuns().size() <= before + 1);
  }

  void draggingTurnsThemOver() {
    QTRY_COMPARE_WITH_TIMEOUT(script_->seenRuns().size(), std::size_t{9}, 20000);
    QTest::qWait(200);
    auto* bar = studio_->window().findChild<ui::TrajectoryBar*>();
    const auto at = [&](double count) { return QPointF(6 + count / 25 * (bar->width() - 12), 20); };
    const auto send = [&](QEvent::Type type, double count, Qt::MouseButton button, Qt::MouseButtons buttons) {
      QMouseEvent event(type, at(count), bar->mapToGlobal(at(count)), button, buttons, {});
      QApplication::sendEvent(bar, &event);
    };
    send(QEvent::MouseButtonPress, 10, Qt::LeftButton, Qt::LeftButton);
    send(QEvent::MouseMove, 8, Qt::NoButton, Qt::LeftButton);
    QCOMPARE(studio_->find(QAccessible::Graphic, QStringLiteral("Picture"))->text(QAccessible::Description),
             QStringLiteral("finished from step 8, not saved"));
    send(QEvent::MouseMove, 1, Qt::NoButton, Qt::LeftButton);
    QCOMPARE(studio_->find(QAccessible::Graphic, QStringLiteral("Picture"))->text(QAccessible::Description),
             QStringLiteral("small preview after step 1"));
    send(QEvent::MouseMove, 10, Qt::NoButton, Qt::LeftButton);
    send(QEvent::MouseButtonRelease, 10, Qt::LeftButton, Qt::NoButton);
    QVERIFY(!studio_->session().isRunning());
  }

 private:
  int files() { return static_cast<int>(QDir(studio_->outputFolder()).entryList({QStringLiteral("*.png")}).size()); }

  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(IdleMakerTest)

#include "idle_maker_test.moc"
