#pragma once

#include <QApplication>
#include <QLockFile>
#include <QSocketNotifier>
#include <QTranslator>
#include <memory>
#include <optional>

#include "core/system/places.h"
#include "ui/engine/engine_rack.h"
#include "ui/main_window.h"
#include "ui/session/second_start.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/theme.h"

namespace tstitch::app {

/// The launcher's options.
struct Launch {
  ui::StudioOptions studio;
  QString profile;                       ///< empty: the user's own folders
  QString engine;                        ///< `--engine`; empty: a worker on this machine
  QString language;                      ///< empty: the system's
  std::optional<ui::ThemeChoice> theme;  ///< for this start; else what Preferences say
};

/// The composition root of the Studio: only here is known which Engine runs. The end comes in this order: the engine is
/// told to stop, the window closes, the engine's thread is waited for, everything is destroyed.
class Application {
 public:
  /// Makes the folders of `--profile` and `--output`. Throws BadInput when one cannot be made.
  Application(QApplication& qt, Launch launch);
  ~Application();

  /// Shows the window and runs until it is closed or SIGTERM or SIGINT came. Where a Studio is open with this profile,
  /// it is given the pictures and brought to the front instead; 2 when it does not answer.
  int run();

 private:
  bool takesProfile();
  void installTranslators();
  void watchSignals();
  void makeWindow();

  QApplication& qt_;
  Launch launch_;
  UserPlaces folders_;
  bool handedOver_ = false;
  std::unique_ptr<QLockFile> lock_;
  std::unique_ptr<ui::SecondStartListener> secondStarts_;
  QTranslator qtTexts_;
  QTranslator ownTexts_;
  std::unique_ptr<ui::Preferences> preferences_;
  std::unique_ptr<ui::StudioState> state_;
  std::unique_ptr<ui::EngineRack> engines_;
  std::unique_ptr<ui::Session> session_;
  std::unique_ptr<ui::MainWindow> window_;
  std::unique_ptr<QSocketNotifier> signals_;
};

}  // namespace tstitch::app
