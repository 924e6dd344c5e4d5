#pragma once

#include <QObject>
#include <vector>

#include "core/engine/outcome.h"

class QWidget;

namespace tstitch::ui {

class NoticeBar;
class Session;

/// Keeps pictures that were made and could not be saved, and offers to save them elsewhere until that was done: one as
/// a file, those of a grid into a folder.
class UnsavedPictures : public QObject {
  Q_OBJECT

 public:
  UnsavedPictures(Session& session, NoticeBar& notice, QWidget* window);

 private:
  using Pictures = std::vector<MadePicture>;

  void offer(const Pictures& pictures, const QString& sentence);
  void choosePlace(const Pictures& pictures);
  void save(const Pictures& pictures, const QString& path);

  Session& session_;
  NoticeBar& notice_;
  QWidget* window_;
};

}  // namespace tstitch::ui
