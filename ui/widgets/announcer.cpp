#include "ui/widgets/announcer.h"

#include <QAccessibleWidget>

namespace tstitch::ui {
namespace {

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* announcer = qobject_cast<Announcer*>(object);
  return announcer == nullptr ? nullptr : new QAccessibleWidget(announcer, QAccessible::Notification);
}

}  // namespace

Announcer::Announcer(QWidget* parent) : QWidget(parent) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setFixedSize(0, 0);
  setAccessibleName(tr("Announcement: %1").arg(QString()));
}

void Announcer::say(const QString& sentence) {
  setAccessibleName(tr("Announcement: %1").arg(sentence));
  for (const QAccessible::Event change : {QAccessible::ObjectHide, QAccessible::ObjectShow}) {
    QAccessibleEvent event(this, change);
    QAccessible::updateAccessibility(&event);
  }
}

}  // namespace tstitch::ui
