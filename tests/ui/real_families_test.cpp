#include <QFileInfo>
#include <QLabel>
#include <QTemporaryDir>
#include <algorithm>

#include "core/local_engine/local_engine.h"
#include "tests/support/family_pairs.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/class_picker.h"
#include "ui/generate/pair_box.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::Studio;

/// The window on the real engine with a small pair of every family, chosen from the list as a user does it.
class RealFamiliesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>([this] { return engine(); });
    QVERIFY(studio_->start());
    QTRY_VERIFY_WITH_TIMEOUT(everyPairIsKnown(), kLongest);
  }
  void cleanup() { studio_.reset(); }

  void everyFamilyDrawsWithPreviews_data() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<bool>("byClass");
    QTest::addColumn<QString>("small");
    QTest::newRow("Miniature") << "unet" << false << "miniature/small/unet";
    QTest::newRow("Tiny SDXL") << "sdxl" << false << "tiny-sdxl-files/small";
    QTest::newRow("Tiny DiT") << "dit/2" << true << "tiny-dit-small";
    QTest::newRow("Tiny LDM") << "ldm-class" << true << "tiny-ldm-small";
  }
  void everyFamilyDrawsWithPreviews() {
    QFETCH(QString, family);
    QFETCH(bool, byClass);
    QFETCH(QString, small);
    choose(QTest::currentDataTag());
    QTRY_COMPARE_WITH_TIMEOUT(classPicker().isVisible(), byClass, kLongest);
    set("Steps", 6);
    setText("Class", QStringLiteral("3"));
    setText("Prompt", QStringLiteral("a cat"));
    const ui::LoadedPicture saved = generated();
    QVERIFY2(saved.request.has_value(), qPrintable(studio_->status() + saved.problem));
    const GenerationRequest& request = *saved.request;
    QCOMPARE(request.denoisers.front().model.name, small.toStdString());
    QCOMPARE(QString::fromStdString(request.denoisers.back().model.family), family);
    QCOMPARE(request.class_label.value_or(-1), byClass ? 3 : -1);
    QCOMPARE(request.prompt, byClass ? std::string() : std::string("a cat"));
    const auto& frames = studio_->window().findChild<ui::Filmstrip*>()->frames();
    QCOMPARE(frames.size(), std::size_t{6});
    QVERIFY(std::none_of(frames.begin(), frames.end(), [](const auto& frame) { return frame.image.isNull(); }));
  }

  void aPairChosenWhileARunGoesOnIsTheNextRuns() {
    choose("Miniature");
    set("Steps", 200);
    setText("Prompt", QStringLiteral("3d fox"));
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    choose("Tiny DiT");
    QVERIFY(classPicker().isVisible());  // its facts are known, though the engine is busy
    set("Steps", 6);
    setText("Class", QStringLiteral("1"));
    studio_->window().generate();
    QCOMPARE(studio_->session().queued(), 1);
    QVERIFY2(studio_->status().startsWith(QStringLiteral("sampling ")), qPrintable(studio_->status()));
    studio_->press(QStringLiteral("Stop"));
    QTRY_VERIFY_WITH_TIMEOUT(!studio_->session().isRunning(), kLongest);
    QVERIFY2(studio_->status().startsWith(QStringLiteral("saved ")), qPrintable(studio_->status()));
    const auto saved = ui::loadPicture(studio_->status().mid(6));
    QCOMPARE(QString::fromStdString(saved.request->denoisers.back().model.family), QStringLiteral("dit/2"));
    QCOMPARE(saved.request->class_label.value_or(-1), 1);
  }

  void aRunGoesOnWithItsOwnPair() {
    choose("Miniature");
    set("Steps", 30);
    setText("Prompt", QStringLiteral("3d fox"));
    studio_->window().generate();
    QVERIFY(studio_->waitForStatus(QStringLiteral("sampling ")));
    choose("Tiny LDM");
    choose("Tiny SDXL");
    QTRY_VERIFY_WITH_TIMEOUT(!studio_->session().isRunning(), kLongest);
    const auto saved = ui::loadPicture(studio_->status().mid(6));
    QVERIFY2(saved.request.has_value(), qPrintable(studio_->status()));
    QCOMPARE(QString::fromStdString(saved.request->denoisers.back().model.family), QStringLiteral("unet"));
    QVERIFY(!classPicker().isVisible());
  }

  void aPairThatDoesNotFitIsGreyAndSaysWhy() {
    QAccessibleInterface* misfit = entry("Misfit");
    QVERIFY(misfit->state().disabled);
    const QString why = misfit->text(QAccessible::Description);
    QVERIFY2(why.startsWith(QStringLiteral("Does not stitch: the text width differs")), qPrintable(why));
  }

  void twoModelsThatDoNotFitSayWhyAtTheStart() {
    ui::StudioOptions options;
    options.large = QString::fromStdString((models() / "miniature/large").string());
    options.small = QString::fromStdString((families_.folder() / "misfit-files/unet").string());
    studio_ = std::make_unique<Studio>([this] { return engine(); }, options);
    studio_->engines().start();
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("Does not stitch: the number of latent channels differs")), kLongest);
    QTRY_VERIFY_WITH_TIMEOUT(!studio_->session().isPreparing(), kLongest);
    QVERIFY(
        says(QStringLiteral("Does not stitch: the number of latent channels differs")));  // nothing has taken its place
  }

 private:
  static constexpr int kLongest = 60000;  // for machines that do much else

  static std::filesystem::path models() { return std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"; }

  std::unique_ptr<Engine> engine() const {
    LocalEngineOptions options;
    options.model_roots = {models(), families_.folder()};
    options.cache = cache_.path().toStdString();
    options.keep_loaded = true;
    return make_local_engine(options);
  }

  bool everyPairIsKnown() {
    const auto* box = studio_->window().findChild<ui::PairBox*>();
    return std::all_of(box->pairs().begin(), box->pairs().end(),
                       [box](const PairEntry& pair) { return !pair.not_here.empty() || box->standing(pair).isKnown; });
  }

  QAccessibleInterface* entry(const char* title) {
    QAccessibleInterface* list = studio_->find(QAccessible::ComboBox, QStringLiteral("Pair"));
    for (int i = 0; i < list->childCount(); ++i) {
      if (list->child(i)->text(QAccessible::Name) == QLatin1String(title)) return list->child(i);
    }
    throw std::runtime_error(title);
  }
  void choose(const char* title) {
    entry(title)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(studio_->window().findChild<ui::PairBox*>()->currentText(), QString::fromLatin1(title));
  }

  ui::LoadedPicture generated() {
    studio_->window().generate();
    if (!QTest::qWaitFor([this] { return !studio_->session().isRunning(); }, kLongest)) return {};
    return ui::loadPicture(studio_->status().mid(6));
  }

  ui::ClassPicker& classPicker() { return *studio_->window().findChild<ui::ClassPicker*>(); }
  bool says(const QString& text) {
    const auto labels = studio_->window().findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text().contains(text); });
  }
  void set(const char* name, int value) {
    studio_->find(QAccessible::SpinBox, QString::fromLatin1(name))->valueInterface()->setCurrentValue(value);
  }
  void setText(const char* name, const QString& text) {
    QAccessibleInterface* field = studio_->find(QAccessible::EditableText, QString::fromLatin1(name));
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }

  test::FamilyPairs families_{TSTITCH_GOLDEN_DIR};
  QTemporaryDir cache_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealFamiliesTest)

#include "real_families_test.moc"
