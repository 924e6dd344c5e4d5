#pragma once

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>

namespace tstitch::ui {

class Preferences;

/// Something that a key does.
struct Command {
  QString id;     ///< in the preferences
  QString title;  ///< for people
  QList<QKeySequence> keys;
  std::function<void()> act;
  QWidget* within = nullptr;  ///< the key is the command's only while the focus is there; null: in the whole window
};

/// The one table of what keys do in a window: each command with the keys that came with it, or those that the user
/// chose instead, which the preferences keep. No key has two commands.
class Commands : public QObject {
  Q_OBJECT

 public:
  Commands(QWidget& window, Preferences& preferences);

  /// The action may stand in menus, too.
  QAction* add(const Command& command);

  [[nodiscard]] QStringList ids() const;
  [[nodiscard]] QString title(const QString& id) const;
  [[nodiscard]] QList<QKeySequence> keys(const QString& id) const;
  /// `Generate: Ctrl+Return, Ctrl+Enter`
  [[nodiscard]] QString line(const QString& id) const;
  /// Another command that has this key or one that it begins with; empty where there is none.
  [[nodiscard]] QString holderOf(const QKeySequence& key, const QString& except = {}) const;

  /// In place of all keys of the command. Does nothing for a key that another command has; an empty one means none.
  void rebind(const QString& id, const QKeySequence& key);
  void restore(const QString& id);

 Q_SIGNALS:
  void changed();

 private:
  struct Entry {
    Command command;
    QAction* action;
  };

  [[nodiscard]] const Entry* find(const QString& id) const;

  QWidget& window_;
  Preferences& preferences_;
  QList<Entry> entries_;
};

}  // namespace tstitch::ui
