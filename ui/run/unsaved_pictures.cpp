#include "ui/run/unsaved_pictures.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/jobs/picture_saver.h"
#include "ui/convert/picture_loader.h"
#include "ui/run/run_presenter.h"
#include "ui/session/session.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

namespace fs = std::filesystem;

/// What the first cell that failed says.
QString firstProblemOf(const GridReport& report) {
  const auto failed =
      std::find_if(report.cells.begin(), report.cells.end(), [](const CellEnded& cell) { return !cell.error.empty(); });
  return failed == report.cells.end() ? QString() : inWindowWords(failed->error);
}

/// Files of the pictures there, as many as can be written.
std::vector<fs::path> written(const std::vector<MadePicture>& pictures, const QString& folder) {
  std::vector<fs::path> files;
  if (folder.isEmpty() || !QDir().mkpath(folder)) return files;
  try {
    const PictureSaver saver({(folder + u'/').toStdString(), true}, static_cast<int>(pictures.size()));
    for (const MadePicture& picture : pictures) files.push_back(saver.save(picture).file);
  } catch (const Error&) {
    return files;  // they are in memory, and nowhere else
  }
  return files;
}

/// One under that very name, several into that folder; what was saved is no longer kept.
void saveAll(std::vector<MadePicture>& pictures, const std::string& path) {
  const PictureSaver saver({pictures.size() == 1 ? path : path + "/", true}, static_cast<int>(pictures.size()));
  for (; !pictures.empty(); pictures.erase(pictures.begin())) static_cast<void>(saver.save(pictures.front()));
}

void removeAll(const std::vector<fs::path>& files) {
  std::error_code ignored;
  for (const fs::path& file : files) fs::remove(file, ignored);
}

void copyAll(std::vector<fs::path>& files, const fs::path& path) {
  for (const bool isOne = files.size() == 1; !files.empty(); files.erase(files.begin())) {
    std::error_code problem;
    fs::copy_file(files.front(), isOne ? path : path / files.front().filename(), problem);
    if (problem) throw BadInput("cannot be written: " + problem.message() + ".", path.string());
    fs::remove(files.front(), problem);
  }
}

}  // namespace

UnsavedPictures::UnsavedPictures(Session& session, NoticeBar& notice, QString refuge, QWidget* window)
    : QObject(window), session_(session), notice_(notice), refuge_(std::move(refuge)), window_(window) {
  connect(&session, &Session::runEnded, this, [this](quint64, const Outcome& outcome) {
    const auto* failed = std::get_if<Failed>(&outcome);
    if (failed != nullptr && failed->report.picture) keep({*failed->report.picture}, sentenceOf(*failed));
  });
  connect(&session, &Session::gridEnded, this, [this](quint64, const GridReport& report) {
    if (!report.unsaved.empty()) keep(report.unsaved, firstProblemOf(report));
  });
}

void UnsavedPictures::keep(std::vector<MadePicture> pictures, const QString& sentence) {
  const auto kept = std::make_shared<Kept>(Kept{std::move(pictures), {}, false});
  const auto files = std::make_shared<std::vector<fs::path>>();
  const auto write = [files, pictures = kept->pictures, refuge = refuge_] {
    *files = written(pictures, refuge);
    return QString();
  };
  inBackground(this, write, [kept, files](const QString&) {
    kept->files = *files;
    if (kept->isSaved) removeAll(kept->files);
  });
  offer(kept, sentence);
}

void UnsavedPictures::offerLeft() {
  const auto left = std::make_shared<Kept>();
  for (const QString& name : QDir(refuge_).entryList({QStringLiteral("*.png")}, QDir::Files, QDir::Name)) {
    if (!refuge_.isEmpty()) left->files.emplace_back(QDir(refuge_).filePath(name).toStdString());
  }
  if (!left->files.empty()) offer(left, tr("they could not be saved when they were made."));
}

void UnsavedPictures::offer(const Keep& kept, const QString& sentence) {
  const QString told = kept->count() == 1 ? tr("The picture was made and is kept until it is saved: %1").arg(sentence)
                                          : tr("%1 pictures were made and are kept until they are saved: %2")
                                                .arg(shownNumber(static_cast<int>(kept->count())), sentence);
  notice_.offer(told, {{tr("Save as"), [this, kept] { choosePlace(kept); }}});
}

void UnsavedPictures::choosePlace(const Keep& kept) {
  const bool isOne = kept->count() == 1;
  auto* chooser = new QFileDialog(window_, isOne ? tr("Save picture") : tr("Save pictures in a folder"), QString(),
                                  isOne ? tr("PNG picture (*.png)") : QString());
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setAcceptMode(isOne ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
  chooser->setFileMode(isOne ? QFileDialog::AnyFile : QFileDialog::Directory);
  if (isOne) chooser->setDefaultSuffix(QStringLiteral("png"));
  connect(chooser, &QFileDialog::fileSelected, this, [this, kept](const QString& path) { save(kept, path); });
  connect(chooser, &QFileDialog::rejected, this, [this, kept] { offer(kept, tr("no place was chosen.")); });
  chooser->open();
}

void UnsavedPictures::save(const Keep& kept, const QString& path) {
  const auto write = [kept, path, hasPictures = !kept->pictures.empty()] {
    try {
      hasPictures ? saveAll(kept->pictures, path.toStdString()) : copyAll(kept->files, path.toStdString());
      return QString();
    } catch (const Error& error) {
      return QString::fromStdString(error.sentence());
    }
  };
  inBackground(this, write, [this, kept, path](const QString& problem) {
    if (!problem.isEmpty()) return offer(kept, problem);
    kept->isSaved = true;
    removeAll(kept->files);
    if (QFileInfo(path).isFile()) session_.history().add(path);
    notice_.sayInstead(tr("Saved as %1.").arg(path), NoticeMatter::Picture);
  });
}

}  // namespace tstitch::ui
