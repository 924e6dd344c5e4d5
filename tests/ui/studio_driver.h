#pragma once

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <map>
#include <optional>

#include "tests/ui/atspi_client.h"

namespace tstitch::test {

/// What tests share that drive the program itself from another process, as a screen reader or a check from outside
/// would.
class StudioDriver : public QObject {
 protected:
  static constexpr int kLongMs = 120000;

  ~StudioDriver() override;

  /// The program with a profile and an output folder of its own below `folder()`; further options follow. True once its
  /// tree tells a status.
  bool start(const QStringList& options = {QStringLiteral("--lang"), QStringLiteral("en")});
  /// SIGTERM, and the wait for its end.
  bool terminate();
  /// kill -9, and the wait for its end.
  void kill();

  [[nodiscard]] QString folder(const QString& name) const;

  /// The only object of that name and role; the test fails where there is none or more than one.
  AccessibleNode node(AtspiRole role, const char* name);
  [[nodiscard]] std::optional<AccessibleNode> find(AtspiRole role, const char* name);
  /// Presses the push button of that name.
  bool press(const char* button);
  bool toggle(const char* checkBox);
  bool choose(const char* comboBox, const QString& entry);
  /// The names of a list's or a table's rows.
  QStringList rows(AtspiRole role, const char* name);
  QStringList items(const char* list) { return rows(AtspiRole::List, list); }

  /// What follows the beginning of the only name that begins so; empty where there is none.
  QString nameBeginning(AtspiRole role, const char* beginning);
  QString status() { return nameBeginning(AtspiRole::Label, "Status: "); }
  QString notice() { return nameBeginning(AtspiRole::Alert, "Notice: "); }
  bool waitForStatus(const QString& beginning);
  /// Until the status tells another saved picture. One reading decides: it may change between two.
  bool waitForAnotherPicture(const QString& before);

  DesktopSession session_;
  QProcess studio_;
  std::optional<AccessibleNode> program_;

 private:
  bool findProgram();
  void look();

  QTemporaryDir folder_;
  /// What was found before: to look for it each time would ask the program hundreds of questions.
  std::multimap<std::pair<QString, AtspiRole>, AccessibleNode> known_;
  std::map<QString, AccessibleNode> beginnings_;
};

}  // namespace tstitch::test
