// The window's launcher: reads the options, then hands over to Application.

#include <QApplication>
#include <QCommandLineParser>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>

#include <unistd.h>

#include "app/application.h"
#include "app/passive_threads.h"
#include "app/removed_folder.h"
#include "core/base/error.h"
#include "core/base/version.h"
#include "core/system/command_line.h"

namespace {

using tstitch::ExitCode;
using tstitch::app::Launch;

const QStringList kThemes{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")};

void addOptions(QCommandLineParser& parser) {
  parser.setApplicationDescription(QStringLiteral("The window of T-Stitch."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addOption(
      {QStringLiteral("pair"), QStringLiteral("A pair from models/ to start with."), QStringLiteral("NAME")});
  parser.addOption({QStringLiteral("large"), QStringLiteral("The large model: a folder, a file or a known name."),
                    QStringLiteral("PATH")});
  parser.addOption({QStringLiteral("small"), QStringLiteral("The small model."), QStringLiteral("PATH")});
  parser.addOption({QStringLiteral("vae"), QStringLiteral("Their autoencoder, where the large model has none."),
                    QStringLiteral("PATH")});
  parser.addOption({QStringLiteral("engine"),
                    QStringLiteral("The command that starts the engine, split as a shell splits words; here: inside "
                                   "this program. Without it a worker on this machine."),
                    QStringLiteral("CMD")});
  parser.addOption({QStringLiteral("folder"),
                    QStringLiteral("Look for models there, too, in this start; may be given several times."),
                    QStringLiteral("DIR")});
  parser.addOption({QStringLiteral("output"), QStringLiteral("Where pictures go."), QStringLiteral("DIR")});
  parser.addOption(
      {QStringLiteral("profile"), QStringLiteral("Keep settings, state and caches there."), QStringLiteral("DIR")});
  parser.addOption(
      {QStringLiteral("lang"), QStringLiteral("Language of the window, for example en."), QStringLiteral("CODE")});
  parser.addOption({QStringLiteral("theme"), QStringLiteral("system, light or dark."), QStringLiteral("NAME")});
  parser.addPositionalArgument(QStringLiteral("PICTURE"), QStringLiteral("Pictures whose settings are offered."),
                               QStringLiteral("[PICTURE...]"));
}

/// Throws UsageError when a value is not accepted.
Launch launchOf(const QCommandLineParser& parser) {
  Launch launch;
  launch.studio.pair = parser.value(QStringLiteral("pair"));
  launch.studio.large = parser.value(QStringLiteral("large"));
  launch.studio.small = parser.value(QStringLiteral("small"));
  launch.studio.vae = parser.value(QStringLiteral("vae"));
  launch.studio.output = parser.value(QStringLiteral("output"));
  launch.studio.pictures = parser.positionalArguments();
  launch.studio.folders = parser.values(QStringLiteral("folder"));
  launch.engine = parser.value(QStringLiteral("engine"));
  if (parser.isSet(QStringLiteral("engine"))) tstitch::split_command_line(launch.engine.toStdString(), "--engine");
  launch.profile = parser.value(QStringLiteral("profile"));
  launch.language = parser.value(QStringLiteral("lang"));
  if (parser.isSet(QStringLiteral("theme"))) {
    const QString theme = parser.value(QStringLiteral("theme"));
    if (!kThemes.contains(theme)) {
      throw tstitch::UsageError("\"" + theme.toStdString() + "\" is not one of system, light, dark.", "--theme");
    }
    launch.theme = tstitch::ui::themeNamed(theme);
  }
  return launch;
}

/// Help and version need no screen, and nothing of the window; nothing where neither is asked for.
std::optional<ExitCode> answeredWithoutScreen(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  QCommandLineParser parser;
  parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);  // Qt's own, like -platform, are words
  addOptions(parser);
  parser.parse(QCoreApplication::arguments());
  if (parser.isSet(QStringLiteral("help"))) {
    std::cout << parser.helpText().toStdString();
  } else if (parser.isSet(QStringLiteral("version"))) {
    std::cout << "tstitch-studio " << tstitch::program_version() << '\n';
  } else {
    return std::nullopt;
  }
  std::cout.flush();
  if (std::cout) return ExitCode::Done;
  throw tstitch::BadInput("could not be written.", "standard output", "Choose a place that has room.");
}

/// Where there is no screen, Qt writes some lines of its own and aborts.
void tellMissingScreen(QtMsgType type, const QMessageLogContext&, const QString&) {
  if (type != QtFatalMsg) return;
  std::cerr << "T-Stitch Studio needs a screen, and none can be opened. Start it in a desktop session (DISPLAY or "
               "WAYLAND_DISPLAY names its screen), or use tstitch.\n";
  ::_exit(static_cast<int>(ExitCode::Internal));
}

int runStudio(QApplication& application) {
  QCommandLineParser parser;
  addOptions(parser);
  if (!parser.parse(QApplication::arguments())) throw tstitch::UsageError(parser.errorText().toStdString());
  return tstitch::app::Application(application, launchOf(parser)).run();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is then a failed write, told in one sentence
  tstitch::return_to_removed_folder();
  tstitch::use_passive_threads(argv);
  QCoreApplication::setApplicationName(QStringLiteral("tstitch-studio"));
  QCoreApplication::setApplicationVersion(QString::fromLatin1(tstitch::program_version()));
  try {
    if (const auto ending = answeredWithoutScreen(argc, argv)) return static_cast<int>(*ending);
    qInstallMessageHandler(tellMissingScreen);
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C");  // Qt has set the user's: libraries that ask for it would read numbers by it
    qInstallMessageHandler(nullptr);
    QApplication::setApplicationDisplayName(QStringLiteral("T-Stitch Studio"));
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.tstitch.Studio"));
    return runStudio(application);
  } catch (const tstitch::Error& error) {
    std::cerr << error.sentence() << '\n';
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return static_cast<int>(ExitCode::Internal);
  }
}
