#include <QDir>
#include <QImage>
#include <QPlainTextEdit>
#include <QTemporaryDir>

#include "core/jobs/picture_job.h"
#include "core/local_engine/local_engine.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::Studio;

/// Playing with the seam on the engine and the pair that ship with it: whatever was kept, the picture is the one that a
/// run from scratch makes.
class RealPlayTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>([this] { return realEngine(); });
    studio_->preferences().idlePictures.set(false);
    QVERIFY(studio_->start());
    set("Steps", 8);
    studio_->window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("3d fox"));
    set("Ratio", 100);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
  }
  void cleanup() { studio_.reset(); }

  void everySeamIsThePictureFromScratch() {
    for (const int count : {6, 2, 0}) {
      setTrajectory(count);
      const int steps = finish(QStringLiteral("Finish from here"));
      QCOMPARE(steps, 8 - count);
      compareWithScratch();
    }
  }

  void aBranchIsThePictureFromScratch() {
    auto* strip = studio_->window().findChild<ui::Filmstrip*>();
    strip->setCurrentIndex(strip->model()->index(3, 0));
    QCOMPARE(finish(QStringLiteral("Branch here")), 4);
    QCOMPARE(studio_->find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->currentValue(), 4);
    compareWithScratch();
  }

  void aSwitchedPictureIsTheOneOfItsSegments() {
    set("Steps", 200);
    studio_->window().generate();
    QVERIFY(waitForSmall());
    studio_->press(QStringLiteral("Switch now"));
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    const auto isLarge = [this] { return studio_->status().endsWith(QStringLiteral(" large")); };
    QVERIFY(QTest::qWaitFor(isLarge, 20000));
    studio_->press(QStringLiteral("Stop"));
    QVERIFY(studio_->waitForStatus(QStringLiteral("cancelled")));
    set("Steps", 60);
    studio_->window().generate();
    QVERIFY(waitForSmall());
    studio_->press(QStringLiteral("Switch now"));
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    const auto stored = ui::loadPicture(studio_->status().mid(6));
    QVERIFY(stored.request.has_value());
    QVERIFY(std::holds_alternative<SegmentSplit>(stored.request->split));
    compareWithScratch();
  }

  void anIdlePictureIsThePictureFromScratch() {
    studio_->preferences().idlePictures.set(true);
    const QString before = studio_->status();
    setTrajectory(7);
    QTest::qWait(3000);  // as long as it takes; where it was not long enough, the rest is made now
    QCOMPARE(studio_->status(), before);
    QCOMPARE(QDir(studio_->outputFolder()).entryList({QStringLiteral("*.png")}).size(), 1);
    finish(QStringLiteral("Finish from here"));
    compareWithScratch();
  }

 private:
  std::unique_ptr<Engine> realEngine() {
    LocalEngineOptions options;
    options.model_roots = {std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"};
    options.cache = cache_.path().toStdString();
    options.keep_loaded = true;
    return make_local_engine(options);
  }

  void set(const char* spinBox, int value) {
    studio_->find(QAccessible::SpinBox, QString::fromLatin1(spinBox))->valueInterface()->setCurrentValue(value);
  }
  void setTrajectory(int count) {
    studio_->find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->setCurrentValue(count);
  }

  /// Any of its evaluations: one alone may be over before anybody looks.
  bool waitForSmall() {
    return QTest::qWaitFor(
        [this] {
          const QString status = studio_->status();
          return status.startsWith(QStringLiteral("sampling ")) && status.endsWith(QStringLiteral(" small"));
        },
        20000);
  }

  /// How many evaluations it took.
  int finish(const QString& button) {
    int steps = 0;
    QObject context;
    connect(&studio_->session(), &ui::Session::runEvent, &context,
            [&](quint64, const Event& event) { steps += std::holds_alternative<StepBegun>(event) ? 1 : 0; });
    bool ended = false;
    connect(&studio_->session(), &ui::Session::runEnded, &context, [&] { ended = true; });
    studio_->press(button);
    static_cast<void>(QTest::qWaitFor([&] { return ended; }, 60000));
    return steps;
  }

  /// The picture that is saved last against a run of its request by an engine that knows nothing of it.
  void compareWithScratch() {
    QVERIFY2(studio_->status().startsWith(QStringLiteral("saved ")), qPrintable(studio_->status()));
    const auto shown = ui::loadPicture(studio_->status().mid(6));
    QVERIFY2(shown.request.has_value(), qPrintable(shown.problem));
    const QTemporaryDir folder;
    const std::unique_ptr<Engine> engine = realEngine();
    Job job;
    job.request = engine->locate(*shown.request);
    job.output.path = folder.path().toStdString();
    const Outcome outcome = make_pictures(*engine, job, {}, [](const Event&) {});
    QVERIFY(!report_of(outcome).images.empty());
    QCOMPARE(ui::toQImage(*report_of(outcome).images.front().image), shown.image);
  }

  QTemporaryDir cache_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealPlayTest)

#include "real_play_test.moc"
