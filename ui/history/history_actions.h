#pragma once

#include <QObject>
#include <QString>

#include "ui/history/history_panel.h"

namespace tstitch::ui {

class CreatePanel;
class NoticeBar;
class PictureView;
class SettingsImport;

/// Does what the history's panel asks for: settings into Create, files to the trash, pictures into the big view. All
/// that it was given outlives it.
class HistoryActions : public QObject {
  Q_OBJECT

 public:
  HistoryActions(History& history, HistoryPanel& panel, CreatePanel& create, SettingsImport& import, PictureView& view,
                 NoticeBar& notice);

 Q_SIGNALS:
  void openWanted(const QString& picture);
  /// Two files: one of the history and the one that is shown.
  void compareWanted(const QString& picture, const QString& current);

 private:
  void use(const HistoryEntry& entry, HistoryUse use);
  void act(const HistoryEntry& entry, HistoryDeed deed);
  void peek(const HistoryEntry& entry, bool held);
  void compare(const HistoryEntry& entry);
  void remove(const HistoryEntry& entry);
  void deletePicture(const HistoryEntry& entry);
  void clear();
  void offerBack(const QString& sentence, qint64 removal);

  History& history_;
  HistoryPanel& panel_;
  CreatePanel& create_;
  SettingsImport& import_;
  PictureView& view_;
  NoticeBar& notice_;
  int peeks_ = 0;  ///< the newest counts
};

}  // namespace tstitch::ui
