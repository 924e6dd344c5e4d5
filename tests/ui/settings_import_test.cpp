#include "ui/generate/settings_import.h"

#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <fstream>

#include "core/image/png.h"
#include "core/picture_text/picture_text.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/restore_dialog.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;

/// Pictures dropped onto the window.
class SettingsImportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aDroppedPictureRestoresItsSettings() {
    Studio studio;
    QVERIFY(studio.start());
    auto* prompt = studio.window().findChildren<QPlainTextEdit*>().first();
    prompt->setPlainText(QStringLiteral("owl"));
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(12);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    prompt->setPlainText(QStringLiteral("something else"));
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(30);
    drop(studio, studio.status().mid(6));
    QTRY_COMPARE(prompt->toPlainText(), QStringLiteral("owl"));
    QCOMPARE(studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->currentValue().toInt(), 12);
  }

  void aForeignPictureIsSaidToCarryNothing() {
    Studio studio;
    QVERIFY(studio.start());
    const QString path = studio.outputFolder() + QStringLiteral("/plain.png");
    QImage image(8, 8, QImage::Format_RGB888);
    image.fill(Qt::red);
    QVERIFY(image.save(path));
    drop(studio, path);
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("carries no settings")));
  }

  void thePicturesOtherPairIsChosen() {
    auto script = std::make_shared<FakeScript>();
    script->pairs = {test::fakePair(), test::fakePair("sd15", "Stable Diffusion 1.5")};
    Studio studio(script);
    QVERIFY(studio.start());
    drop(studio, write(studio, ownText(requestOf("sd15"))));
    QTRY_COMPARE(studio.window().findChild<ui::PairBox*>()->currentText(), QStringLiteral("Stable Diffusion 1.5"));
    QCOMPARE(valueOf(studio, "Steps"), 11);
  }

  void missingModelsAreSaidAndTheRestIsRestored() {
    Studio studio;
    QVERIFY(studio.start());
    drop(studio, write(studio, ownText(requestOf("elsewhere"))));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Everything but the models was restored")));
    QVERIFY(hasLabel(studio, QStringLiteral("elsewhere-small")));
    QCOMPARE(valueOf(studio, "Steps"), 11);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const GenerationRequest run = studio.script().seenRuns().at(0).request;
    QCOMPARE(run.prompt, std::string("a heron"));
    QCOMPARE(run.denoisers.at(0).model.name, std::string("miniature-small"));
  }

  void whatNoControlShowsIsKeptAndTheMakingGoesAlong() {
    Studio studio;
    QVERIFY(studio.start());
    GenerationRequest request = requestOf("miniature");
    request.eta = 0.25;
    request.negative_prompt = "";
    Made made;
    made.device = "cuda:0";
    drop(studio, write(studio, {{kRequestKeyword, picture_request_json(request, made)}}));
    QTRY_COMPARE(valueOf(studio, "Steps"), 11);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(studio.script().seenRuns().at(0).request == request);
    QVERIFY(hasLabel(studio, QStringLiteral("the pixels may differ a little")));
    QVERIFY(!hasLabel(studio, QStringLiteral("Not restored")));
  }

  void anEditedRequestIsNoLongerThePictures() {
    Studio studio;
    QVERIFY(studio.start());
    Made made;
    made.device = "cuda:0";
    drop(studio, write(studio, {{kRequestKeyword, picture_request_json(requestOf("miniature"), made)}}));
    QTRY_COMPARE(valueOf(studio, "Steps"), 11);
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(12);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(!hasLabel(studio, QStringLiteral("the pixels may differ a little")));
  }

  void whatAControlCannotShowIsSaid() {
    Studio studio;
    QVERIFY(studio.start());
    GenerationRequest request = requestOf("miniature");
    request.guidance_scale = 3.14159265;
    drop(studio, write(studio, ownText(request)));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Not restored exactly: the guidance.")));
  }

  void anotherProgramsTextIsRestoredWithoutItsModel() {
    Studio studio;
    QVERIFY(studio.start());
    const std::string text =
        "a heron\nNegative prompt: blurry\nSteps: 11, Sampler: Euler a, CFG scale: 6.5, Seed: 77, Size: 64x64, "
        "Model: dreamlike";
    drop(studio, write(studio, {{kParametersKeyword, text}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Its model dreamlike was not looked for")));
    QCOMPARE(valueOf(studio, "Steps"), 11);
    QCOMPARE(valueOf(studio, "Width"), 64);
    QCOMPARE(studio.find(QAccessible::EditableText, QStringLiteral("Seed"))->text(QAccessible::Value),
             QStringLiteral("77"));
    QCOMPARE(studio.find(QAccessible::ComboBox, QStringLiteral("Sampler"))->text(QAccessible::Value),
             QStringLiteral("Euler a"));
  }

  /// The row `foreign-json` of the cases.
  void jsonIsReadAsWhatItIsOrNamed() {
    Studio studio;
    QVERIFY(studio.start());
    auto* prompt = studio.window().findChildren<QPlainTextEdit*>().first();
    drop(studio, write(studio, {{kParametersKeyword, kSwarm}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Restored from SwarmUI: prompt, negative prompt, steps, sampler")));
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a red fox, snow"));
    QCOMPARE(valueOf(studio, "Steps"), 28);
    drop(studio, write(studio, {{"prompt", kComfy}, {"workflow", "{\"nodes\": [], \"links\": []}"}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Restored from ComfyUI")));
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a red fox"));
    drop(studio, write(studio, {{kParametersKeyword, "{\"prompt\": \"of nobody\"}"}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("JSON of a program that is not known here")));
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a red fox"));
    QCOMPARE(valueOf(studio, "Steps"), 27);
  }

  /// The row `unknown-sampler` of the cases.
  void aSamplerComesWithItsScheduleOrNotAtAll() {
    Studio studio;
    QVERIFY(studio.start());
    const auto text = [](const std::string& sampler) {
      return "a red fox\nNegative prompt: blurry\nSteps: 28, Sampler: " + sampler +
             ", CFG scale: 6.5, Seed: 4242, Size: 128x192";
    };
    const QString before = shownSampler(studio);
    for (const char* sampler : {"DPM fast Karras", "Euler a, Schedule type: Karras"}) {
      drop(studio, write(studio, {{kParametersKeyword, text(sampler)}}));
      QTRY_VERIFY(hasLabel(studio, QStringLiteral("Left out: sampler and schedule")));
      QCOMPARE(shownSampler(studio), before);
      QVERIFY(!studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    }
    drop(studio, write(studio, {{kParametersKeyword, text("Euler a, Schedule type: Automatic")}}));
    QTRY_COMPARE(shownSampler(studio), QStringLiteral("Euler a"));
    QVERIFY(!studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
  }

  /// The row `lora-tags` of the cases.
  void loraTagsLeaveTheWordsAndAreNamed() {
    Studio studio;
    QVERIFY(studio.start());
    const std::string text =
        "a red fox <lora:foxStyle:0.8> <lora:more_details:0.3>\nNegative prompt: EasyNegative\nSteps: 28, Sampler: "
        "DPM++ 2M Karras, CFG scale: 6.5, Seed: 4242, Size: 128x192, Clip skip: 2, Hires upscale: 2";
    drop(studio, write(studio, {{kParametersKeyword, text}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("LoRA foxStyle, LoRA more_details")));
    QVERIFY(hasLabel(studio, QStringLiteral("Left out: second pass (hires fix)")));
    QCOMPARE(studio.window().findChildren<QPlainTextEdit*>().first()->toPlainText(), QStringLiteral("a red fox"));
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QVERIFY(studio.script().seenRuns().at(0).request.clip_skip == 2);
  }

  void aLoraThatIsKnownBecomesARow() {
    Studio studio;
    QVERIFY(studio.start());
    const std::string text =
        "a heron <lora:my-lora:0.75> <lora:missing:1>\nSteps: 11, Sampler: Euler a, Seed: 77, Size: 64x64";
    drop(studio, write(studio, {{kParametersKeyword, text}}));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("LoRA my-lora")));
    QTRY_VERIFY(hasLabel(studio, QStringLiteral("Not found in the model folders: LoRA missing.")));
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const GenerationRequest run = studio.script().seenRuns().at(0).request;
    QCOMPARE(run.prompt, std::string("a heron"));
    QCOMPARE(run.loras.size(), std::size_t{1});
    QCOMPARE(run.loras.at(0).model.name, std::string("my-lora"));
    QCOMPARE(run.loras.at(0).strength, 0.75);
  }

  /// Whatever a picture's request says comes with one of the ticks.
  void allPartsTogetherAreTheWholeRequest() {
    GenerationRequest picture;
    picture.prompt = "3d fox";
    picture.negative_prompt = "blurry";
    picture.prompt_syntax = PromptSyntax::Weighted;
    picture.class_label = 207;
    picture.denoisers = {{"large", {"big", "unet", {}, {}}, 3.0}};
    picture.vae = ModelReference{"vae", {}, {}, {}};
    picture.split = RatioSplit{{Percent{60}}, SplitRule::Dit};
    picture.extent = {512, 768};
    picture.steps = 7;
    picture.sampler = SamplerKind::Heun;
    picture.spacing = Spacing::Karras;
    picture.eta = 0.5;
    picture.guidance_scale = 3.5;
    picture.seed = 9;
    picture.text = TextSource::Own;
    picture.clip_skip = 2;
    picture.seam = SeamHistory::Reset;
    picture.decoder = DecoderKind::Tiny;
    picture.guidance_embedding = GuidanceEmbedding::Off;
    picture.guided_channels = GuidedChannels::Three;
    picture.null_class = NullClass::Mean;
    picture.weights = WeightChoice::Ema;
    picture.micro_conditioning.crop = {8, 16};
    picture.controls.emplace_back().scale = 0.25;
    picture.loras.emplace_back().strength = 0.75;
    picture.embeddings.emplace_back().word = "mascot";
    using Setting = ui::RestoredSetting;
    const QList<Setting> all{Setting::Prompt,  Setting::Negative, Setting::Seed,    Setting::Steps,
                             Setting::Sampler, Setting::Guidance, Setting::Size,    Setting::Split,
                             Setting::Models,  Setting::Lora,     Setting::Controls};
    QVERIFY(ui::withSettings(GenerationRequest(), picture, all) == picture);
    QVERIFY(ui::withSettings(GenerationRequest(), picture, {}) == GenerationRequest());
  }

  void aDropDuringARunIsAnsweredAtOnce() {
    auto script = std::make_shared<FakeScript>();
    Studio studio(script);
    QVERIFY(studio.start());
    script->perEvaluation = std::chrono::seconds(60);
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("sampling")));
    drop(studio, write(studio, ownText(requestOf("miniature"))));
    QTRY_COMPARE(valueOf(studio, "Steps"), 11);
    QVERIFY(studio.session().isRunning());
    studio.press(QStringLiteral("Stop"));
    QVERIFY(studio.waitForStatus(QStringLiteral("cancelled")));
  }

  /// Only of one picture, and only while nothing runs.
  void aPictureOfTheLauncherOpensTheDialog() {
    Studio studio;
    QVERIFY(studio.start());
    studio.window().generate();
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QString path = studio.status().mid(6);
    studio.window().takePictures({path, path});
    QTRY_VERIFY(studio.notice().contains(path));
    QVERIFY(studio.window().findChild<ui::RestoreDialog*>() == nullptr);
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(7);
    studio.window().takePictures({path});
    QTRY_VERIFY(studio.window().findChild<ui::RestoreDialog*>() != nullptr);
    auto* dialog = studio.window().findChild<ui::RestoreDialog*>();
    QCOMPARE(dialog->windowTitle(), QStringLiteral("Restore settings"));
    QCOMPARE(studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->currentValue().toInt(), 7);
    QCOMPARE(dialog->chosen(), QList<ui::RestoredSetting>{ui::RestoredSetting::Steps});
    Q_EMIT dialog->restoreWanted(dialog->chosen());
    QCOMPARE(studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->currentValue().toInt(), 25);
    QVERIFY(!studio.notice().contains(QStringLiteral("carries its settings")));
  }

 private:
  static constexpr const char* kSwarm =
      "{\n  \"sui_image_params\": {\"prompt\": \"a red fox, snow\", \"negativeprompt\": \"blurry\", \"model\": "
      "\"someMix\", \"seed\": 4242, \"steps\": 28, \"cfgscale\": 6.5, \"width\": 128, \"height\": 192, "
      "\"sampler\": \"dpmpp_2m\"}}";
  static constexpr const char* kComfy =
      "{\"3\": {\"class_type\": \"KSampler\", \"inputs\": {\"seed\": 4242, \"steps\": 27, \"cfg\": 6.5, "
      "\"sampler_name\": \"dpmpp_2m\", \"scheduler\": \"karras\", \"positive\": [\"6\", 0], \"negative\": "
      "[\"7\", 0]}}, \"6\": {\"class_type\": \"CLIPTextEncode\", \"inputs\": {\"text\": \"a red fox\"}}, "
      "\"7\": {\"class_type\": \"CLIPTextEncode\", \"inputs\": {\"text\": \"blurry\"}}}";

  static QString shownSampler(Studio& studio) {
    return studio.find(QAccessible::ComboBox, QStringLiteral("Sampler"))->text(QAccessible::Value);
  }

  static void drop(Studio& studio, const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&studio.window(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&studio.window(), &event);
  }

  static bool hasLabel(Studio& studio, const QString& part) {
    for (auto* label : studio.window().findChildren<QLabel*>()) {
      if (label->text().contains(part)) return true;
    }
    return false;
  }

  static GenerationRequest requestOf(const std::string& pair) {
    GenerationRequest request = test::fakePair(pair).defaults;
    request.prompt = "a heron";
    request.steps = 11;
    request.seed = 5;
    request.extent = {96, 96};
    return request;
  }

  static std::vector<PictureText> ownText(const GenerationRequest& request) {
    return {{kRequestKeyword, picture_request_json(request, {})}};
  }

  static QString write(const Studio& studio, const std::vector<PictureText>& texts) {
    QString path = studio.outputFolder() + QStringLiteral("/dropped.png");
    std::ofstream(path.toStdString(), std::ios::binary) << encode_png(test::fakePicture({96, 96}, 5, 1), texts);
    return path;
  }

  static int valueOf(Studio& studio, const char* spinBox) {
    return studio.find(QAccessible::SpinBox, QString::fromLatin1(spinBox))->valueInterface()->currentValue().toInt();
  }
};

TSTITCH_UI_TEST(SettingsImportTest)

#include "settings_import_test.moc"
