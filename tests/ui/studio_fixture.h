#pragma once

#include <QAccessible>
#include <QApplication>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>
#include <vector>

#include "tests/ui/fake_engine.h"
#include "tests/ui/held_fake.h"
#include "ui/engine/engine_rack.h"
#include "ui/main_window.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/choice_accessible.h"

namespace tstitch::test {

/// The whole window on a FakeEngine, with its own output folder where the options name none, and its own or an earlier
/// window's profile.
class Studio {
 public:
  using Profile = std::shared_ptr<const QTemporaryDir>;

  explicit Studio(std::shared_ptr<FakeScript> script = std::make_shared<FakeScript>(), ui::StudioOptions options = {},
                  Profile profile = std::make_shared<QTemporaryDir>())
      : Studio(ui::EngineRack::Maker([script](const QString&) { return factoryOf(script); }), std::move(options),
               std::move(profile)) {
    script_ = std::move(script);
  }
  /// On any other engine; script() is then not there.
  explicit Studio(std::function<std::unique_ptr<Engine>()> make, ui::StudioOptions options = {},
                  Profile profile = std::make_shared<QTemporaryDir>())
      : Studio(ui::EngineRack::Maker([make](const QString&) {
                 return [make](const ui::StandingSink&) { return ui::HeldEngine{make()}; };
               }),
               std::move(options), std::move(profile)) {}
  explicit Studio(ui::EngineRack::Maker maker, ui::StudioOptions options = {},
                  Profile profile = std::make_shared<QTemporaryDir>())
      : profile_(std::move(profile)),
        preferences_(profile_->filePath(QStringLiteral("settings.ini"))),
        state_(profile_->filePath(QStringLiteral("state.ini"))),
        engines_(std::make_unique<ui::EngineRack>(std::move(maker))),
        session_(std::make_unique<ui::Session>(*engines_, profile_->filePath(QStringLiteral("studio.db")))) {
    ui::installChoiceAccessibility();
    preferences_.idlePictures.set(false);  // tests that count runs make them all themselves
    if (options.output.isEmpty()) options.output = output_.path();
    outputFolder_ = options.output;
    options.unsaved = profile_->filePath(QStringLiteral("unsaved"));
    options.cache = profile_->filePath(QStringLiteral("thumbnails"));
    window_ = std::make_unique<ui::MainWindow>(*session_, preferences_, state_, std::move(options));
    QObject::connect(session_.get(), &ui::Session::prepared, window_.get(), [this] { ++prepared_; });
    window_->show();
  }
  ~Studio() {
    session_->stopAll();
    window_.reset();
    session_.reset();
    engines_.reset();
  }

  /// Starts the engine and waits until the pair is loaded.
  bool start() {
    engines_->start();
    return QTest::qWaitFor([this] { return status() == QLatin1String("idle") && prepared_ > 0; }, 60000);
  }

  ui::MainWindow& window() { return *window_; }
  ui::Session& session() { return *session_; }
  ui::EngineRack& engines() { return *engines_; }
  FakeScript& script() { return *script_; }
  ui::StudioState& state() { return state_; }
  ui::Preferences& preferences() { return preferences_; }
  [[nodiscard]] const Profile& profile() const { return profile_; }
  [[nodiscard]] QString outputFolder() const { return outputFolder_; }

  /// The only accessible object of that role and name; null when there is none or more than one.
  QAccessibleInterface* find(QAccessible::Role role, const QString& name) {
    std::vector<QAccessibleInterface*> found;
    walk([&](QAccessibleInterface* item) {
      if (item->role() == role && item->text(QAccessible::Name) == name) found.push_back(item);
    });
    return found.size() == 1 ? found.front() : nullptr;
  }

  /// What the status label says behind "Status: ".
  QString status() {
    QString text;
    walk([&](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      if (name.startsWith(QLatin1String("Status: "))) text = name.mid(8);
    });
    return text;
  }

  /// The sentences of the alert, the newest first.
  QString notice() {
    QString text;
    walk([&](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      if (item->role() == QAccessible::AlertMessage) text = name.mid(QStringLiteral("Notice: ").size());
    });
    return text;
  }

  bool waitForStatus(const QString& beginning) {
    return QTest::qWaitFor([&] { return status().startsWith(beginning); }, 60000);
  }

  void press(const QString& name) {
    QAccessibleInterface* button = find(QAccessible::Button, name);
    QVERIFY2(button != nullptr, qPrintable(name));
    button->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
  }

  void walk(const std::function<void(QAccessibleInterface*)>& visit) {
    walkFrom(QAccessible::queryAccessibleInterface(window_.get()), visit);
  }

 private:
  static void walkFrom(QAccessibleInterface* item, const std::function<void(QAccessibleInterface*)>& visit) {
    if (item == nullptr) return;
    visit(item);
    for (int i = 0; i < item->childCount(); ++i) walkFrom(item->child(i), visit);
  }

  std::shared_ptr<FakeScript> script_;
  Profile profile_;
  QTemporaryDir output_;
  QString outputFolder_;
  ui::Preferences preferences_;
  ui::StudioState state_;
  std::unique_ptr<ui::EngineRack> engines_;
  std::unique_ptr<ui::Session> session_;
  std::unique_ptr<ui::MainWindow> window_;
  int prepared_ = 0;
};

}  // namespace tstitch::test
