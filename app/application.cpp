#include "app/application.h"

#include <QDir>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QLocale>
#include <array>
#include <csignal>
#include <iostream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "app/model_fetcher.h"
#include "app/studio_engines.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "ui/widgets/choice_accessible.h"
#include "ui/widgets/line_icon.h"

namespace tstitch::app {
namespace {

/// A signal handler may only write; the event loop reads at the other end.
std::array<int, 2> signalPipe{-1, -1};

void onSignal(int) {
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(signalPipe[1], &byte, 1);
}

std::filesystem::path made(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) throw BadInput(concat("The folder cannot be made: ", problem.message(), "."), folder.string());
  return folder;
}

QString fileIn(const std::filesystem::path& folder, const char* name) {
  return QString::fromStdString((folder / name).string());
}

}  // namespace

Application::Application(QApplication& qt, Launch launch) : qt_(qt), launch_(std::move(launch)) {
  const QString profile = launch_.profile.isEmpty() ? QString() : QDir(launch_.profile).absolutePath();
  launch_.profile = profile;
  folders_ =
      user_places(profile.isEmpty() ? std::nullopt : std::optional<std::filesystem::path>(profile.toStdString()));
  if (!folders_.note.empty()) std::cerr << folders_.note << '\n';
  made(folders_.settings);
  made(folders_.state);
  if (!launch_.studio.output.isEmpty()) {
    launch_.studio.output = QDir(launch_.studio.output).absolutePath();
    made(launch_.studio.output.toStdString());
  }
  launch_.studio.log = fileIn(folders_.state, "studio.log");
  for (QString& picture : launch_.studio.pictures) picture = QFileInfo(picture).absoluteFilePath();
  lock_ = std::make_unique<QLockFile>(fileIn(folders_.state, "studio.lock"));
  lock_->setStaleLockTime(0);  // a lock is stale only when its process is gone
}

Application::~Application() {
  if (session_) session_->stopAll();
  window_.reset();
  session_.reset();
  engines_.reset();  // waits for their threads
}

int Application::run() {
  if (!takesProfile()) {
    if (handedOver_) return static_cast<int>(ExitCode::Done);
    std::cerr << "T-Stitch Studio already runs with this profile and does not answer. Close it, or choose another one "
                 "with --profile.\n";
    return static_cast<int>(ExitCode::Usage);
  }
  secondStarts_ = std::make_unique<ui::SecondStartListener>(QString::fromStdString(folders_.state.string()));
  secondStarts_->listen();  // before the window, so that a second start need not wait for it
  installTranslators();
  preferences_ = std::make_unique<ui::Preferences>(fileIn(folders_.settings, "studio.ini"));
  state_ = std::make_unique<ui::StudioState>(fileIn(folders_.state, "studio.ini"));
  makeWindow();
  watchSignals();
  return QApplication::exec();
}

/// Either the lock, or whoever has it takes the pictures. That one may just be starting, or ending.
bool Application::takesProfile() {
  constexpr int kTries = 100;
  constexpr int kPauseMs = 100;
  const ui::SecondStart start{launch_.studio.pictures, qEnvironmentVariable("XDG_ACTIVATION_TOKEN")};
  for (int i = 0; i < kTries; ++i) {
    if (lock_->tryLock(i == 0 ? 0 : kPauseMs)) return true;
    if (lock_->error() != QLockFile::LockFailedError) {
      throw BadInput("The profile cannot be locked: the folder cannot be written.", folders_.state.string());
    }
    handedOver_ = ui::handOver(QString::fromStdString(folders_.state.string()), start);
    if (handedOver_) return false;
  }
  return false;
}

void Application::installTranslators() {
  const QLocale locale = launch_.language.isEmpty() ? QLocale::system() : QLocale(launch_.language);
  QLocale::setDefault(locale);
  if (qtTexts_.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                    QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
    QApplication::installTranslator(&qtTexts_);
  }
  if (ownTexts_.load(locale, QStringLiteral("tstitch"), QStringLiteral("_"), QStringLiteral(":/translations"))) {
    QApplication::installTranslator(&ownTexts_);
  }
}

void Application::makeWindow() {
  auto* theme = new ui::Theme(qt_);
  theme->choose(launch_.theme.value_or(preferences_->theme.get()));
  engines_ = std::make_unique<ui::EngineRack>(studioEngines(folders_, launch_.engine, launch_.profile),
                                              firstEngineName(launch_.engine));
  for (const QString& command : preferences_->engines.get()) engines_->add(command);
  session_ = std::make_unique<ui::Session>(*engines_, fileIn(folders_.state, "studio.db"));
  launch_.studio.cache = fileIn(folders_.cache, "thumbnails");
  launch_.studio.fetch = modelFetcher({folders_.models, installed_places().models});
  launch_.studio.cuda = cudaCare(installed_places().cuda_list, folders_.cuda);
  if (launch_.engine != QLatin1String(kEngineHere)) launch_.studio.engineCommand = launch_.engine;
  launch_.studio.unsaved = fileIn(folders_.state, "unsaved");
  ui::installChoiceAccessibility();
  window_ = std::make_unique<ui::MainWindow>(*session_, *preferences_, *state_, launch_.studio, theme);
  QObject::connect(secondStarts_.get(), &ui::SecondStartListener::started, window_.get(),
                   [window = window_.get()](const ui::SecondStart& start) {
                     window->takePictures(start.pictures);
                     window->comeToFront(start.activationToken);
                   });
  window_->show();
  engines_->start();
}

void Application::watchSignals() {
  if (::pipe2(signalPipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  signals_ = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
  QObject::connect(signals_.get(), &QSocketNotifier::activated, window_.get(), [this] {
    signals_->setEnabled(false);
    window_->shutDown();
  });
  struct sigaction action = {};
  action.sa_handler = onSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace tstitch::app
