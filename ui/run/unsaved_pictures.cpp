#include "ui/run/unsaved_pictures.h"

#include <QFileDialog>

#include "core/base/error.h"
#include "core/jobs/picture_saver.h"
#include "ui/convert/picture_loader.h"
#include "ui/run/run_presenter.h"
#include "ui/session/session.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {

UnsavedPictures::UnsavedPictures(Session& session, NoticeBar& notice, QWidget* window)
    : QObject(window), notice_(notice), window_(window) {
  connect(&session, &Session::runEnded, this, [this](quint64, const Outcome& outcome) {
    const auto* failed = std::get_if<Failed>(&outcome);
    if (failed != nullptr && failed->report.picture) offer(*failed->report.picture, sentenceOf(*failed));
  });
}

void UnsavedPictures::offer(const MadePicture& picture, const QString& sentence) {
  notice_.offer(tr("The picture was made and is kept until it is saved: %1").arg(sentence),
                {{tr("Save as"), [this, picture] { choosePlace(picture); }}});
}

void UnsavedPictures::choosePlace(const MadePicture& picture) {
  auto* chooser = new QFileDialog(window_, tr("Save picture"), QString(), tr("PNG picture (*.png)"));
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setAcceptMode(QFileDialog::AcceptSave);
  chooser->setDefaultSuffix(QStringLiteral("png"));
  connect(chooser, &QFileDialog::fileSelected, this, [this, picture](const QString& path) { save(picture, path); });
  connect(chooser, &QFileDialog::rejected, this, [this, picture] { offer(picture, tr("no place was chosen.")); });
  chooser->open();
}

void UnsavedPictures::save(const MadePicture& picture, const QString& path) {
  const auto write = [picture, path] {
    try {
      static_cast<void>(PictureSaver({path.toStdString(), true}, 1).save(picture));
      return QString();
    } catch (const Error& error) {
      return QString::fromStdString(error.sentence());
    }
  };
  inBackground(this, write, [this, picture, path](const QString& problem) {
    problem.isEmpty() ? notice_.sayInstead(tr("Saved as %1.").arg(path), NoticeMatter::Picture)
                      : offer(picture, problem);
  });
}

}  // namespace tstitch::ui
