#pragma once

#include <QObject>
#include <QString>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/engine/outcome.h"

class QWidget;

namespace tstitch::ui {

class NoticeBar;
class Session;

/// Keeps pictures that were made and could not be saved, and offers to save them elsewhere until that was done: one as
/// a file, those of a grid into a folder. Over the program's end, however that comes, they lie in a folder of the
/// profile, and the next start offers them again.
class UnsavedPictures : public QObject {
  Q_OBJECT

 public:
  /// `refuge`: that folder; empty: they last for this sitting.
  UnsavedPictures(Session& session, NoticeBar& notice, QString refuge, QWidget* window);

  /// What an earlier sitting left.
  void offerLeft();

 private:
  /// Pictures in memory with their files in the refuge, as far as these could be written, or files alone.
  struct Kept {
    std::vector<MadePicture> pictures;
    std::vector<std::filesystem::path> files;
    bool isSaved = false;

    [[nodiscard]] std::size_t count() const { return pictures.empty() ? files.size() : pictures.size(); }
  };
  using Keep = std::shared_ptr<Kept>;

  void keep(std::vector<MadePicture> pictures, const QString& sentence);
  void offer(const Keep& kept, const QString& sentence);
  void choosePlace(const Keep& kept);
  void save(const Keep& kept, const QString& path);

  Session& session_;
  NoticeBar& notice_;
  QString refuge_;
  QWidget* window_;
};

}  // namespace tstitch::ui
