#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QSettings>
#include <QUrl>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/addition_list.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/control_card.h"
#include "ui/additions/fit_shown.h"
#include "ui/additions/lora_row.h"
#include "ui/additions/picture_tile.h"
#include "ui/additions/reach_bar.h"
#include "ui/generate/pair_box.h"
#include "ui/preview/picture_view.h"
#include "ui/widgets/folding_section.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// Controls and LoRAs from what the user does to the request.
class AdditionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>();
    QVERIFY(studio_->start());
    picture_ = studio_->outputFolder() + QStringLiteral("/house.png");
    QImage image(48, 32, QImage::Format_RGB888);
    image.fill(Qt::darkGreen);
    QVERIFY(image.save(picture_));
  }
  void cleanup() { studio_.reset(); }

  void aDroppedPictureShowsItsMap() {
    dropOn(additions().findChild<ui::PictureDropTile*>(), picture_);
    QCOMPARE(textOf("Control picture"), picture_);
    auto* map = graphic("Control map");
    QTRY_COMPARE(map->imageInterface()->imageSize(), QSize(128, 128));  // of the run
    QVERIFY(map->text(QAccessible::Description).contains(QStringLiteral("house.png")));
    QTRY_COMPARE(graphic("Control picture shown")->imageInterface()->imageSize(), QSize(48, 32));
  }

  void theMapFollowsSizeKindAndThresholds() {
    setText("Control picture", picture_);
    QTRY_COMPARE(studio_->script().mapped.load(), 1);
    setNumber("Width", 256);
    QTRY_COMPARE(graphic("Control map")->imageInterface()->imageSize(), QSize(256, 128));
    const int before = studio_->script().mapped;
    setNumber("Control low threshold", 50);
    QTRY_COMPARE(studio_->script().mapped.load(), before + 1);
    choose("Control kind", QStringLiteral("Depth"));
    QTRY_VERIFY(graphic("Control map")->text(QAccessible::Description).contains(QStringLiteral("annotator")));
    toggle("Control picture is a map");
    QTRY_COMPARE(studio_->script().mapped.load(), before + 2);
  }

  void aPictureThatIsNotThereIsSaidInTheCard() {
    setText("Control picture", QStringLiteral("/no/such.png"));
    QTRY_VERIFY(graphic("Control map")->text(QAccessible::Description).contains(QStringLiteral("no such picture")));
  }

  void copiedPixelsBecomeAFile() {
    QImage pixels(16, 8, QImage::Format_RGB32);
    pixels.fill(Qt::blue);
    QApplication::clipboard()->setImage(pixels);
    auto* tile = additions().findChild<ui::PictureDropTile*>();
    QTest::keyClick(tile, Qt::Key_V, Qt::ControlModifier);
    QTRY_VERIFY(textOf("Control picture").endsWith(QStringLiteral("/control-0001.png")));
    QCOMPARE(QImage(textOf("Control picture")).size(), pixels.size());
  }

  void theRequestHasTheControl() {
    fillControl();
    slider("Control weight")->setCurrentValue(0.8);
    setNumber("Control start", 25);
    setNumber("Control end", 75);
    toggle("Control on large");
    const ControlChoice control = made().controls.at(0);
    QVERIFY(control.fit == ControlFit::Crop);
    QVERIFY(control.kind == ControlKind::Canny);
    QCOMPARE(control.picture.location.string(), picture_.toStdString());
    QCOMPARE(control.picture.name, std::string("house.png"));
    QCOMPARE(control.model.location.string(), std::string("/m/control-canny"));
    QCOMPARE(control.scale, 0.8);
    QCOMPARE(control.start, 0.25);
    QCOMPARE(control.end, 0.75);
    QCOMPARE(control.denoiser.value_or(""), std::string("small"));
  }

  void aModelSaysWhetherItFitsThePair() {
    fillControl();
    QTRY_VERIFY(says(QStringLiteral("Fits small and large.")));
    setText("Control model", QStringLiteral("/m/control-only-large"));
    QTRY_VERIFY(says(QStringLiteral("Fits large.\nNot on small: The ControlNet takes text 768 wide")));
    studio_->press(QStringLiteral("Keep to the fitting model"));
    QTRY_VERIFY(!one(QAccessible::CheckBox, "Control on small")->state().checked);
    QVERIFY(one(QAccessible::CheckBox, "Control on large")->state().checked);
    setText("Control model", QString());
    QVERIFY(!says(QStringLiteral("Fits large.")));
  }

  void row38_whatTheRunSeesOfAnotherShapeIsShown() {
    setText("Control picture", picture_);  // 48 x 32 in a square run
    QTRY_VERIFY(says(QStringLiteral("its middle 67 % are seen")));
    additions().unfold();
    auto* tile = additions().findChild<ui::PictureDropTile*>();
    QTRY_VERIFY(tile->isVisible() && !tile->size().isEmpty());
    const QImage cut = tile->grab().toImage();
    choose("Control fit", QStringLiteral("Pad"));
    QTRY_VERIFY(says(QStringLiteral("it fills 67 % of the map")));
    QVERIFY(tile->grab().toImage() != cut);
    choose("Control fit", QStringLiteral("Stretch"));
    QTRY_VERIFY(says(QStringLiteral("Stretched ")));
    setNumber("Width", 192);
    QTRY_VERIFY(!says(QStringLiteral("Stretched ")));
  }

  void theFrameOfAFitKeepsTheRunsShape() {
    const auto cut = ui::fitShown({300, 200}, {100, 100}, ControlFit::Crop).frame;
    QCOMPARE(cut.width() * 300, 200.0);
    QCOMPARE(cut.height(), 1.0);
    const auto padded = ui::fitShown({200, 300}, {128, 64}, ControlFit::Pad).frame;
    QCOMPARE(padded.width() * 200, 2 * padded.height() * 300);
    QCOMPARE(padded.height(), 1.0);
    QVERIFY(ui::fitShown({128, 64}, {256, 128}, ControlFit::Crop).words.isEmpty());
    QVERIFY(ui::fitShown({128, 64}, {0, 0}, ControlFit::Crop).words.isEmpty());
  }

  void theMapLiesOverThePicture() {
    auto* view = studio_->window().findChild<ui::PictureView*>();
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    setText("Control picture", picture_);
    QTRY_COMPARE(graphic("Control map")->imageInterface()->imageSize(), QSize(128, 128));
    const QImage without = view->grab().toImage();
    toggle("Control map over the picture");
    const QImage with = view->grab().toImage();
    QVERIFY(with != without);
    toggle("Control map over the picture");
    QCOMPARE(view->grab().toImage(), without);
    toggle("Control map over the picture");
    studio_->press(QStringLiteral("Remove control"));
    QTRY_COMPARE(view->grab().toImage(), without);
  }

  void onNeitherDenoiserIsOff() {
    fillControl();
    toggle("Control on small");
    toggle("Control on large");
    QVERIFY(made().controls.empty());
    QCOMPARE(summaryOf("Control"), QStringLiteral("house.png, off"));
  }

  void aPictureWithoutAControlNetIsSaidToNeedOne() {
    setText("Control picture", picture_);
    QVERIFY(studio_->find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    setText("Control model", QStringLiteral("/m/control-canny"));
    QVERIFY(!studio_->find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
  }

  void severalControlsAndTheirRemoval() {
    fillControl();
    studio_->press(QStringLiteral("Add control"));
    QTRY_COMPARE(additions().controlCards().size(), std::size_t{2});
    setText("Control picture 2", picture_);
    setText("Control model 2", QStringLiteral("/m/control-depth"));
    QCOMPARE(additions().controls().size(), std::size_t{2});
    studio_->press(QStringLiteral("Remove control"));
    QTRY_COMPARE(additions().controls().size(), std::size_t{1});
    QCOMPARE(textOf("Control model"), QStringLiteral("/m/control-depth"));  // the second is the first now
    studio_->press(QStringLiteral("Remove control"));
    QTRY_COMPARE(textOf("Control model"), QString());
    QCOMPARE(summaryOf("Control"), QStringLiteral("none"));
  }

  void aClosedSectionSaysWhatIsInIt() {
    QCOMPARE(summaryOf("Control"), QStringLiteral("none"));
    fillControl();
    QCOMPARE(summaryOf("Control"), QStringLiteral("Canny edges, house.png, ") + QLocale().toString(0.5));
    setText("LoRA file", QStringLiteral("/m/lora-style.safetensors"));
    choose("LoRA on", QStringLiteral("Large"));
    QCOMPARE(summaryOf("LoRA"), QStringLiteral("lora-style.safetensors, %1, Large").arg(QLocale().toString(1)));
  }

  void aDroppedLoraBecomesARow() {
    dropOn(&studio_->window(), QStringLiteral("/m/lora-a.safetensors"));
    QTRY_COMPARE(textOf("LoRA file"), QStringLiteral("/m/lora-a.safetensors"));
    dropOn(&studio_->window(), QStringLiteral("/m/lora-b.safetensors"));
    QTRY_COMPARE(additions().loras().size(), std::size_t{2});
    setNumber("LoRA strength 2", -0.5);
    choose("LoRA on 2", QStringLiteral("Small"));
    const auto loras = made().loras;
    QCOMPARE(loras.at(1).model.location.string(), std::string("/m/lora-b.safetensors"));
    QCOMPARE(loras.at(1).strength, -0.5);
    QCOMPARE(loras.at(1).denoiser.value_or(""), std::string("small"));
    QVERIFY(!loras.at(0).denoiser);
  }

  void aDroppedControlNetAndAForeignFileFindTheirPlace() {
    dropOn(&studio_->window(), QStringLiteral("/m/control-pose"));
    QTRY_COMPARE(textOf("Control model"), QStringLiteral("/m/control-pose"));
    dropOn(&studio_->window(), QStringLiteral("/m/missing.bin"));
    QTRY_VERIFY(says(QStringLiteral("There is no such folder.")));
    dropOn(&studio_->window(), QStringLiteral("/m/large"));
    QTRY_VERIFY(says(QStringLiteral("large is a model.")));
  }

  void aDroppedAdapterIsAControlsModel() {
    dropOn(&studio_->window(), QStringLiteral("/m/t2i-canny"));
    QTRY_COMPARE(textOf("Control model"), QStringLiteral("/m/t2i-canny"));
    QTRY_VERIFY(says(QStringLiteral("sd1")));
    setText("Control model", QStringLiteral("/m/lora-style.safetensors"));
    QTRY_VERIFY(says(QStringLiteral("This is a LoRA, not a ControlNet or a T2I-Adapter.")));
  }

  void whatIsNotALoraIsSaidInTheRow() {
    setText("LoRA file", QStringLiteral("/m/control-canny"));
    QTRY_VERIFY(says(QStringLiteral("This is a ControlNet, not a LoRA.")));
  }

  void aPicturesAdditionsComeBackWhole() {
    GenerationRequest request;
    request.controls.push_back({ControlKind::Depth,
                                {"a.png", std::string(64, 'a'), picture_.toStdString()},
                                {"c", "control", {{"control", std::string(64, 'b')}}, "/m/control"},
                                0.123,
                                0.1,
                                0.9,
                                std::nullopt,
                                false,
                                ModelReference{"dpt", {}, {}, "/m/dpt"},
                                {}});
    request.controls.push_back(request.controls.front());
    request.controls.back().kind = ControlKind::Canny;
    request.controls.back().annotator.reset();
    request.controls.back().denoiser = "middle";  // there is no box for it
    request.loras.push_back({{"l", {}, {{"lora", std::string(64, 'c')}}, "/m/lora"}, 0.7, "large"});
    additions().set(request.controls, request.loras);
    QVERIFY(additions().controls() == request.controls);
    QVERIFY(additions().loras() == request.loras);
    additions().set({}, {});
    QVERIFY(additions().controls().empty() && additions().loras().empty());
    QCOMPARE(additions().controlCards().size(), std::size_t{1});
  }

  void additionsComeBackAtTheNextStart() {
    fillControl();
    choose("Control kind", QStringLiteral("Depth"));
    setText("Control annotator", QStringLiteral("/m/dpt"));
    setNumber("Control weight in numbers", 0.125);
    setNumber("Control start", 25);
    setNumber("Control end", 75);
    toggle("Control on large");
    studio_->press(QStringLiteral("Add control"));
    QTRY_COMPARE(additions().controlCards().size(), std::size_t{2});
    setText("Control picture 2", QStringLiteral("/gone/pose.png"));
    toggle("Control picture is a map 2");
    toggle("Control on small 2");
    toggle("Control on large 2");
    setText("LoRA file", QStringLiteral("/m/missing-lora.safetensors"));
    setNumber("LoRA strength", -0.5);
    choose("LoRA on", QStringLiteral("Small"));
    const auto controls = additions().controls();
    const auto loras = additions().loras();
    studio_->window().close();
    const auto earlier = startedAgain();
    QVERIFY(additions().controls() == controls);
    QCOMPARE(additions().controls().at(0).picture.location.string(), picture_.toStdString());
    QCOMPARE(additions().controls().at(0).annotator->location.string(), std::string("/m/dpt"));
    QVERIFY(additions().loras() == loras);
    QCOMPARE(textOf("Control picture 2"), QStringLiteral("/gone/pose.png"));
    QVERIFY(one(QAccessible::CheckBox, "Control picture is a map 2")->state().checked);
    QVERIFY(!one(QAccessible::CheckBox, "Control on small 2")->state().checked);
    QTRY_VERIFY(
        graphic("Control picture shown 2")->text(QAccessible::Description).contains(QStringLiteral("pose.png")));
    QTRY_VERIFY(says(QStringLiteral("There is no such file or folder")));  // where the LoRA was
    QVERIFY(one(QAccessible::Button, "Control")->state().expanded);        // its section is open
  }

  void aSpoiltStoredRequestCountsAsNone() {
    const auto profile = std::make_shared<QTemporaryDir>();
    QSettings(profile->filePath(QStringLiteral("state.ini")), QSettings::IniFormat)
        .setValue(QStringLiteral("create/request"), QStringLiteral("{\"version\":1,\"controls\":[{\"kind\":7},null"));
    studio_ = std::make_unique<Studio>(std::make_shared<FakeScript>(), ui::StudioOptions(), profile);
    QVERIFY(studio_->start());
    QVERIFY(additions().controls().empty() && additions().loras().empty());
    setText("Prompt", QStringLiteral("a fox"));
    QVERIFY(!studio_->find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
  }

  void aPairsLorasComeAndGoWithIt() {
    PairEntry lcm = test::fakePair("lcm", "LCM");
    lcm.defaults.loras.push_back({{"lora-lcm", {}, {}, "/m/lora-lcm"}, 1, "small"});
    auto script = std::make_shared<FakeScript>();
    script->pairs = {test::fakePair(), lcm};
    studio_ = std::make_unique<Studio>(script);
    QVERIFY(studio_->start());
    setText("LoRA file", QStringLiteral("/m/lora-own"));
    auto* pairs = studio_->window().findChild<ui::PairBox*>();
    pairs->setCurrentText(QStringLiteral("LCM"));
    QCOMPARE(additions().loras().size(), std::size_t{2});
    QCOMPARE(additions().loras().at(0).model.name, std::string("lora-lcm"));
    QCOMPARE(additions().loras().at(0).denoiser.value_or(""), std::string("small"));
    pairs->setCurrentText(QStringLiteral("Miniature"));
    QCOMPARE(additions().loras().size(), std::size_t{1});
    QCOMPARE(textOf("LoRA file"), QStringLiteral("/m/lora-own"));
  }

  void theReachIsShownOverTheRunAndDragged() {
    setNumber("Steps", 10);
    setNumber("Ratio", 40);
    fillControl();
    auto* bar = studio_->window().findChild<ui::ReachBar*>();
    const auto reach = [bar] { return bar->accessibleDescription(); };
    QCOMPARE(reach(), QStringLiteral("acts at 10 of 10 evaluations"));
    setNumber("Control start", 25);  // the third evaluation has begun by then
    QCOMPARE(reach(), QStringLiteral("acts at 7 of 10 evaluations"));
    toggle("Control on small");
    QCOMPARE(reach(), QStringLiteral("acts at 6 of 10 evaluations"));
    setNumber("Steps", 3);  // one small, two large
    const auto at = [bar](double share) { return QPoint(4 + qRound((bar->width() - 8) * share), bar->height() / 2); };
    QTest::mouseClick(bar, Qt::LeftButton, {}, at(0.66));
    QCOMPARE(additions().controls().at(0).end, 0.6667);  // up to the second evaluation's end, and not a bit less
    QCOMPARE(reach(), QStringLiteral("acts at 1 of 3 evaluations"));
  }

  void theMapComesAfterTheRun() {
    studio_->script().perEvaluation = std::chrono::milliseconds(30);
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    setText("Control picture", picture_);
    QTRY_VERIFY(
        graphic("Control map")->text(QAccessible::Description).contains(QStringLiteral("when this run has ended")));
    QVERIFY(studio_->waitForStatus(QStringLiteral("saved ")));
    QTRY_COMPARE(graphic("Control map")->imageInterface()->imageSize(), QSize(128, 128));
  }

 private:
  ui::AdditionsSection& additions() { return *studio_->window().findChild<ui::AdditionsSection*>(); }

  /// A second window of the profile; the first, whose folder has the picture, is returned.
  std::unique_ptr<Studio> startedAgain() {
    std::unique_ptr<Studio> first = std::move(studio_);
    studio_ = std::make_unique<Studio>(std::make_shared<FakeScript>(), ui::StudioOptions{}, first->profile());
    if (!studio_->start()) throw std::runtime_error("no second start");
    return first;
  }

  void fillControl() {
    setText("Control picture", picture_);
    setText("Control model", QStringLiteral("/m/control-canny"));
  }

  /// The request of a run with the controls as they stand.
  GenerationRequest made() {
    studio_->window().generate();
    const auto runs = [this] { return studio_->script().seenRuns(); };
    if (!QTest::qWaitFor([&] { return !runs().empty(); })) return {};
    return runs().back().request;
  }

  QAccessibleInterface* one(QAccessible::Role role, const char* name) {
    QAccessibleInterface* found = studio_->find(role, QString::fromLatin1(name));
    if (found == nullptr) throw std::runtime_error(name);
    return found;
  }
  QAccessibleInterface* graphic(const char* name) { return one(QAccessible::Graphic, name); }
  QAccessibleValueInterface* slider(const char* name) { return one(QAccessible::Slider, name)->valueInterface(); }
  QString textOf(const char* name) { return one(QAccessible::EditableText, name)->text(QAccessible::Value); }
  void setText(const char* name, const QString& text) {
    QAccessibleInterface* field = one(QAccessible::EditableText, name);
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }
  void setNumber(const char* name, double number) {
    one(QAccessible::SpinBox, name)->valueInterface()->setCurrentValue(number);
  }
  void toggle(const char* name) {
    one(QAccessible::CheckBox, name)->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
  }
  void choose(const char* name, const QString& entry) {
    QAccessibleInterface* box = one(QAccessible::ComboBox, name);
    for (int i = 0; i < box->childCount(); ++i) {
      if (box->child(i)->text(QAccessible::Name) != entry) continue;
      box->child(i)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    }
  }
  QString summaryOf(const char* section) { return one(QAccessible::Button, section)->text(QAccessible::Description); }

  bool says(const QString& text) {
    bool found = false;
    studio_->walk([&](QAccessibleInterface* item) {
      found = found || (item->role() == QAccessible::StaticText && item->text(QAccessible::Name).contains(text));
    });
    return found;
  }

  static void dropOn(QWidget* target, const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &enter);
    QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(target, &event);
  }

  std::unique_ptr<Studio> studio_;
  QString picture_;
};

TSTITCH_UI_TEST(AdditionsTest)

#include "additions_test.moc"
