#include <QApplication>
#include <QDir>
#include <QTabBar>
#include <QTest>

#include "tests/ui/studio_fixture.h"
#include "ui/widgets/theme.h"

using tstitch::test::FakeScript;
using tstitch::test::Studio;

namespace {

void saveShot(Studio& studio, const QString& name) {
  QTest::qWait(120);
  studio.window().grab().save(name);
}

void fillPrompt(Studio& studio, const QString& text) {
  QAccessibleInterface* prompt = studio.find(QAccessible::EditableText, QStringLiteral("Prompt"));
  prompt->editableTextInterface()->insertText(0, text);
}

/// Idle, during a run, after it, and the grid half made.
void takeShots(Studio& studio, const QString& folder, const QString& theme) {
  const QDir place(folder);
  place.mkpath(QStringLiteral("."));
  const auto file = [&](const char* state) {
    return place.filePath(QStringLiteral("%1-%2.png").arg(QLatin1String(state), theme));
  };
  saveShot(studio, file("idle"));
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
  script->pairs = {tstitch::test::fakePair(), tstitch::test::fakePair("sd15", "Stable Diffusion 1.5 + BK-SDM Tiny")};
  Studio studio(script);
  if (arguments.size() < 3) {
    studio.controller().start();
    return QApplication::exec();
  }
  QAccessible::setActive(true);
  studio.start();
  takeShots(studio, arguments[2], theme);
  return 0;
}
