#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <csignal>

#include <unistd.h>

#include "app/studio_engines.h"
#include "core/jobs/picture_job.h"
#include "core/local_engine/local_engine.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "tests/ui/worker_processes.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"

using namespace tstitch;
using test::Studio;

/// The window with the engine in a process of its own and the pair that ships.
class RealWorkerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    const QString command =
        QStringLiteral("%1 worker --profile %2").arg(QStringLiteral(TSTITCH_PROGRAM), profile_.path());
    studio_ = std::make_unique<Studio>(
        ui::EngineRack::Maker([=](const QString&) { return app::studioEngines({}, command, {})(command); }));
    QVERIFY2(studio_->start(), qPrintable(studio_->notice()));
    set("Steps", 6);
    studio_->window().findChildren<QPlainTextEdit*>().first()->setPlainText(QStringLiteral("3d fox"));
  }
  void cleanup() { studio_.reset(); }

  void thePictureIsThatOfTheEngineOfThisProcess() {
    studio_->window().generate();
    QVERIFY2(studio_->waitForStatus(QStringLiteral("saved ")), qPrintable(studio_->status()));
    const auto shown = ui::loadPicture(studio_->status().mid(6));
    QVERIFY2(shown.request.has_value(), qPrintable(shown.problem));
    QVERIFY(shown.made.engine.find("worker") != std::string::npos);
    QCOMPARE(pictureOf(*shown.request), shown.image);
  }

  void theBundledPairsTokensAreCounted() {
    const auto tokens = [this] {
      QString text;
      studio_->walk([&](QAccessibleInterface* item) {
        const QString name = item->text(QAccessible::Name);
        if (name.startsWith(QStringLiteral("Tokens: "))) text = name;
      });
      return text;
    };
    QTRY_VERIFY2(tokens().endsWith(QStringLiteral(" of 32")), qPrintable(tokens()));
  }

  void aKilledWorkerIsRestartedAndTheJobMadeOnceMore() {
    set("Steps", 60);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    const QList<pid_t> before = test::workersOf(getpid());
    QCOMPARE(before.size(), 1);
    kill(before.first(), SIGKILL);
    QVERIFY(studio_->waitForStatus(QStringLiteral("engine restarted")));
    QVERIFY2(studio_->waitForStatus(QStringLiteral("saved ")), qPrintable(studio_->status()));
    QCOMPARE(test::workersOf(getpid()).size(), 1);
    QVERIFY(test::workersOf(getpid()) != before);
  }

  /// A worker that falls while nothing is made is there again before it is needed.
  void anIdleWorkerIsRestartedToo() {
    const QList<pid_t> before = test::workersOf(getpid());
    kill(before.value(0), SIGSEGV);
    QTRY_VERIFY(test::workersOf(getpid()).size() == 1 && test::workersOf(getpid()) != before);
    QTRY_COMPARE(studio_->status(), QStringLiteral("idle"));
  }

  void noWorkerOutlivesTheWindow() {
    QCOMPARE(test::workersOf(getpid()).size(), 1);
    studio_.reset();
    QTRY_VERIFY(test::workersOf(getpid()).isEmpty());
  }

 private:
  void set(const char* spinBox, int value) {
    studio_->find(QAccessible::SpinBox, QString::fromLatin1(spinBox))->valueInterface()->setCurrentValue(value);
  }

  QImage pictureOf(const GenerationRequest& stored) {
    const QTemporaryDir folder;
    LocalEngineOptions options;
    options.model_roots = {std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"};
    options.cache = folder.filePath(QStringLiteral("cache")).toStdString();
    const std::unique_ptr<Engine> engine = make_local_engine(options);
    Job job;
    job.request = engine->locate(stored);
    job.output.path = folder.path().toStdString() + '/';
    const Outcome outcome = make_pictures(*engine, job, {}, [](const Event&) {});
    return report_of(outcome).images.empty() ? QImage() : ui::toQImage(*report_of(outcome).images.front().image);
  }

  QTemporaryDir profile_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealWorkerTest)

#include "real_worker_test.moc"
