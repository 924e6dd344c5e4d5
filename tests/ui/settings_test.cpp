#include <QLineEdit>
#include <QTemporaryDir>

#include "tests/ui/held_fake.h"
#include "tests/ui/qt_test.h"
#include "ui/settings/preferences.h"
#include "ui/settings/preferences_dialog.h"
#include "ui/settings/studio_state.h"

using namespace tstitch;
using ui::Preferences;
using ui::StudioState;
using ui::ThemeChoice;

class SettingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void defaultsStandUntilSomethingIsStored() {
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.theme.get() == ThemeChoice::System);
    QVERIFY(preferences.device.get() == DeviceKind::Auto);
    QVERIFY(preferences.runSettings().precision == Precision::Auto);
    QCOMPARE(preferences.previewEvery.get(), 1);
    QVERIFY(!preferences.theme.isStored());
  }

  void everyKindOfValueComesBack() {
    {
      Preferences preferences(path("a.ini"));
      preferences.theme.set(ThemeChoice::Dark);
      preferences.device.set(DeviceKind::Cpu);
      preferences.precision.set(Precision::Bf16);
      preferences.previewKind.set(PreviewKind::Tiny);
      preferences.previewEvery.set(3);
      preferences.metadata.set(false);
      preferences.outputFolder.set(QStringLiteral("/pictures/\u00fcber/a b"));
    }
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.theme.get() == ThemeChoice::Dark);
    QVERIFY(preferences.runSettings().device == DeviceKind::Cpu);
    QVERIFY(preferences.runSettings().precision == Precision::Bf16);
    QVERIFY(preferences.previewSettings().kind == PreviewKind::Tiny);
    QCOMPARE(preferences.previewSettings().every, 3);
    QCOMPARE(preferences.metadata.get(), false);
    QCOMPARE(preferences.effectiveOutputFolder(), QStringLiteral("/pictures/\u00fcber/a b"));
  }

  void whatDoesNotFitCountsAsNotStored() {
    QSettings file(path("a.ini"), QSettings::IniFormat);
    file.setValue(QStringLiteral("engine/device"), QStringLiteral("abacus"));
    file.setValue(QStringLiteral("preview/everyEvaluations"), -5);
    file.sync();
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.device.get() == DeviceKind::Auto);
    QCOMPARE(preferences.previewSettings().every, 1);
  }

  void stateIsAnotherFile() {
    GenerationRequest request;
    request.prompt = "a fox, \xE7\x8B\x90, \"quoted\"\nsecond line";
    request.guidance_scale = 7.25;
    {
      StudioState state(path("state.ini"));
      state.request.set(request);
      state.geometry.set(QByteArray("\0\1\2", 3));
      Preferences preferences(path("settings.ini"));
      preferences.threads.set(2);
    }
    const StudioState state(path("state.ini"));
    QVERIFY(state.request.get() == request);
    QCOMPARE(state.geometry.get(), QByteArray("\0\1\2", 3));
    QVERIFY(!QSettings(path("settings.ini"), QSettings::IniFormat).contains(QStringLiteral("create/request")));
  }

  void settingsOfVersion010AreTakenOverOnce() {
    {
      QSettings file(path("state.ini"), QSettings::IniFormat);
      const auto set = [&](const char* key, const QVariant& value) {
        file.setValue(QStringLiteral("create/") + QLatin1String(key), value);
      };
      set("pair", QStringLiteral("big + tiny"));
      set("largeFolder", QStringLiteral("/m/big"));
      set("smallFolder", QStringLiteral("/m/tiny"));
      set("prompt", QStringLiteral("a fox"));
      set("negativePrompt", QStringLiteral("blurry"));
      set("promptSyntax", QStringLiteral("plain"));
      set("ratio", 60);
      set("steps", 12);
      set("sampler", QStringLiteral("heun"));
      set("guidance", 4.5);
      set("width", 256);
      set("height", 320);
      set("seed", QStringLiteral("18446744073709551615"));
      set("count", 3);
      set("controls", QStringLiteral(R"([{"kind":"depth","picture":"/p/room.png","model":"/m/depth","weight":0.25,)"
                                     R"("start":0.1,"end":0.9,"on":"small","off":true}])"));
      set("loras", QStringLiteral(R"([{"file":"/m/style.safetensors","strength":-0.5,"on":"large"}])"));
    }
    const StudioState state(path("state.ini"));
    const auto request = state.request.get();
    QVERIFY(request.has_value());
    QCOMPARE(request->denoisers.size(), std::size_t{2});
    QCOMPARE(request->denoisers[1].model.location.string(), std::string("/m/big"));
    QCOMPARE(request->prompt, std::string("a fox"));
    QCOMPARE(request->negative_prompt.value_or(""), std::string("blurry"));
    QVERIFY(request->prompt_syntax == PromptSyntax::Plain);
    QVERIFY(request->sampler == SamplerKind::Heun);
    QCOMPARE(std::get<RatioSplit>(request->split).shares[0].value, 60);
    QCOMPARE(request->steps, 12);
    QCOMPARE(request->guidance_scale, 4.5);
    QVERIFY((request->extent == Extent{256, 320}));
    QCOMPARE(request->seed, std::uint64_t{18446744073709551615U});
    QVERIFY(request->controls.at(0).kind == ControlKind::Depth);
    QCOMPARE(request->controls[0].scale, 0.25);
    QCOMPARE(request->controls[0].denoiser.value_or("none"), std::string());  // off
    QCOMPARE(request->loras.at(0).denoiser.value_or("none"), std::string("large"));
    QCOMPARE(state.count.get(), 3);
    const QSettings file(path("state.ini"), QSettings::IniFormat);
    QVERIFY(file.contains(QStringLiteral("create/request")) && file.contains(QStringLiteral("create/pair")));
    QVERIFY(!file.contains(QStringLiteral("create/prompt")) && !file.contains(QStringLiteral("create/loras")));
  }

  void row34TheFolderThatWasGivenIsShownAsGiven() {
    Preferences preferences(path("a.ini"));
    preferences.outputFolder.set(QStringLiteral("/pictures/chosen"));
    ui::EngineRack engines(test::noEngines());
    const ui::PreferencesDialog plain(preferences, nullptr, {}, {}, engines);
    QCOMPARE(folderField(plain)->text(), QStringLiteral("/pictures/chosen"));
    QVERIFY(!folderField(plain)->isReadOnly());
    const ui::PreferencesDialog dialog(preferences, nullptr, QStringLiteral("/pictures/given"), {}, engines);
    QCOMPARE(folderField(dialog)->text(), QStringLiteral("/pictures/given"));
    QVERIFY(folderField(dialog)->isReadOnly());
    QVERIFY(folderField(dialog)->accessibleDescription().contains(QStringLiteral("--output")));
    QCOMPARE(preferences.outputFolder.get(), QStringLiteral("/pictures/chosen"));
  }

 private:
  static const QLineEdit* folderField(const ui::PreferencesDialog& dialog) {
    for (const QLineEdit* field : dialog.findChildren<QLineEdit*>()) {
      if (field->accessibleName() == QLatin1String("Output folder")) return field;
    }
    return nullptr;
  }
  [[nodiscard]] QString path(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }

  std::unique_ptr<QTemporaryDir> folder_;
};

TSTITCH_UI_TEST(SettingsTest)

#include "settings_test.moc"
