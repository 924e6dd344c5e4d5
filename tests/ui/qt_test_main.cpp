#include <QAccessible>
#include <QStandardPaths>

#include "tests/ui/event_clock.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/session_bus.h"

/// Runs the class named by the first argument, or all; further arguments are Qt Test's. The window's language is that
/// of TSTITCH_TEST_LANGUAGE, or the one in which numbers are those of files.
int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", qEnvironmentVariable("QT_QPA_PLATFORM", QStringLiteral("offscreen")).toLocal8Bit());
  QStandardPaths::setTestModeEnabled(true);
  tstitch::test::TimedApplication application(argc, argv);
  QLocale::setDefault(QLocale(qEnvironmentVariable("TSTITCH_TEST_LANGUAGE", QStringLiteral("C"))));
  QAccessible::setActive(true);
  QStringList arguments = QApplication::arguments();
  const std::string chosen = arguments.size() > 1 ? arguments.takeAt(1).toStdString() : std::string();
  if (chosen.empty()) tstitch::test::ProgramBus::get();
  int failures = 0;
  int run = 0;
  for (const auto& [name, make] : tstitch::test::registeredTests()) {
    if (!chosen.empty() && name != chosen) continue;
    failures += QTest::qExec(make().get(), arguments);
    ++run;
  }
  return run == 0 ? 1 : failures;
}
