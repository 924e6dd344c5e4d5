#include <QAbstractItemView>
#include <QApplication>
#include <QDir>
#include <QListView>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTest>

#include "tests/ui/studio_fixture.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/control_card.h"
#include "ui/generate/class_picker.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/models/models_page.h"
#include "ui/prompt/prompt_field.h"
#include "ui/source/mask_canvas.h"
#include "ui/source/mask_dialog.h"
#include "ui/source/second_pass_section.h"
#include "ui/source/source_section.h"
#include "ui/widgets/folding_section.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

using tstitch::test::FakeScript;
using tstitch::test::Studio;
using tstitch::ui::AdditionsSection;
using tstitch::ui::ClassPicker;
using tstitch::ui::CreatePanel;
using tstitch::ui::FoldingSection;
using tstitch::ui::MaskCanvas;
using tstitch::ui::MaskDialog;
using tstitch::ui::NoticeBar;
using tstitch::ui::PairBox;
using tstitch::ui::PromptField;
using tstitch::ui::SecondPassSection;
using tstitch::ui::SourceSection;

namespace {

void saveShot(Studio& studio, const QString& name) {
  QTest::qWait(120);
  studio.window().grab().save(name);
}

void fillPrompt(Studio& studio, const QString& text) {
  QAccessibleInterface* prompt = studio.find(QAccessible::EditableText, QStringLiteral("Prompt"));
  prompt->editableTextInterface()->insertText(0, text);
}

/// Both sections open, a control with its map and a LoRA in them; then closed again, and the list of pairs.
void takeAdditionShots(Studio& studio, const QDir& place, const QString& theme) {
  const auto file = [&](const char* state) {
    return place.filePath(QStringLiteral("%1-%2.png").arg(QLatin1String(state), theme));
  };
  auto* additions = studio.window().findChild<AdditionsSection*>();
  additions->addControlPicture(file("idle"));
  additions->addControlModel(QStringLiteral("models/control-canny"));
  additions->addLora(QStringLiteral("models/lora-watercolour.safetensors"));
  auto* scroll = studio.window().findChild<QScrollArea*>(QStringLiteral("panelScroll"));
  QTest::qWait(900);
  scroll->ensureWidgetVisible(additions->controlCards().front());
  saveShot(studio, file("control"));
  scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
  saveShot(studio, file("lora"));
  for (auto* section : studio.window().findChildren<FoldingSection*>()) section->setOpen(false);
  scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
  saveShot(studio, file("closed"));
  additions->set({}, {});
  auto* pairs = studio.window().findChild<PairBox*>();
  pairs->showPopup();
  QTest::qWait(200);
  pairs->view()->window()->grab().save(file("pairs"));
  pairs->hidePopup();
  pairs->setCurrentText(QStringLiteral("ImageNet classes"));
  QTest::qWait(500);
  scroll->verticalScrollBar()->setValue(0);
  studio.window().findChild<ClassPicker*>()->setLabel(207);
  saveShot(studio, file("class"));
  pairs->setCurrentIndex(0);
  QTest::qWait(500);
}

/// A picture to start from with its mask, the second pass, and the painter of masks.
void takeSourceShots(Studio& studio, const QDir& place, const QString& theme) {
  const auto file = [&](const char* state) {
    return place.filePath(QStringLiteral("%1-%2.png").arg(QLatin1String(state), theme));
  };
  auto* panel = studio.window().findChild<CreatePanel*>();
  auto* source = studio.window().findChild<SourceSection*>();
  auto* second = studio.window().findChild<SecondPassSection*>();
  panel->setSourcePicture(file("idle"));
  second->setChoice(tstitch::SecondPass());
  for (auto* section : studio.window().findChildren<FoldingSection*>()) section->setOpen(section->isAncestorOf(source));
  auto* scroll = studio.window().findChild<QScrollArea*>(QStringLiteral("panelScroll"));
  QTest::qWait(600);
  scroll->ensureWidgetVisible(source, 0, 400);
  saveShot(studio, file("source"));
  for (auto* section : studio.window().findChildren<FoldingSection*>()) section->setOpen(section->isAncestorOf(second));
  QTest::qWait(200);
  scroll->ensureWidgetVisible(second, 0, 400);
  saveShot(studio, file("second"));
  studio.press(QStringLiteral("Mask"));
  QTest::qWait(600);
  if (auto* painter = studio.window().findChild<MaskDialog*>()) {
    painter->findChild<MaskCanvas*>()->invert();
    QTest::qWait(100);
    painter->grab().save(file("mask"));
    painter->close();
  }
  source->setChoice(std::nullopt);
  second->setChoice(std::nullopt);
}

/// A prompt with all that looks other than words, longer than one window.
void takePromptShots(Studio& studio, const QDir& place, const QString& theme) {
  auto* prompt = studio.window().findChild<PromptField*>();
  prompt->setNames({true, {QStringLiteral("ink")}, {QStringLiteral("toy")}});
  prompt->setPlainText(QStringLiteral("a (red fox:1.3), toy, [night] <lora:ink:0.8> <lora:oil:1> (open, ") +
                       QStringLiteral("fox ").repeated(80));
  saveShot(studio, place.filePath(QStringLiteral("prompt-%1.png").arg(theme)));
  prompt->clear();
}

/// What the window says when something is to be said: several notices, words that the pair does not know, a model that
/// is wrong, a grid that failed in part and one that was stopped.
void takeNoticeShots(Studio& studio, const QDir& place, const QString& theme) {
  const auto file = [&](const char* state) {
    return place.filePath(QStringLiteral("%1-%2.png").arg(QLatin1String(state), theme));
  };
  auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
  auto* notices = studio.window().findChild<NoticeBar*>();
  tabs->setCurrentIndex(0);
  studio.window().findChild<PairBox*>()->setCurrentText(QStringLiteral("Miniature"));
  notices->say(QStringLiteral("/home/someone/lora-ink.safetensors on large: 3 of 4 modules fit."));
  studio.press(QStringLiteral("Example: 3d rocket"));
  QTest::qWait(200);  // a press takes its time
  fillPrompt(studio, QStringLiteral("a dragonfly above neon "));
  studio.window().findChild<AdditionsSection*>()->addLora(QStringLiteral("models/control-canny"));
  QTest::qWait(900);
  saveShot(studio, file("notices"));
  studio.window().findChild<AdditionsSection*>()->set({}, {});
  tabs->setCurrentIndex(1);
  studio.script().failingPercent = 40;
  studio.script().perEvaluation = std::chrono::milliseconds(2);
  studio.window().makeGrid();
  studio.waitForStatus(QStringLiteral("failed"));
  saveShot(studio, file("failed"));
  studio.script().failingPercent = -1;
  studio.script().perEvaluation = std::chrono::milliseconds(30);
  studio.window().makeGrid();
  QTest::qWait(1500);
  studio.session().stop();
  studio.waitForStatus(QStringLiteral("cancelled"));
  saveShot(studio, file("stopped"));
}

/// What was found, and what is known of the pair.
void takeModelShots(Studio& studio, const QDir& place, const QString& theme) {
  auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
  for (const char* page : {"Models", "Plan"}) {
    for (int i = 0; i < tabs->count(); ++i) {
      if (tabs->tabText(i) == QLatin1String(page)) tabs->setCurrentIndex(i);
    }
    QTest::qWait(1500);
    if (QLatin1String(page) == QLatin1String("Models")) {
      auto* list = studio.window().findChild<tstitch::ui::ModelsPage*>()->findChild<QListView*>();
      list->setCurrentIndex(list->model()->index(2, 0));
      QTest::qWait(300);
    }
    saveShot(studio, place.filePath(QStringLiteral("%1-%2.png").arg(QString::fromLatin1(page).toLower(), theme)));
  }
  tabs->setCurrentIndex(0);
}

/// Idle, during a run, after it, and the grid half made.
void takeShots(Studio& studio, const QString& folder, const QString& theme) {
  const QDir place(folder);
  place.mkpath(QStringLiteral("."));
  const auto file = [&](const char* state) {
    return place.filePath(QStringLiteral("%1-%2.png").arg(QLatin1String(state), theme));
  };
  saveShot(studio, file("idle"));
  takeModelShots(studio, place, theme);
  studio.press(QStringLiteral("Edit segments"));
  QTest::qWait(300);  // a press takes its time
  saveShot(studio, file("segments"));
  studio.press(QStringLiteral("Edit segments"));
  QTest::qWait(300);
  takePromptShots(studio, place, theme);
  takeSourceShots(studio, place, theme);
  takeAdditionShots(studio, place, theme);
  fillPrompt(studio, QStringLiteral("3d fox"));
  studio.window().generate();
  studio.waitForStatus(QStringLiteral("sampling 17"));
  saveShot(studio, file("run"));
  studio.waitForStatus(QStringLiteral("saved"));
  saveShot(studio, file("saved"));
  studio.window().findChild<QTabBar*>(QStringLiteral("pages"))->setCurrentIndex(1);
  studio.window().makeGrid();
  QTest::qWait(6000);
  saveShot(studio, file("grid"));
  studio.session().stop();
  studio.waitForStatus(QStringLiteral("cancelled"));
  takeNoticeShots(studio, place, theme);
}

tstitch::FoundModel found(const char* name, const char* space, tstitch::ModelRole role, std::int64_t parameters,
                          const char* program) {
  tstitch::FoundModel model;
  model.name = name;
  model.place = std::string("/models/") + name + ".safetensors";
  model.program = program;
  model.looked_at = true;
  model.role = role;
  model.family = role == tstitch::ModelRole::Lora ? "lora-sd1" : "sd1";
  model.latent_space = space;
  model.parameters = parameters;
  return model;
}

/// A few of each kind.
void fillShelf(FakeScript& script) {
  using tstitch::ModelRole;
  script.found.folders = {{"/home/someone/ComfyUI", "ComfyUI", false, true, 4},
                          {"/media/disk/models", "", true, false, 1},
                          {"/home/someone/.cache/huggingface/hub", "Hugging Face", false, true, 2}};
  script.found.models = {found("dreamscape-v2", "sd", ModelRole::Pipeline, 859'520'964, "ComfyUI"),
                         found("someone/bk-sdm-tiny", "sd", ModelRole::Pipeline, 323'384'964, "Hugging Face"),
                         found("other-wide-net", "sd", ModelRole::Denoiser, 2'567'463'684, "ComfyUI"),
                         found("painterly-xl", "sdxl", ModelRole::Pipeline, 2'567'463'684, "A1111"),
                         found("foxStyle", "sd", ModelRole::Lora, 3'100'000, "ComfyUI"),
                         found("canny", "sd", ModelRole::ControlNet, 361'279'120, "ComfyUI")};
  tstitch::FoundModel away = found("holiday-mix", "sd", ModelRole::Pipeline, 859'520'964, "");
  away.here = false;
  script.found.models.push_back(away);
  tstitch::FoundModel broken = found("half-a-download", "", ModelRole::Lora, 0, "ComfyUI");
  broken.role.reset();
  broken.problem = "is a link to a file that is not there (an unfinished download?).";
  script.found.models.push_back(broken);
  const tstitch::PairEntry pair = tstitch::test::fakePair();
  script.measuredPairs = {{{{"large", pair.large}, {"small", pair.small}},
                           {128, 128},
                           2,
                           "fp32",
                           "cpu, 2 threads",
                           {{"large", 0.0331}, {"small", 0.0179}},
                           0.05},
                          {{{"large", pair.large}, {"small", pair.small}},
                           {256, 256},
                           2,
                           "fp32",
                           "cpu, 2 threads",
                           {{"large", 0.151}, {"small", 0.052}},
                           0.2}};
}

std::vector<tstitch::PairEntry> demoPairs() {
  using tstitch::test::fakePair;
  tstitch::PairEntry misfit = fakePair("misfit", "Two that do not fit");
  misfit.defaults.denoisers.front().model.location = "models/other/small";
  tstitch::PairEntry absent = fakePair("sdxl", "SDXL + SSD-1B");
  absent.latent_space = "sdxl";
  absent.not_here = "Not on this machine: tstitch models fetch sdxl-ssd-1b brings it.";
  tstitch::PairEntry classes = fakePair("class", "ImageNet classes");
  classes.example_prompts = {"golden retriever", "lemon", "volcano", "castle"};
  return {fakePair(), fakePair("sd15", "Stable Diffusion 1.5 + BK-SDM Tiny"), misfit, classes, absent};
}

}  // namespace

/// studio_demo [light|dark [FOLDER]]: shows the window on a fake engine, or writes screenshots of it into FOLDER.
int main(int argc, char** argv) {
  QApplication application(argc, argv);
  const QStringList arguments = QApplication::arguments();
  const QString theme = arguments.value(1, QStringLiteral("light"));
  tstitch::ui::Theme look(application);
  look.choose(tstitch::ui::themeNamed(theme));
  auto script = std::make_shared<FakeScript>();
  script->perEvaluation = std::chrono::milliseconds(60);
  script->pairs = demoPairs();
  fillShelf(*script);
  Studio studio(script);
  if (arguments.size() < 3) {
    studio.engines().start();
    return QApplication::exec();
  }
  QAccessible::setActive(true);
  studio.start();
  takeShots(studio, arguments[2], theme);
  return 0;
}
