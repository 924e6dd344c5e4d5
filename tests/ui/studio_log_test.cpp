#include "ui/help/studio_log.h"

#include <QTemporaryDir>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/help/report.h"

using namespace tstitch;
using ui::withoutPrivateParts;

/// What is kept of a sitting, and what of it may be shown to others.
class StudioLogTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void placesAndTextsAreLeftOut() {
    const std::pair<const char*, const char*> cases[] = {
        {"saved /home/ada/Pictures/T-Stitch/2026-11-30/00001-42.png", "saved <path>"},
        {"failed: unet: /m/My Models/sd.safetensors: is missing.", "failed: unet: <path>: is missing."},
        {"Not known to Miniature: \"a red apple\".", "Not known to Miniature: <text>."},
        {"C:\\Users\\ada\\x.png could not be written", "<path>"},
        {"sampling 12/25 small", "sampling 12/25 small"},
        {"~/lora/ink.safetensors on large: 3 of 4", "<path>: 3 of 4"}};
    for (const auto& [text, expected] : cases) {
      QCOMPARE(withoutPrivateParts(QString::fromUtf8(text)), QString::fromUtf8(expected));
    }
  }

  void theFileIsBounded() {
    const QTemporaryDir folder;
    ui::StudioLog log(folder.filePath(QStringLiteral("studio.log")));
    for (int i = 0; i < 3000; ++i) log.write(QString(1000, u'x') + QString::number(i));
    QVERIFY(QFileInfo(log.path()).size() < 2 << 20);
    QVERIFY(QFileInfo(log.path() + QStringLiteral(".1")).size() < 2 << 20);
    QVERIFY(log.lastLines(1).value(0).endsWith(QStringLiteral("2999")));
    QCOMPARE(log.lastLines(5).size(), 5);
  }

  void aReportNamesNoPlaceAndNoPrompt() {
    auto script = std::make_shared<test::FakeScript>();
    script->failure = "It failed.";
    const QTemporaryDir folder;
    ui::StudioOptions options;
    options.log = folder.filePath(QStringLiteral("studio.log"));
    test::Studio studio(script, options);
    QVERIFY(studio.start());
    studio.find(QAccessible::EditableText, QStringLiteral("Prompt"))
        ->editableTextInterface()
        ->insertText(0, QStringLiteral("a secret wish"));
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("failed")));
    const ui::StudioLog log(options.log);
    const QString report = ui::reportText(studio.preferences(), studio.session(), log);
    QVERIFY(report.contains(QStringLiteral("failed: ")) && report.contains(QStringLiteral("T-Stitch Studio")));
    QVERIFY(!report.contains(folder.path()) && !report.contains(studio.outputFolder()));
    QVERIFY(!report.contains(QStringLiteral("secret")));
  }
};

TSTITCH_UI_TEST(StudioLogTest)

#include "studio_log_test.moc"
