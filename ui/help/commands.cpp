#include "ui/help/commands.h"

#include <QStringList>
#include <QWidget>
#include <algorithm>

#include "ui/settings/preferences.h"

namespace tstitch::ui {
namespace {

QString shown(const QList<QKeySequence>& keys) {
  QStringList texts;
  for (const QKeySequence& key : keys) texts << key.toString(QKeySequence::NativeText);
  return texts.isEmpty() ? Commands::tr("no key") : texts.join(QStringLiteral(", "));
}

bool meet(const QKeySequence& a, const QKeySequence& b) {
  return a.matches(b) != QKeySequence::NoMatch || b.matches(a) != QKeySequence::NoMatch;
}

}  // namespace

Commands::Commands(QWidget& window, Preferences& preferences)
    : QObject(&window), window_(window), preferences_(preferences) {}

QAction* Commands::add(const Command& command) {
  auto* action = new QAction(command.title, this);
  action->setShortcuts(command.keys);
  (command.within == nullptr ? &window_ : command.within)->addAction(action);
  if (command.within != nullptr) action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(action, &QAction::triggered, this, command.act);
  entries_ << Entry{command, action};
  const auto chosen = preferences_.key(command.id);
  if (chosen.isStored()) action->setShortcuts(QKeySequence::listFromString(chosen.get()));
  return action;
}

const Commands::Entry* Commands::find(const QString& id) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.command.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

QStringList Commands::ids() const {
  QStringList ids;
  for (const Entry& entry : entries_) ids << entry.command.id;
  return ids;
}

QString Commands::title(const QString& id) const {
  const Entry* entry = find(id);
  return entry == nullptr ? QString() : entry->command.title;
}

QList<QKeySequence> Commands::keys(const QString& id) const {
  const Entry* entry = find(id);
  return entry == nullptr ? QList<QKeySequence>() : entry->action->shortcuts();
}

QString Commands::line(const QString& id) const {
  return tr("%1: %2").arg(title(id), shown(keys(id)));
}

QString Commands::holderOf(const QKeySequence& key, const QString& except) const {
  for (const Entry& entry : entries_) {
    if (entry.command.id == except || key.isEmpty()) continue;
    const auto keys = entry.action->shortcuts();
    if (std::any_of(keys.begin(), keys.end(), [&](const QKeySequence& own) { return meet(own, key); })) {
      return entry.command.id;
    }
  }
  return {};
}

void Commands::rebind(const QString& id, const QKeySequence& key) {
  const Entry* entry = find(id);
  if (entry == nullptr || !holderOf(key, id).isEmpty()) return;
  entry->action->setShortcuts(key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{key});
  preferences_.key(id).set(key.toString(QKeySequence::PortableText));
  Q_EMIT changed();
}

/// Where another command was given one of them meanwhile, that one keeps it.
void Commands::restore(const QString& id) {
  const Entry* entry = find(id);
  if (entry == nullptr) return;
  QList<QKeySequence> free;
  for (const QKeySequence& key : entry->command.keys) {
    if (holderOf(key, id).isEmpty()) free << key;
  }
  entry->action->setShortcuts(free);
  if (free == entry->command.keys) {
    preferences_.removeKey(id);
  } else {
    preferences_.key(id).set(QKeySequence::listToString(free, QKeySequence::PortableText));
  }
  Q_EMIT changed();
}

}  // namespace tstitch::ui
