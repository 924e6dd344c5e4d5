#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QImage>
#include <QProcess>
#include <QRect>
#include <QSize>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <functional>
#include <optional>
#include <vector>

#include "tests/ui/session_bus.h"

namespace tstitch::test {

/// A screen that nobody sees, a session bus and an accessibility bus of their own, for programs started with its
/// environment. Ends everything with itself.
class DesktopSession {
 public:
  ~DesktopSession();

  /// Why there is no such session here (a program is missing or does not start); empty when there is one.
  QString start(QSize screen = {1280, 900});
  /// What the screen shows.
  [[nodiscard]] QImage grab() const;
  [[nodiscard]] QProcessEnvironment environment() const;
  /// Valid once start() went well.
  [[nodiscard]] QDBusConnection accessibilityBus() const { return *accessibility_; }

 private:
  QTemporaryDir folder_;
  QProcess screen_;
  QString display_;
  SessionBus session_;
  std::optional<QDBusConnection> accessibility_;
};

/// Roles and states by AT-SPI's numbers; their names differ between the libraries that write them.
enum class AtspiRole : unsigned {
  Alert = 2,
  CheckBox = 7,
  ComboBox = 11,
  Frame = 23,
  Image = 27,
  Label = 29,
  List = 31,
  ListItem = 32,
  PageTab = 37,
  ProgressBar = 42,
  PushButton = 43,
  RadioButton = 44,
  Slider = 51,
  SpinButton = 52,
  Table = 55,
  TableCell = 56,
  Text = 61,
  TableRow = 90,
};
enum class AtspiState : unsigned { Checked = 4, Enabled = 8, Selected = 23, Showing = 25 };

/// An object of another program in the accessibility tree, asked by AT-SPI's calls. Copies are the same object.
class AccessibleNode {
 public:
  AccessibleNode(QDBusConnection bus, QString service, QString path);

  /// The root under which all programs are.
  static AccessibleNode desktop(const QDBusConnection& bus);

  [[nodiscard]] QString name() const;
  [[nodiscard]] QString description() const;
  [[nodiscard]] AtspiRole role() const;
  [[nodiscard]] bool hasState(AtspiState state) const;
  /// On the screen, in the program's own pixels.
  [[nodiscard]] QRect extents() const;
  [[nodiscard]] std::vector<AccessibleNode> children() const;
  /// All objects below, parents first.
  void walk(const std::function<void(const AccessibleNode&)>& visit) const;
  /// The only object below with that role whose name begins so (or is that, for Match::Whole); nothing when there is
  /// none or more than one.
  enum class Match { Whole, Beginning };
  [[nodiscard]] std::optional<AccessibleNode> find(AtspiRole role, const QString& name,
                                                   Match match = Match::Whole) const;

  [[nodiscard]] double value() const;
  [[nodiscard]] double maximum() const;
  [[nodiscard]] bool setValue(double value) const;
  [[nodiscard]] QString text() const;
  [[nodiscard]] bool setText(const QString& text) const;
  [[nodiscard]] QStringList actions() const;
  [[nodiscard]] bool act(const QString& action) const;

  [[nodiscard]] const QString& service() const { return service_; }
  [[nodiscard]] const QString& path() const { return path_; }

 private:
  [[nodiscard]] QDBusMessage call(const char* interface, const char* method, const QVariantList& arguments = {}) const;
  [[nodiscard]] QVariant property(const char* interface, const char* name) const;

  QDBusConnection bus_;
  QString service_;
  QString path_;
};

}  // namespace tstitch::test
