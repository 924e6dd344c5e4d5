#include "ui/run/run_caption.h"

#include <QLabel>
#include <QSignalSpy>

#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "ui/run/run_strip.h"

using namespace tstitch;
using ui::runCaption;
using ui::RunOrder;
using ui::RunStrip;

/// What stands in the line below the pages after a run.
class RunCaptionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunIsToldInOneLine() {
    QCOMPARE(
        test::asInFiles(runCaption(order(10, 25), report({{"small", 10, Seconds{1}}, {"large", 15, Seconds{4.5}}}))),
        QStringLiteral("40 %, 10 + 15 evaluations, 6.2 s (24 % saved), seed 7"));
  }

  void whatAnEarlierRunDidIsCountedAndSaved() {
    QCOMPARE(test::asInFiles(runCaption(order(10, 25), report({{"large", 15, Seconds{4.5}}}))),
             QStringLiteral("40 %, 10 + 15 evaluations, 5.2 s (37 % saved), seed 7"));
  }

  void whatWasMadeAheadTakesNoTime() {
    QCOMPARE(test::asInFiles(runCaption(order(10, 25), report({}))),
             QStringLiteral("40 %, 10 + 15 evaluations, made ahead, seed 7"));
  }

  void theLargeModelAloneSavesNothing() {
    RunReport run = report({{"large", 25, Seconds{7.5}}});
    run.request.split = RatioSplit{{Percent{0}}};
    QCOMPARE(test::asInFiles(runCaption(order(0, 25), run)), QStringLiteral("0 %, 25 evaluations, 8.2 s, seed 7"));
  }

  void whatWasSwitchedIsToldAsItWas() {
    RunReport run = report({{"small", 4, Seconds{0.4}}, {"large", 21, Seconds{6.3}}});
    run.request.split = SegmentSplit{{{"small", 4}, {"large", 21}}};
    QVERIFY(runCaption(order(10, 25), run).startsWith(QStringLiteral("16 %, 4 + 21 evaluations, ")));
  }

  void severalPicturesAreCounted() {
    RunReport run = report({{"small", 20, Seconds{2}}, {"large", 30, Seconds{9}}});
    run.images.push_back({"/tmp/b.png", 8, nullptr});
    QVERIFY2(runCaption(order(10, 25), run).startsWith(QStringLiteral("2 pictures, 40 %, 10 + 15 evaluations, ")),
             qPrintable(runCaption(order(10, 25), run)));
    QVERIFY(runCaption(order(10, 25), run).endsWith(QStringLiteral("seeds 7 to 8")));
  }

  void bothPassesAreTold() {
    RunOrder two = order(10, 25);
    two.second = {3, 12};
    two.measured.evaluation["large"] = 0.3;
    two.secondMeasured.evaluation["large"] = 0.5;
    RunReport run = report({{"small", 10, Seconds{1}},
                            {"large", 15, Seconds{4.5}},
                            {"small", 3, Seconds{0.6}},
                            {"large", 9, Seconds{4.5}}});
    QCOMPARE(test::asInFiles(runCaption(two, run)),
             QStringLiteral("40 %, 10 + 15, then 3 + 9 evaluations, 11 s (20 % saved), seed 7"));
    // What one denoiser makes of both is told in one piece.
    two.second = {0, 12};
    run.segments = {{"small", 10, Seconds{1}}, {"large", 27, Seconds{9.6}}};
    QVERIFY(test::asInFiles(runCaption(two, run)).startsWith(QStringLiteral("40 %, 10 + 15, then 12 evaluations, ")));
  }

  void theLineIsWholeAsSoonAsThereIsRoom() {
    RunStrip strip;
    const QString caption = QStringLiteral("40 %, 10 + 15 evaluations, 6.2 s (24 % saved), seed 7");
    strip.resize(360, 48);
    strip.show();
    strip.setStatus(QStringLiteral("saved /p/a.png"));
    strip.setCaption(caption, QStringLiteral("/p/a.png"));
    QVERIFY(!strip.findChildren<QLabel*>().first()->text().contains(caption));
    strip.resize(1000, 48);
    QTRY_VERIFY(strip.findChildren<QLabel*>().first()->text().contains(caption));
  }

  void theLineShowsTheFileAndKeepsItsName() {
    RunStrip strip;
    strip.resize(900, 48);
    strip.setStatus(QStringLiteral("saved /p/a.png"));
    strip.setCaption(QStringLiteral("40 %, seed 7"), QStringLiteral("/p/a.png"));
    QLabel* label = nullptr;
    for (auto* each : strip.findChildren<QLabel*>()) {
      if (each->accessibleName() == QStringLiteral("Status: saved /p/a.png")) label = each;
    }
    QVERIFY(label != nullptr);
    QCOMPARE(label->accessibleDescription(), QStringLiteral("40 %, seed 7"));
    QVERIFY(label->text().contains(QStringLiteral("40 %, seed 7</a>")));
    QSignalSpy wanted(&strip, &RunStrip::folderWanted);
    Q_EMIT label->linkActivated(QStringLiteral("folder"));
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first().first().toString(), QStringLiteral("/p/a.png"));
    strip.setStatus(QStringLiteral("loading"));
    QCOMPARE(label->text(), QStringLiteral("loading"));
    QCOMPARE(label->accessibleDescription(), QString());
  }

 private:
  static RunOrder order(int small, int evaluations) {
    RunOrder order;
    order.small = small;
    order.evaluations = evaluations;
    return order;
  }

  static RunReport report(const std::vector<SegmentTime>& segments) {
    RunReport report;
    report.segments = segments;
    report.images = {{"/tmp/a.png", 7, nullptr}};
    report.seconds.text = 0.2;
    report.seconds.decode = 0.5;
    for (const SegmentTime& segment : segments) report.seconds.sample += segment.seconds.value;
    return report;
  }
};

TSTITCH_UI_TEST(RunCaptionTest)

#include "run_caption_test.moc"
