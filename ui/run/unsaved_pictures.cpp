#include "ui/run/unsaved_pictures.h"

#include <QFileDialog>
#include <QFileInfo>
#include <algorithm>
#include <memory>

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

/// What the first cell that failed says.
QString firstProblemOf(const GridReport& report) {
  const auto failed =
      std::find_if(report.cells.begin(), report.cells.end(), [](const CellEnded& cell) { return !cell.error.empty(); });
  return failed == report.cells.end() ? QString() : inWindowWords(failed->error);
}

}  // namespace

UnsavedPictures::UnsavedPictures(Session& session, NoticeBar& notice, QWidget* window)
    : QObject(window), session_(session), notice_(notice), window_(window) {
  connect(&session, &Session::runEnded, this, [this](quint64, const Outcome& outcome) {
    const auto* failed = std::get_if<Failed>(&outcome);
    if (failed != nullptr && failed->report.picture) offer({*failed->report.picture}, sentenceOf(*failed));
  });
  connect(&session, &Session::gridEnded, this, [this](quint64, const GridReport& report) {
    if (!report.unsaved.empty()) offer(report.unsaved, firstProblemOf(report));
  });
}

void UnsavedPictures::offer(const Pictures& pictures, const QString& sentence) {
  const QString told = pictures.size() == 1 ? tr("The picture was made and is kept until it is saved: %1").arg(sentence)
                                            : tr("%1 pictures were made and are kept until they are saved: %2")
                                                  .arg(shownNumber(static_cast<int>(pictures.size())), sentence);
  notice_.offer(told, {{tr("Save as"), [this, pictures] { choosePlace(pictures); }}});
}

void UnsavedPictures::choosePlace(const Pictures& pictures) {
  const bool isOne = pictures.size() == 1;
  auto* chooser = new QFileDialog(window_, isOne ? tr("Save picture") : tr("Save pictures in a folder"), QString(),
                                  isOne ? tr("PNG picture (*.png)") : QString());
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setAcceptMode(isOne ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
  chooser->setFileMode(isOne ? QFileDialog::AnyFile : QFileDialog::Directory);
  if (isOne) chooser->setDefaultSuffix(QStringLiteral("png"));
  connect(chooser, &QFileDialog::fileSelected, this, [this, pictures](const QString& path) { save(pictures, path); });
  connect(chooser, &QFileDialog::rejected, this, [this, pictures] { offer(pictures, tr("no place was chosen.")); });
  chooser->open();
}

void UnsavedPictures::save(const Pictures& pictures, const QString& path) {
  const auto left = std::make_shared<Pictures>(pictures);
  const auto write = [left, path] {
    try {
      const std::string place = path.toStdString() + (left->size() == 1 ? "" : "/");
      const PictureSaver saver({place, true}, static_cast<int>(left->size()));
      for (; !left->empty(); left->erase(left->begin())) static_cast<void>(saver.save(left->front()));
      return QString();
    } catch (const Error& error) {
      return QString::fromStdString(error.sentence());
    }
  };
  inBackground(this, write, [this, left, path](const QString& problem) {
    if (problem.isEmpty() && QFileInfo(path).isFile()) session_.history().add(path);
    problem.isEmpty() ? notice_.sayInstead(tr("Saved as %1.").arg(path), NoticeMatter::Picture) : offer(*left, problem);
  });
}

}  // namespace tstitch::ui
