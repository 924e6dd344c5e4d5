#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QUrl>

#include "core/local_engine/local_engine.h"
#include "tests/support/controlled_pair.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/picture_tile.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/pair_box.h"
#include "ui/run/filmstrip.h"

using namespace tstitch;
using test::Studio;

/// The window on the real engine with small random models made on the spot: a pair, its ControlNets and LoRAs, beside
/// the pair that ships with the program.
class RealAdditionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aControlAndALoraGoIntoThePicture() {
    start(file("large"), file("small/unet"));
    dropControl();
    auto* map = find(QAccessible::Graphic, "Control map");
    QTRY_VERIFY_WITH_TIMEOUT(!map->imageInterface()->imageSize().isEmpty(), 20000);
    setText("Control model", file("a"));
    setText("LoRA file", file("unet.safetensors"));
    generate();
    QVERIFY2(studio_->status().startsWith(QStringLiteral("saved ")), qPrintable(studio_->status()));
    QVERIFY(!studio_->window().findChild<ui::Filmstrip*>()->frames().empty());
    const auto saved = ui::loadPicture(studio_->status().mid(6));
    QVERIFY2(saved.request.has_value(), qPrintable(saved.problem));
    QCOMPARE(saved.request->controls.size(), std::size_t{1});
    QCOMPARE(saved.request->controls.at(0).picture.name, std::string("control.png"));
    QCOMPARE(saved.request->controls.at(0).picture.sha256.size(), std::size_t{64});
    QCOMPARE(saved.request->loras.size(), std::size_t{1});
    const QImage controlled = saved.image;
    setText("Control picture", QString());
    setText("Control model", QString());
    generate();
    QVERIFY(ui::loadPicture(studio_->status().mid(6)).image != controlled);  // the control did something
  }

  void theNetworkThatAddsNothingHereIsRefusedWithTheReason() {
    start(QString(), QString());  // the pair that ships, whose text has another width
    dropControl();
    setText("Control model", file("a"));
    generate();
    QVERIFY2(studio_->status().startsWith(QStringLiteral("failed: ")), qPrintable(studio_->status()));
    QVERIFY2(studio_->status().contains(QStringLiteral("does not fit")), qPrintable(studio_->status()));
  }

  void cleanup() { studio_.reset(); }

 private:
  static std::filesystem::path models() { return std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"; }
  QString file(const char* name) const { return QString::fromStdString((pair_.folder() / name).string()); }

  void start(const QString& large, const QString& small) {
    ui::StudioOptions options;
    options.large = large;
    options.small = small;
    const auto make = [this] {
      LocalEngineOptions engine;
      engine.model_roots = {models()};
      engine.cache = cache_.path().toStdString();
      engine.keep_loaded = true;
      return make_local_engine(engine);
    };
    studio_ = std::make_unique<Studio>(make, options);
    studio_->engines().start();
    QTRY_VERIFY_WITH_TIMEOUT(studio_->window().findChild<ui::PairBox*>()->pair() != nullptr, 20000);
    QTest::qWait(300);
    set("Steps", 6);
    set("Width", 64);
    set("Height", 64);
  }

  void generate() {
    studio_->window().generate();
    QTRY_VERIFY_WITH_TIMEOUT(!studio_->session().isRunning(), 60000);
  }

  void dropControl() {
    auto* tile = studio_->window().findChild<ui::AdditionsSection*>()->findChild<ui::PictureDropTile*>();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file("control.png"))});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(tile, &enter);
    QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(tile, &drop);
  }

  QAccessibleInterface* find(QAccessible::Role role, const char* name) {
    return studio_->find(role, QString::fromLatin1(name));
  }
  void setText(const char* name, const QString& text) {
    QAccessibleInterface* field = find(QAccessible::EditableText, name);
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }
  void set(const char* name, int value) { find(QAccessible::SpinBox, name)->valueInterface()->setCurrentValue(value); }
  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
  QTemporaryDir cache_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealAdditionsTest)

#include "real_additions_test.moc"
