#include "ui/preview/picture_view.h"

#include <QApplication>
#include <QWheelEvent>

#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "ui/convert/image_convert.h"
#include "ui/preview/preview_pump.h"

using namespace tstitch;
using ui::PictureView;

class PictureViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    view_ = std::make_unique<PictureView>();
    view_->resize(548, 548);
    picture_ = ui::toQImage(test::fakePicture({100, 100}, 1, 1));
  }

  void picturesSurviveTheConversion() {
    const Image image = test::fakePicture({7, 5}, 3, 0.5);  // rows that are no multiple of four bytes
    QCOMPARE(ui::toImage(ui::toQImage(image)), image);
    QVERIFY(ui::toQImage(Image{}).isNull());
  }

  void theConversionOwnsItsPixels() {
    auto image = std::make_unique<Image>(test::fakePicture({16, 16}, 3, 1));
    const QImage kept = ui::toQImage(*image);
    const QColor before = kept.pixelColor(8, 8);
    image->rgb.assign(image->rgb.size(), 0);
    image.reset();
    QCOMPARE(kept.pixelColor(8, 8), before);
  }

  void fitFillsTheView() {
    view_->showSaved(picture_, QStringLiteral("/a.png"));
    QCOMPARE(view_->scale(), 5.0);  // 500 of 548 pixels, 24 of margin on each side
    QTest::keyClick(view_.get(), Qt::Key_1);
    QCOMPARE(view_->scale(), 1.0);
    QTest::keyClick(view_.get(), Qt::Key_0);
    QCOMPARE(view_->scale(), 5.0);
  }

  void aPreviewIsDrawnAsLargeAsThePictureWillBe() {
    const QImage small = ui::toQImage(test::fakePicture({25, 25}, 1, 0.5));
    view_->showPreview(small, 11, {100, 100});
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("preview after step 12"));
    QCOMPARE(view_->scale(), 5.0);
    QVERIFY(view_->savedPath().isEmpty());
  }

  void theWheelZoomsAroundThePointer() {
    view_->showSaved(picture_, QStringLiteral("/a.png"));
    const QImage before = view_->grab().toImage();
    QWheelEvent event({274, 274}, {274, 274}, {}, {0, 120}, {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view_.get(), &event);
    QVERIFY(view_->scale() > 5.0);
    const QImage after = view_->grab().toImage();
    QCOMPARE(after.pixelColor(274, 274), before.pixelColor(274, 274));
    view_->fit();
    QCOMPARE(view_->grab().toImage(), before);
  }

  void draggingPans() {
    view_->showSaved(picture_, QStringLiteral("/a.png"));
    const QImage before = view_->grab().toImage();
    QTest::mousePress(view_.get(), Qt::LeftButton, {}, {200, 200});
    QTest::mouseMove(view_.get(), {260, 200});
    QTest::mouseRelease(view_.get(), Qt::LeftButton, {}, {260, 200});
    const QImage after = view_->grab().toImage();
    QCOMPARE(after.pixelColor(334, 274), before.pixelColor(274, 274));
    QCOMPARE(view_->scale(), 5.0);
  }

  void peekingEndsWithThePictureBack() {
    view_->showSaved(picture_, QStringLiteral("/a.png"));
    const QImage saved = view_->grab().toImage();
    view_->peek(ui::toQImage(test::fakePicture({25, 25}, 9, 0.1)), ui::PictureView::previewWords(8));
    QVERIFY(view_->grab().toImage() != saved);
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("preview after step 9"));  // row 20
    view_->peek({}, {});
    QCOMPARE(view_->grab().toImage(), saved);
  }

  void thePumpShowsTheNewestAtMostFifteenTimesASecond() {
    auto mailbox = std::make_shared<ui::PreviewMailbox>();
    auto* pump = new ui::PreviewPump(mailbox, *view_);
    view_->show();
    pump->begin(1, {100, 100});
    const auto image = std::make_shared<const Image>(test::fakePicture({8, 8}, 1, 1));
    for (int i = 0; i < 40; ++i) {
      if (mailbox->post({1, i, image})) pump->wake();
    }
    // The first is shown at once; of the rest only the newest, when the pause is over.
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("preview after step 1"));
    QTRY_COMPARE(view_->accessibleDescription(), QStringLiteral("preview after step 40"));
  }

  void theHiddenViewTakesNothing() {
    auto mailbox = std::make_shared<ui::PreviewMailbox>();
    auto* pump = new ui::PreviewPump(mailbox, *view_);
    pump->begin(1, {});
    const auto image = std::make_shared<const Image>(test::fakePicture({8, 8}, 1, 1));
    if (mailbox->post({1, 3, image})) pump->wake();
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("nothing yet"));
    view_->show();
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("preview after step 4"));
  }

  void aFrameOfAnEndedRunIsDropped() {
    auto mailbox = std::make_shared<ui::PreviewMailbox>();
    auto* pump = new ui::PreviewPump(mailbox, *view_);
    view_->show();
    pump->begin(1, {});
    const auto image = std::make_shared<const Image>(test::fakePicture({8, 8}, 1, 1));
    mailbox->post({1, 3, image});
    pump->end();
    view_->showSaved(picture_, QStringLiteral("/a.png"));
    pump->wake();
    QCOMPARE(view_->accessibleDescription(), QStringLiteral("/a.png"));
  }

 private:
  std::unique_ptr<PictureView> view_;
  QImage picture_;
};

TSTITCH_UI_TEST(PictureViewTest)

#include "picture_view_test.moc"
