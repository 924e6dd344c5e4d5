#include "ui/source/source_section.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QPushButton>
#include <QSlider>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/picture_tile.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/run_shape.h"
#include "ui/preview/picture_view.h"
#include "ui/source/mask.h"
#include "ui/source/mask_canvas.h"
#include "ui/source/mask_dialog.h"
#include "ui/source/second_pass_section.h"

using namespace tstitch;
using test::Studio;
using ui::Mask;
using ui::MaskCanvas;
using ui::MaskDialog;
using ui::SecondPassSection;
using ui::SourceSection;

/// The picture that a run starts from, its mask, and the second pass.
class SourceSectionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>();
    QVERIFY(studio_->start());
    picture_ = studio_->outputFolder() + QStringLiteral("/house.png");
    QImage image(96, 64, QImage::Format_RGB888);
    image.fill(Qt::darkGreen);
    QVERIFY(image.save(picture_));
  }
  void cleanup() { studio_.reset(); }

  void theControlsAreThereFromTheStart() {
    QCOMPARE(textOf("Source picture"), QString());
    QCOMPARE(textOf("Mask picture"), QString());
    QCOMPARE(slider("Strength")->currentValue().toInt(), 80);
    QVERIFY(one(QAccessible::Button, "Mask")->state().disabled);
    QVERIFY(!request().source && !request().second_pass);
  }

  void aPathSetLoadsThePicture() {
    setText("Source picture", picture_);
    QVERIFY(request().source.has_value());
    QCOMPARE(request().source->picture.location.string(), picture_.toStdString());
    QCOMPARE(request().source->picture.name, std::string("house.png"));
    QCOMPARE(request().source->strength, 0.8);
    QVERIFY(!request().source->mask);
    QTRY_COMPARE(one(QAccessible::Graphic, "Source picture shown")->imageInterface()->imageSize(), QSize(96, 64));
    QVERIFY(!one(QAccessible::Button, "Mask")->state().disabled);
    QTRY_VERIFY(says(QStringLiteral("its middle 67 % are seen")));
    setText("Source picture", QString());
    QVERIFY(!request().source);
  }

  void theStrengthSaysHowManyEvaluationsRun() {
    setNumber("Steps", 20);
    setText("Source picture", picture_);
    slider("Strength")->setCurrentValue(60);
    QCOMPARE(request().source->strength, 0.6);
    QCOMPARE(slider("Trajectory")->maximumValue().toInt(), 12);
    setNumber("Ratio", 50);
    QCOMPARE(slider("Trajectory")->currentValue().toInt(), 6);
    setText("Source picture", QString());
    QCOMPARE(slider("Trajectory")->maximumValue().toInt(), 20);
    QCOMPARE(slider("Trajectory")->currentValue().toInt(), 10);  // the ratio stays
  }

  void aStrengthThatLeavesNoStepIsSaid() {
    setNumber("Steps", 4);
    setText("Source picture", picture_);
    slider("Strength")->setCurrentValue(10);
    QVERIFY(one(QAccessible::Button, "Generate")->state().disabled);
    QVERIFY(!studio_->window().findChild<ui::CreatePanel*>()->problems().contains(QStringLiteral("--")));
    slider("Strength")->setCurrentValue(30);
    QVERIFY(!one(QAccessible::Button, "Generate")->state().disabled);
  }

  void aPictureThatIsNotThereIsSaidAndHoldsTheRun() {
    setText("Source picture", QStringLiteral("/no/such.png"));
    QTRY_VERIFY(one(QAccessible::Button, "Generate")->state().disabled);
    setText("Source picture", picture_);
    QTRY_VERIFY(!one(QAccessible::Button, "Generate")->state().disabled);
    setText("Mask picture", QStringLiteral("/no/such.png"));
    QTRY_VERIFY(one(QAccessible::Button, "Generate")->state().disabled);
  }

  void copiedPixelsBecomeASource() {
    QImage pixels(32, 16, QImage::Format_RGB32);
    pixels.fill(Qt::blue);
    QApplication::clipboard()->setImage(pixels);
    auto* tile = section().findChild<ui::PictureDropTile*>();
    QTest::keyClick(tile, Qt::Key_V, Qt::ControlModifier);
    QTRY_VERIFY(textOf("Source picture").endsWith(QStringLiteral("/source-0001.png")));
  }

  void theShownPictureBecomesTheSource() {
    studio_->press(QStringLiteral("Take the shown picture"));
    QTRY_VERIFY(studio_->notice().contains(QStringLiteral("No saved picture")));
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    studio_->press(QStringLiteral("Take the shown picture"));
    QTRY_COMPARE(textOf("Source picture"), studio_->status().mid(6));
  }

  void itsSizeBecomesTheRuns() {
    setText("Source picture", picture_);
    QTRY_VERIFY(says(QStringLiteral("its middle 67 % are seen")));
    studio_->press(QStringLiteral("Take its size"));
    QTRY_COMPARE(request().extent, (Extent{96, 64}));
    QVERIFY(!says(QStringLiteral("its middle 67 % are seen")));
  }

  void aPaintedMaskIsKeptByItsContent() {
    setText("Source picture", picture_);
    studio_->press(QStringLiteral("Mask"));
    MaskDialog* painter = nullptr;
    QTRY_VERIFY((painter = studio_->window().findChild<MaskDialog*>()) != nullptr);
    QVERIFY(!painter->isModal());
    auto* canvas = painter->findChild<MaskCanvas*>();
    QCOMPARE(canvas->mask().size(), QSize(64, 64));  // what a square run sees
    QTest::mousePress(canvas, Qt::LeftButton, {}, canvas->rect().center());
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->rect().center());
    QVERIFY(canvas->mask().share() > 0);
    const Mask painted = canvas->mask();
    QTest::mouseClick(button(painter, "Use mask"), Qt::LeftButton);
    QTRY_VERIFY(textOf("Mask picture").contains(QStringLiteral("/masks/")));
    QCOMPARE(QFileInfo(textOf("Mask picture")).completeBaseName().size(), qsizetype{64});
    QVERIFY(Mask(QImage(textOf("Mask picture")), painted.size()) == painted);
    setNumber("Mask feather", 12);
    QCOMPARE(request().source->mask_feather, 12);
    QCOMPARE(request().source->mask->location.string(), textOf("Mask picture").toStdString());
    QTRY_VERIFY(studio_->window().findChild<MaskDialog*>() == nullptr);
    studio_->press(QStringLiteral("Mask"));  // goes on with the mask that is there
    QTRY_VERIFY((painter = studio_->window().findChild<MaskDialog*>()) != nullptr);
    QVERIFY(painter->findChild<MaskCanvas*>()->mask() == painted);
  }

  void theMaskIsPaintedByKeys() {
    MaskCanvas canvas(QImage(picture_), Mask(QSize(96, 64)));
    canvas.resize(480, 320);
    const QImage empty = canvas.grab().toImage();
    QTest::keyClick(&canvas, Qt::Key_Space);
    const double one = canvas.mask().share();
    QVERIFY(one > 0 && canvas.grab().toImage() != empty);
    for (int i = 0; i < 6; ++i) QTest::keyClick(&canvas, Qt::Key_Right);
    QTest::keyClick(&canvas, Qt::Key_Space);
    QVERIFY(canvas.mask().share() > one);
    QTest::keyClick(&canvas, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(canvas.mask().share(), one);
    const int brush = canvas.brush();
    QTest::keyClick(&canvas, Qt::Key_BracketRight);
    QVERIFY(canvas.brush() > brush);
    canvas.setErasing(true);
    QTest::keyClick(&canvas, Qt::Key_Space);
    canvas.invert();
    QVERIFY(canvas.mask().share() > 0.5);
    canvas.clear();
    QCOMPARE(canvas.mask().share(), 0.0);
    QVERIFY(canvas.accessibleDescription().startsWith(QStringLiteral("0 %")));
  }

  void aMaskIsCutAtOneHalf() {
    QImage grey(3, 1, QImage::Format_Grayscale8);
    grey.setPixel(0, 0, 127);
    uchar* line = grey.scanLine(0);
    line[0] = 127;
    line[1] = 128;
    line[2] = 255;
    const Mask mask(grey, grey.size());
    QCOMPARE(mask.pixels().constScanLine(0)[0], uchar{0});
    QCOMPARE(mask.pixels().constScanLine(0)[1], uchar{255});
    QCOMPARE(mask.share(), 2.0 / 3);
  }

  void theSecondPassIsInTheRequest() {
    auto* on = button<QCheckBox>(&studio_->window(), "Second pass on");
    on->setChecked(true);
    QCOMPARE(request().second_pass, std::optional<SecondPass>(SecondPass()));
    setNumber("Second pass scale", 2);
    setNumber("Second pass steps", 12);
    setNumber("Second pass ratio", 25);
    slider("Second pass strength")->setCurrentValue(35);
    const SecondPass pass{2, Upscale::Lanczos, 0.35, 12, Percent{25}};
    QCOMPARE(request().second_pass, std::optional<SecondPass>(pass));
    QVERIFY(says(QStringLiteral("From 128x128 to about 256x256")));
    on->setChecked(false);
    QVERIFY(!request().second_pass);
  }

  void allOfItComesBackAtTheNextStart() {
    setText("Source picture", picture_);
    setText("Mask picture", picture_);
    slider("Strength")->setCurrentValue(45);
    setNumber("Mask feather", 7);
    button<QCheckBox>(&studio_->window(), "Second pass on")->setChecked(true);
    const GenerationRequest before = request();
    studio_->window().close();
    const std::unique_ptr<Studio> first = std::move(studio_);
    studio_ = std::make_unique<Studio>(std::make_shared<test::FakeScript>(), ui::StudioOptions{}, first->profile());
    QVERIFY(studio_->start());
    QVERIFY(request().source == before.source);
    QVERIFY(request().second_pass == before.second_pass);
    QCOMPARE(textOf("Source picture"), picture_);
    QVERIFY(one(QAccessible::Button, "Picture to start from")->state().expanded);
  }

  void aPicturesSourceIsRestored() {
    auto* panel = studio_->window().findChild<ui::CreatePanel*>();
    GenerationRequest made = request();
    made.source = SourceChoice{{"house.png", std::string(64, 'a'), picture_.toStdString()}, 0.123, {}, 0};
    panel->apply(made);
    QVERIFY(panel->request().source == made.source);
    QCOMPARE(panel->request().source->strength, 0.123);
    made.source.reset();
    panel->apply(made);
    QVERIFY(!panel->request().source);
  }

 private:
  GenerationRequest request() { return studio_->window().findChild<ui::CreatePanel*>()->request(); }
  SourceSection& section() { return *studio_->window().findChild<SourceSection*>(); }

  template <class Button = QPushButton>
  static Button* button(const QWidget* within, const char* name) {
    for (auto* each : within->findChildren<Button*>()) {
      if (each->text() == QLatin1String(name) || each->accessibleName() == QLatin1String(name)) return each;
    }
    throw std::runtime_error(name);
  }

  QAccessibleInterface* one(QAccessible::Role role, const char* name) {
    QAccessibleInterface* found = studio_->find(role, QString::fromLatin1(name));
    if (found == nullptr) throw std::runtime_error(name);
    return found;
  }
  QAccessibleValueInterface* slider(const char* name) { return one(QAccessible::Slider, name)->valueInterface(); }
  QString textOf(const char* name) { return one(QAccessible::EditableText, name)->text(QAccessible::Value); }
  void setText(const char* name, const QString& text) {
    QAccessibleInterface* field = one(QAccessible::EditableText, name);
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }
  void setNumber(const char* name, double number) {
    one(QAccessible::SpinBox, name)->valueInterface()->setCurrentValue(number);
  }
  bool says(const QString& text) {
    bool found = false;
    studio_->walk([&](QAccessibleInterface* item) {
      found = found || (item->role() == QAccessible::StaticText && item->text(QAccessible::Name).contains(text));
    });
    return found;
  }

  std::unique_ptr<Studio> studio_;
  QString picture_;
};

TSTITCH_UI_TEST(SourceSectionTest)

#include "source_section_test.moc"
