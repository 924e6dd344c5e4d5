#include "ui/compare/compare_page.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>

#include "core/image/image_file.h"
#include "core/picture_text/picture_text.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/compare/compare_view.h"
#include "ui/widgets/choice_accessible.h"
#include "ui/widgets/row_list.h"

using namespace tstitch;

class ComparePageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { ui::installChoiceAccessibility(); }

  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    page_ = std::make_unique<ui::ComparePage>();
    page_->resize(1000, 700);
    page_->show();
  }

  void thePagesHaveKeysInOrder() {
    test::Studio studio;
    QVERIFY(QTest::qWaitForWindowExposed(&studio.window()));
    studio.window().activateWindow();
    QTest::keyClick(&studio.window(), Qt::Key_3, Qt::ControlModifier);
    QTRY_VERIFY(studio.window().findChild<ui::ComparePage*>()->isVisible());
    QTest::keyClick(&studio.window(), Qt::Key_1, Qt::ControlModifier);
    QTRY_VERIFY(!studio.window().findChild<ui::ComparePage*>()->isVisible());
  }

  void theSamePictureTwiceIsEqual() {
    const QString path = picture("a.png", {32, 32}, 1, 40);
    set("Picture A", path);
    set("Picture B", path);
    QTRY_VERIFY(hasLabel("RMS: 0"));
    QVERIFY(hasLabel("PSNR: infinite"));
    QVERIFY(hasLabel("SSIM: 1"));
    QVERIFY(hasLabel("The settings are the same."));
    QCOMPARE(table()->rowCount(), 0);
  }

  void numbersHaveFourDecimals() {
    page_->compare(picture("a.png", {32, 32}, 1, 40), picture("b.png", {32, 32}, 2, 0));
    QTRY_VERIFY(page_->comparison().pixels().has_value());
    const PictureDifference numbers = page_->comparison().pixels()->numbers;
    QVERIFY(hasLabel(QStringLiteral("RMS: %1").arg(numbers.rms, 0, 'f', 4)));
    QVERIFY(hasLabel(QStringLiteral("PSNR: %1 dB").arg(numbers.psnr, 0, 'f', 1)));
    QVERIFY(hasLabel(QStringLiteral("SSIM: %1").arg(*numbers.ssim, 0, 'f', 4)));
  }

  void whatDiffersIsATableOfSettings() {
    page_->compare(picture("a.png", {32, 32}, 1, 0), picture("b.png", {32, 32}, 2, 40));
    QTRY_COMPARE(table()->rowCount(), 2);
    QAbstractItemModelTester tester(table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(row(0), QStringLiteral("ratio: 0 % / 40 %"));
    QCOMPARE(row(1), QStringLiteral("seed: 1 / 2"));
    press("Swap pictures");
    QCOMPARE(row(0), QStringLiteral("ratio: 40 % / 0 %"));
    QVERIFY(field("Picture A")->text().endsWith(QStringLiteral("b.png")));
  }

  void aTableRowIsOneChildNamedByItsText() {
    page_->compare(picture("a.png", {32, 32}, 1, 0), picture("b.png", {32, 32}, 1, 40));
    QTRY_COMPARE(table()->rowCount(), 1);
    QAccessibleInterface* view = QAccessible::queryAccessibleInterface(page_->findChild<ui::RowList*>());
    QCOMPARE(view->text(QAccessible::Name), QStringLiteral("Different settings"));
    QCOMPARE(view->childCount(), 1);
    QCOMPARE(view->role(), QAccessible::Table);
    QAccessibleInterface* row = view->child(0);
    QCOMPARE(row->text(QAccessible::Name), QStringLiteral("ratio: 0 % / 40 %"));
    for (int i = 0; i < 2; ++i) row->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QVERIFY(row->state().selected);
  }

  void theViewSaysModeAndPaths() {
    const QString a = picture("a.png", {32, 32}, 1, 0), b = picture("b.png", {32, 32}, 2, 0);
    page_->compare(a, b);
    QTRY_COMPARE(view()->accessibleDescription(), QStringLiteral("Wipe, A %1, B %2").arg(a, b));
    for (const char* mode : {"Wipe across", "Side by side", "Blink", "Overlay", "Difference"}) {
      page_->findChild<QComboBox*>()->setCurrentText(QString::fromLatin1(mode));
      QVERIFY(view()->accessibleDescription().startsWith(QString::fromLatin1(mode) + QStringLiteral(", A /")));
    }
  }

  void everyModePaintsBothPictures() {
    page_->compare(flat("a.png", 0xC02020), flat("b.png", 0x2020C0));
    QTRY_VERIFY(page_->comparison().pixels().has_value());
    slider("Zoom")->setValue(100);
    const auto pixel = [&](const char* mode, double x, double y) {
      page_->findChild<QComboBox*>()->setCurrentText(QString::fromLatin1(mode));
      const QPointF middle = QRectF(view()->rect()).center();
      return view()->grab().toImage().pixelColor((middle + QPointF(x, y)).toPoint());
    };
    const QColor a(0xC02020), b(0x2020C0);
    QCOMPARE(pixel("Wipe", -20, 10), a);
    QCOMPARE(pixel("Wipe", 20, -10), b);
    QCOMPARE(pixel("Wipe across", -20, -10), a);
    QCOMPARE(pixel("Wipe across", 20, 10), b);
    QCOMPARE(pixel("Blink", 0, 0), a);
    QTest::keyPress(view(), Qt::Key_Space);
    QCOMPARE(view()->grab().toImage().pixelColor(view()->rect().center()), b);
    QTest::keyRelease(view(), Qt::Key_Space);
    slider("Overlay opacity")->setValue(100);
    QCOMPARE(pixel("Overlay", 0, 0), b);
    QCOMPARE(pixel("Side by side", -view()->width() / 4.0, 0), a);
    QCOMPARE(pixel("Side by side", view()->width() / 4.0, 0), b);
    QCOMPARE(pixel("Difference", 0, 0), QColor(254, 250, 200));
  }

  void theWipeFollowsSliderKeysAndPointer() {
    page_->compare(flat("a.png", 0xC02020), flat("b.png", 0x2020C0));
    QTRY_VERIFY(page_->comparison().hasBoth());
    slider("Wipe position")->setValue(0);
    const QPoint middle = view()->rect().center();
    QCOMPARE(view()->grab().toImage().pixelColor(middle), QColor(0x2020C0));
    slider("Wipe position")->setValue(50);
    QTest::keyClick(view(), Qt::Key_Right);
    QCOMPARE(slider("Wipe position")->value(), 51);
    slider("Wipe position")->setValue(50);
    QTest::mousePress(view(), Qt::LeftButton, {}, middle);
    QTest::mouseMove(view(), {view()->width() - 1, middle.y()});
    QTest::mouseRelease(view(), Qt::LeftButton, {}, {view()->width() - 1, middle.y()});
    QCOMPARE(slider("Wipe position")->value(), 100);
  }

  void theZoomIsLinkedToItsSlider() {
    page_->compare(flat("a.png", 0xC02020), flat("b.png", 0x2020C0));
    QTRY_VERIFY(page_->comparison().hasBoth());
    QTRY_COMPARE(slider("Zoom")->value(), view()->zoom());
    slider("Zoom")->setValue(200);
    QCOMPARE(view()->zoom(), 200);
    QTest::keyClick(view(), Qt::Key_1);
    QCOMPARE(slider("Zoom")->value(), 100);
  }

  void picturesOfTwoSizesAreASentence() {
    page_->compare(picture("a.png", {32, 32}, 1, 0), picture("b.png", {64, 32}, 1, 0));
    QTRY_VERIFY(hasLabelWith("different sizes, 32x32 and 64x32"));
    QVERIFY(hasLabel("RMS: none"));
    page_->compare(picture("c.png", {64, 32}, 3, 0), field("Picture B")->text());
    QTRY_VERIFY(!hasLabelWith("different sizes"));
    QTRY_VERIFY(!hasLabel("RMS: none"));
  }

  void aPathWithoutAPictureIsASentence() {
    set("Picture A", folder_->filePath(QStringLiteral("missing.png")));
    QTRY_VERIFY(hasLabelWith("missing.png"));
    set("Picture A", QString());
    QTRY_VERIFY(!hasLabelWith("missing.png"));
  }

  void theNewestPathWins() {
    const QString last = picture("last.png", {32, 32}, 9, 0);
    for (int i = 0; i < 20; ++i) set("Picture A", picture("first.png", {256, 256}, 1, 0));
    set("Picture A", last);
    QTRY_COMPARE(page_->comparison().picture(ui::Side::A).path, last);
    QTest::qWait(100);
    QCOMPARE(page_->comparison().picture(ui::Side::A).path, last);
  }

 private:
  /// A picture of ours with that seed and ratio.
  QString picture(const char* name, Extent size, std::uint64_t seed, int percent) {
    GenerationRequest request;
    request.prompt = "3d fox";
    request.denoisers = test::fakePair().defaults.denoisers;
    request.seed = seed;
    request.split = RatioSplit{{Percent{percent}}};
    request.extent = {128, 128};
    return write(name, test::fakePicture(size, seed, 0.5),
                 {{std::string(kRequestKeyword), picture_request_json(request, {})}});
  }

  QString flat(const char* name, int colour) {
    Image image{100, 100, {}};
    for (int i = 0; i < 100 * 100; ++i) {
      for (const int shift : {16, 8, 0}) image.rgb.push_back(static_cast<std::uint8_t>(colour >> shift & 0xFF));
    }
    return write(name, image, {});
  }

  QString write(const char* name, const Image& image, const std::vector<PictureText>& texts) {
    const QString path = folder_->filePath(QString::fromLatin1(name));
    static_cast<void>(write_new_png(path.toStdString(), image, texts));
    return path;
  }

  QLineEdit* field(const char* name) { return named<QLineEdit>(name); }
  QSlider* slider(const char* name) { return named<QSlider>(name); }
  template <class Widget>
  Widget* named(const char* name) {
    for (auto* widget : page_->findChildren<Widget*>()) {
      if (widget->accessibleName() == QLatin1String(name)) return widget;
    }
    return nullptr;
  }
  void set(const char* name, const QString& text) { field(name)->setText(text); }
  void press(const char* name) {
    for (auto* button : page_->findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String(name)) button->click();
    }
  }
  bool hasLabel(const QString& text) {
    for (auto* label : page_->findChildren<QLabel*>()) {
      if (label->text() == text && label->isVisible()) return true;
    }
    return false;
  }
  bool hasLabel(const char* text) { return hasLabel(QString::fromLatin1(text)); }
  bool hasLabelWith(const char* text) {
    for (auto* label : page_->findChildren<QLabel*>()) {
      if (label->text().contains(QLatin1String(text)) && label->isVisible()) return true;
    }
    return false;
  }
  QAbstractItemModel* table() { return page_->findChild<ui::RowList*>()->model(); }
  QString row(int number) { return table()->index(number, 0).data().toString(); }
  ui::CompareView* view() { return page_->findChild<ui::CompareView*>(); }

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<ui::ComparePage> page_;
};

TSTITCH_UI_TEST(ComparePageTest)

#include "compare_page_test.moc"
