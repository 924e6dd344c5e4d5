#pragma once

#include <QWidget>

namespace tstitch::ui {

/// Says a sentence to assistive tools without showing it: a notification named `Announcement: ` and the sentence, which
/// is hidden and shown again for each (Qt 6.4 knows no announcements).
class Announcer : public QWidget {
  Q_OBJECT

 public:
  explicit Announcer(QWidget* parent = nullptr);
  void say(const QString& sentence);
};

}  // namespace tstitch::ui
