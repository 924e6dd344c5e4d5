#pragma once

#include <QObject>

#include "core/engine/outcome.h"

class QWidget;

namespace tstitch::ui {

class NoticeBar;
class Session;

/// Keeps a picture that was made and could not be saved, and offers to save it elsewhere until that was done.
class UnsavedPictures : public QObject {
  Q_OBJECT

 public:
  UnsavedPictures(Session& session, NoticeBar& notice, QWidget* window);

 private:
  void offer(const MadePicture& picture, const QString& sentence);
  void choosePlace(const MadePicture& picture);
  void save(const MadePicture& picture, const QString& path);

  NoticeBar& notice_;
  QWidget* window_;
};

}  // namespace tstitch::ui
