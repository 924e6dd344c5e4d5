#include "ui/play/lens.h"

#include <QComboBox>
#include <QDir>
#include <QMouseEvent>

#include "core/image/image_file.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/image_convert.h"
#include "ui/play/lens_desk.h"
#include "ui/preview/picture_view.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

class LensTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itShowsTheSamePlaceOfTheOtherPicture() {
    ui::PictureView view;
    view.resize(500, 500);
    QImage red(100, 100, QImage::Format_RGB888);
    red.fill(Qt::red);
    QImage halves(100, 100, QImage::Format_RGB888);
    halves.fill(Qt::blue);
    for (int y = 0; y < 100; ++y) {
      for (int x = 50; x < 100; ++x) halves.setPixelColor(x, y, Qt::green);
    }
    view.showSaved(red, QStringLiteral("/a.png"));
    auto* lens = new ui::Lens(view);
    lens->setOther(halves, QStringLiteral("0 %"));
    lens->show();
    view.show();
    move(view, {200, 250});
    const QImage shown = view.grab().toImage();
    const double scale = shown.devicePixelRatio();
    const auto at = [&](int x, int y) { return shown.pixelColor(QPoint(qRound(x * scale), qRound(y * scale))); };
    QCOMPARE(at(180, 240), QColor(Qt::blue));
    QCOMPARE(at(270, 240), QColor(Qt::green));
    QCOMPARE(at(400, 400), QColor(Qt::red));
    move(view, {320, 250});
    QCOMPARE(lens->centre(), QPointF(320, 250));
  }

  void aMissingEndIsMadeAndNotSaved() {
    const auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* lens = studio.window().findChild<ui::Lens*>();
    QVERIFY(lens->isHidden());
    studio.press(QStringLiteral("Lens"));
    QTRY_VERIFY(!lens->isHidden());
    QTRY_COMPARE_WITH_TIMEOUT(lens->words(), QStringLiteral("0 %"), 20000);
    QCOMPARE(script->seenRuns().size(), std::size_t{2});
    studio.find(QAccessible::ComboBox, QStringLiteral("Lens shows"))
        ->child(1)
        ->actionInterface()
        ->doAction(QAccessibleActionInterface::pressAction());
    QTRY_COMPARE_WITH_TIMEOUT(lens->words(), QStringLiteral("100 %"), 20000);
    QVERIFY(script->seenRuns().back().trail->goes_on);
    QCOMPARE(QDir(studio.outputFolder()).entryList({QStringLiteral("*.png")}).size(), 1);
    studio.press(QStringLiteral("Lens"));
    QTRY_VERIFY(lens->isHidden());
  }

  void aKeyPeelsTheLargeDenoisersWorkOff() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    auto* view = studio.window().findChild<ui::PictureView*>();
    QTest::keyPress(view, Qt::Key_P);
    QCOMPARE(view->accessibleDescription(), QStringLiteral("small preview after step 10"));
    QTest::keyRelease(view, Qt::Key_P);
    QCOMPARE(view->accessibleDescription(), studio.status().mid(6));
  }

  void theLoopLiesBesideThePicture() {
    Studio studio;
    QVERIFY(studio.start());
    QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Export loop"))->state().disabled);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QTRY_VERIFY(!studio.find(QAccessible::Button, QStringLiteral("Export loop"))->state().disabled);
    studio.press(QStringLiteral("Export loop"));
    QTRY_VERIFY(studio.notice().startsWith(QStringLiteral("Exported to ")));
    const QFileInfo picture(studio.status().mid(6));
    const QString loop = picture.dir().filePath(picture.completeBaseName() + QStringLiteral("-loop.webp"));
    QVERIFY(QFileInfo::exists(loop));
    QCOMPARE(read_picture(loop.toStdString()).image.width, 96);
    studio.press(QStringLiteral("Export loop"));
    QTRY_VERIFY(QFileInfo::exists(picture.dir().filePath(picture.completeBaseName() + QStringLiteral("-loop-2.webp"))));
  }

  void aLoopIsShort() {
    ui::Film film;
    film.small = 10;
    QImage image(800, 400, QImage::Format_RGB888);
    image.fill(Qt::gray);
    for (int i = 0; i < 100; ++i) film.roll.add(ui::filmFrame(i, i < 10 ? "small" : "large", image));
    const auto loop = ui::loopOf(film, image);
    QVERIFY(loop.size() >= 20 && loop.size() <= 25);
    QCOMPARE(loop.front().image.width, 512);
    QCOMPARE(loop.back().image.height, 256);
    film.small = 0;
    QVERIFY(ui::loopOf(film, image).empty());
  }

 private:
  static void move(QWidget& view, QPointF to) {
    QMouseEvent event(QEvent::MouseMove, to, view.mapToGlobal(to), Qt::NoButton, Qt::NoButton, {});
    QApplication::sendEvent(&view, &event);
  }
};

TSTITCH_UI_TEST(LensTest)

#include "lens_test.moc"
