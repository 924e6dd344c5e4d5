#include <QFileInfo>
#include <QImage>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTemporaryDir>
#include <algorithm>

#include "core/jobs/picture_job.h"
#include "core/local_engine/local_engine.h"
#include "tests/support/process_locale.h"
#include "tests/ui/event_clock.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::Studio;

namespace {

std::unique_ptr<Engine> realEngine(const QTemporaryDir& cache) {
  LocalEngineOptions options;
  options.model_roots = {std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"};
  options.cache = cache.path().toStdString();
  options.keep_loaded = true;
  return make_local_engine(options);
}

}  // namespace

/// The window on the engine and the pair that ship with it.
class RealEngineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>([this] { return realEngine(cache_); });
    QVERIFY(studio_->start());
    set("Steps", 6);
    studio_->window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("3d fox"));
  }
  void cleanup() { studio_.reset(); }

  void thePictureIsTheEnginesPicture() {
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    const QString path = studio_->status().mid(6);
    const auto shown = ui::loadPicture(path);
    QVERIFY2(shown.request.has_value(), qPrintable(shown.problem));
    QCOMPARE(shown.request->steps, 6);
    QCOMPARE(studio_->window().findChild<ui::Filmstrip*>()->frames().size(), std::size_t{6});
    QCOMPARE(pictureOf(*shown.request), shown.image);  // the same request elsewhere: the same pixels
  }

  /// Whoever embeds the window sets the process's locale, as Qt does: no pixel depends on it.
  void commaThePictureIsTheSameInEveryLocale() {
    set("Steps", 2);
    const QImage classic = generated();
    QVERIFY(!classic.isNull());
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8"}) {
      const test::ProcessLocale locale(name);
      studio_.reset();
      const QTemporaryDir cache;  // fitted and measured numbers are written and read anew
      studio_ = std::make_unique<Studio>([&] { return realEngine(cache); });
      QVERIFY2(studio_->start(), name);
      set("Steps", 2);
      studio_->window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("3d fox"));
      const QImage picture = generated();
      QVERIFY2(picture == classic, qPrintable(QString::fromLatin1(name) + u' ' + studio_->status()));
      studio_.reset();
    }
  }

  void row3APreviewOfATinyDecoderThatIsNotThereIsALinearOne() {
    studio_->preferences().previewKind.set(PreviewKind::Tiny);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QCOMPARE(studio_->window().findChild<ui::Filmstrip*>()->frames().size(), std::size_t{6});
    const auto labels = studio_->window().findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(),
                        [](const QLabel* one) { return one->text().contains(QStringLiteral("no tiny decoder")); }));
  }

  void stopCancels() {
    set("Steps", 500);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    studio_->press(QStringLiteral("Stop"));
    QVERIFY(studio_->waitForStatus(QStringLiteral("cancelled")));
  }

  void aGridFillsItsCells() {
    studio_->window().makeGrid();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QVERIFY(QFileInfo::exists(studio_->status().mid(6)));
    int saved = 0;
    studio_->walk([&](QAccessibleInterface* item) {
      const bool cell = item->role() == QAccessible::Cell;
      saved += cell && item->text(QAccessible::Name).contains(QStringLiteral(": saved /")) ? 1 : 0;
    });
    QCOMPARE(saved, 6);
  }

  void row19_aGridsTimesAreKept() {
    const QTemporaryDir cache;  // nothing was measured here
    studio_ = std::make_unique<Studio>([&] { return realEngine(cache); });
    QVERIFY(studio_->start());
    set("Steps", 6);
    QTRY_VERIFY(hasLabel(QStringLiteral("Time not measured")));
    studio_->find(QAccessible::EditableText, QStringLiteral("Ratios"))
        ->setText(QAccessible::Value, QStringLiteral("0, 50"));
    studio_->window().makeGrid();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QTRY_VERIFY(!hasLabel(QStringLiteral("Time not measured")));
    studio_.reset();
  }

  void noEventKeepsTheWindowBusy() {
    auto& clock = test::TimedApplication::instance();
    set("Steps", 12);
    clock.startOver();
    auto* window = &studio_->window();
    QMetaObject::invokeMethod(window, &ui::MainWindow::generate, Qt::QueuedConnection);
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    auto* prompt = studio_->window().findChildren<QPlainTextEdit*>().first();
    QTest::keyClicks(prompt, QStringLiteral(" on a blue background"));
    window->resize(1000, 700);
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    studio_->window().findChild<QTabBar*>()->setCurrentIndex(1);
    QMetaObject::invokeMethod(window, &ui::MainWindow::makeGrid, Qt::QueuedConnection);
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QVERIFY2(clock.longest() < test::kLongestEvent, qPrintable(clock.longestName()));
    QVERIFY(clock.longest() > 0);
  }

 private:
  /// The pixels of seed 7 with the settings as they stand.
  QImage generated() {
    studio_->find(QAccessible::EditableText, QStringLiteral("Seed"))->setText(QAccessible::Value, QStringLiteral("7"));
    studio_->window().generate();
    if (!studio_->waitForStatus(QStringLiteral("saved "))) return {};
    return ui::loadPicture(studio_->status().mid(6)).image;
  }

  bool hasLabel(const QString& text) {
    const auto labels = studio_->window().findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* one) { return one->text().contains(text); });
  }

  void set(const char* spinBox, int value) {
    studio_->find(QAccessible::SpinBox, QString::fromLatin1(spinBox))->valueInterface()->setCurrentValue(value);
  }

  /// Made by an engine of its own, without the window.
  QImage pictureOf(const GenerationRequest& stored) {
    const QTemporaryDir folder;
    const std::unique_ptr<Engine> engine = realEngine(cache_);
    Job job;
    job.request = engine->locate(stored);
    job.output.path = folder.path().toStdString();
    const Outcome outcome = make_pictures(*engine, job, {}, [](const Event&) {});
    return report_of(outcome).images.empty() ? QImage() : ui::toQImage(*report_of(outcome).images.front().image);
  }

  QTemporaryDir cache_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealEngineTest)

#include "real_engine_test.moc"
