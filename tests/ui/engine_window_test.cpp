#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <csignal>

#include "tests/support/file_size_limit.h"
#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/picture_loader.h"
#include "ui/settings/engine_list.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// What the window says of its engine, and how it gets it back.
class EngineWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    studio_ = std::make_unique<Studio>(script_);
  }
  void cleanup() { studio_.reset(); }

  void anUnusableEngineIsSaidAndCanBeRestarted() {
    script_->setUnusable("the engine \"no-such\" could not be started.");
    studio_->engines().start();
    QTRY_VERIFY(studio_->notice().contains(QStringLiteral("\"no-such\" could not be started")));
    QVERIFY(!isEnabled("Generate"));
    QVERIFY(studio_->status().startsWith(QStringLiteral("failed: the engine")));
    QVERIFY(studio_->find(QAccessible::Button, QStringLiteral("Restart on the CPU")) == nullptr);
    script_->setUnusable({});
    studio_->press(QStringLiteral("Restart engine"));
    QTRY_VERIFY(isEnabled("Generate"));
    QTRY_VERIFY(studio_->notice().isEmpty());
    QTRY_COMPARE(studio_->status(), QStringLiteral("idle"));
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
  }

  void aLostEngineIsRestartedAndTheJobMadeOnceMore() {
    QVERIFY(studio_->start());
    script_->losses = 1;
    script_->perLoad = std::chrono::milliseconds(50);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("engine restarted")));
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QVERIFY(studio_->notice().isEmpty());
  }

  void threeLossesOfferAnotherStart() {
    QVERIFY(studio_->start());
    script_->losses = 4;
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("failed: ")));
    QVERIFY(studio_->status().contains(QStringLiteral("signal 11")));
    studio_->window().generate();
    QTRY_VERIFY(studio_->find(QAccessible::Button, QStringLiteral("Restart engine")) != nullptr);
    QTRY_VERIFY(!studio_->session().isRunning());
    QVERIFY(studio_->status().startsWith(QStringLiteral("failed: ")));
    QVERIFY(!isEnabled("Generate"));
    studio_->press(QStringLiteral("Restart on the CPU"));
    QTRY_VERIFY(isEnabled("Generate"));
    QVERIFY(studio_->preferences().device.get() == DeviceKind::Cpu);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
  }

  void theListSaysHowEnginesStand() {
    QVERIFY(studio_->start());
    ui::EngineList list(studio_->engines(), studio_->preferences());
    auto* items = list.findChild<QListWidget*>();
    QCOMPARE(items->accessibleName(), QStringLiteral("Engines"));
    QCOMPARE(items->count(), 1);
    list.findChild<QLineEdit*>()->setText(QStringLiteral("ssh box tstitch worker"));
    button(list, "Add engine")->click();
    QTRY_COMPARE(items->item(1)->text(), QStringLiteral("ssh box tstitch worker: ready"));
    QCOMPARE(studio_->preferences().engines.get(), QStringList{QStringLiteral("ssh box tstitch worker")});
    script_->setUnusable("it was ended by signal 9.");
    script_->onLost("it was ended by signal 9.");  // the newest engine of this script
    QTRY_COMPARE(items->item(1)->text(), QStringLiteral("ssh box tstitch worker: lost: it was ended by signal 9."));
    QVERIFY(!button(list, "Remove engine")->isEnabled());
    items->setCurrentRow(1);
    button(list, "Remove engine")->click();
    QCOMPARE(items->count(), 1);
    QVERIFY(studio_->preferences().engines.get().isEmpty());
  }

  void aPictureThatCannotBeSavedIsKeptAndOffered() {
    QVERIFY(studio_->start());
    script_->perEvaluation = std::chrono::milliseconds(20);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    QVERIFY(QDir(studio_->outputFolder()).removeRecursively());
    QVERIFY(QFile(studio_->outputFolder()).open(QIODevice::WriteOnly));
    QVERIFY(studio_->waitForStatus(QStringLiteral("failed: ")));
    QVERIFY(studio_->notice().contains(QStringLiteral("is kept until it is saved")));
    const QTemporaryDir elsewhere;
    const QString path = elsewhere.filePath(QStringLiteral("kept.png"));
    studio_->press(QStringLiteral("Save as"));
    QTRY_VERIFY(studio_->window().findChild<QFileDialog*>() != nullptr);
    Q_EMIT studio_->window().findChild<QFileDialog*>()->fileSelected(path);
    QTRY_VERIFY(studio_->notice().contains(path));
    const auto kept = ui::loadPicture(path);
    QVERIFY2(kept.request.has_value(), qPrintable(kept.problem));
    QVERIFY(QFile::remove(studio_->outputFolder()));
  }

  /// Row 24, over the end of the program.
  void row24_whatCouldNotBeSavedIsOfferedAtTheNextStart() {
    QVERIFY(studio_->start());
    script_->perEvaluation = std::chrono::milliseconds(20);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    QVERIFY(QDir(studio_->outputFolder()).removeRecursively());
    QVERIFY(QFile(studio_->outputFolder()).open(QIODevice::WriteOnly));
    QVERIFY(studio_->waitForStatus(QStringLiteral("failed: ")));
    const auto profile = studio_->profile();
    const QDir refuge(profile->filePath(QStringLiteral("unsaved")));
    QTRY_COMPARE(refuge.entryList({QStringLiteral("*.png")}).size(), 1);
    QVERIFY(QFile::remove(studio_->outputFolder()));
    studio_ = std::make_unique<Studio>(script_, ui::StudioOptions(), profile);
    QVERIFY(studio_->notice().contains(QStringLiteral("is kept until it is saved")));
    const QTemporaryDir elsewhere;
    const QString path = elsewhere.filePath(QStringLiteral("kept.png"));
    studio_->press(QStringLiteral("Save as"));
    QTRY_VERIFY(studio_->window().findChild<QFileDialog*>() != nullptr);
    Q_EMIT studio_->window().findChild<QFileDialog*>()->fileSelected(path);
    QTRY_VERIFY(studio_->notice().contains(path));
    QVERIFY(ui::loadPicture(path).request.has_value());
    QVERIFY(refuge.isEmpty());
  }

  void picturesOfAGridThatCannotBeSavedAreKeptAndOffered() {
    script_->pictureSize = {2048, 2048};
    QVERIFY(studio_->start());
    std::signal(SIGXFSZ, SIG_IGN);  // as the program does
    {
      const test::FileSizeLimit limit(12000);
      studio_->press(QStringLiteral("Make grid"));
      QVERIFY2(studio_->waitForStatus(QStringLiteral("failed: 6 of 6: ")), qPrintable(studio_->status()));
    }
    QVERIFY2(test::asInFiles(studio_->notice()).startsWith(QStringLiteral("6 pictures were made and are kept")),
             qPrintable(studio_->notice()));
    const QTemporaryDir elsewhere;
    studio_->press(QStringLiteral("Save as"));
    QTRY_VERIFY(studio_->window().findChild<QFileDialog*>() != nullptr);
    Q_EMIT studio_->window().findChild<QFileDialog*>()->fileSelected(elsewhere.path());
    QTRY_VERIFY(studio_->notice().contains(elsewhere.path()));
    const QStringList kept = QDir(elsewhere.path()).entryList(QDir::Files);
    QCOMPARE(kept.size(), 6);
    const auto first = ui::loadPicture(elsewhere.filePath(kept.first()));
    QVERIFY2(first.request.has_value(), qPrintable(first.problem));
    QVERIFY(std::get<RatioSplit>(first.request->split).shares.front().value == 0);
  }

 private:
  bool isEnabled(const char* name) {
    return !studio_->find(QAccessible::Button, QString::fromLatin1(name))->state().disabled;
  }
  static QPushButton* button(const QWidget& widget, const char* text) {
    for (auto* one : widget.findChildren<QPushButton*>()) {
      if (one->text() == QLatin1String(text)) return one;
    }
    return nullptr;
  }

  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(EngineWindowTest)

#include "engine_window_test.moc"
