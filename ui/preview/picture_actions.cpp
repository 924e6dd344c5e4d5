#include "ui/preview/picture_actions.h"

#include <QAction>
#include <QClipboard>
#include <QDesktopServices>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QSaveFile>
#include <QUrl>

#include "ui/convert/picture_loader.h"
#include "ui/preview/picture_view.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

/// The saved file byte for byte (its settings travel along), or a preview's pixels; a sentence when it went wrong.
QString writePicture(const QString& source, const QImage& image, const QString& path) {
  QSaveFile target(path);
  bool written = target.open(QIODevice::WriteOnly);
  if (written && source.isEmpty()) {
    written = image.save(&target, "PNG");
  } else if (written) {
    QFile original(source);
    written = original.open(QIODevice::ReadOnly) && target.write(original.readAll()) == original.size();
  }
  if (written && target.commit()) return {};
  return PictureActions::tr("%1 could not be written: %2").arg(path, target.errorString());
}

}  // namespace

QString openFolderOf(const QString& file) {
  const QString folder = QFileInfo(file).absolutePath();
  if (!QFileInfo(folder).isDir()) return PictureActions::tr("The folder %1 is not there any more.").arg(folder);
  if (QDesktopServices::openUrl(QUrl::fromLocalFile(folder))) return {};
  return PictureActions::tr("No program here opens folders. The picture lies in %1.").arg(folder);
}

PictureActions::PictureActions(PictureView& view, NoticeBar& notice, QWidget* window)
    : QObject(&view),
      view_(view),
      notice_(notice),
      window_(window),
      save_(new QAction(tr("Save as..."), this)),
      copy_(new QAction(tr("Copy"), this)),
      open_(new QAction(tr("Open folder"), this)),
      settings_(new QAction(tr("Use its settings"), this)),
      source_(new QAction(tr("Use as source picture"), this)) {
  save_->setShortcut(QKeySequence::SaveAs);
  save_->setShortcuts({QKeySequence(QKeySequence::Save), QKeySequence(QKeySequence::SaveAs)});
  window->addAction(save_);
  connect(save_, &QAction::triggered, this, &PictureActions::saveAs);
  connect(copy_, &QAction::triggered, this, &PictureActions::copy);
  connect(open_, &QAction::triggered, this, [this] { notice_.say(openFolderOf(view_.savedPath())); });
  connect(settings_, &QAction::triggered, this, [this] { Q_EMIT settingsWanted(view_.savedPath()); });
  connect(source_, &QAction::triggered, this, [this] { Q_EMIT sourceWanted(view_.savedPath()); });
  connect(&view, &PictureView::menuWanted, this, [this](QPoint position) {
    update();
    auto* menu = new QMenu(window_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({save_, copy_, open_, settings_, source_});
    menu->popup(position);
  });
}

void PictureActions::update() {
  const bool saved = !view_.savedPath().isEmpty();
  save_->setEnabled(!view_.image().isNull());
  copy_->setEnabled(!view_.image().isNull());
  open_->setEnabled(saved);
  settings_->setEnabled(saved);
  source_->setEnabled(saved);
}

void PictureActions::saveAs() {
  if (view_.image().isNull()) return;
  auto* chooser = new QFileDialog(window_, tr("Save picture"), view_.savedPath(), tr("PNG picture (*.png)"));
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setAcceptMode(QFileDialog::AcceptSave);
  chooser->setDefaultSuffix(QStringLiteral("png"));
  connect(chooser, &QFileDialog::fileSelected, this, &PictureActions::writeTo);
  chooser->open();
}

void PictureActions::writeTo(const QString& path) {
  const QString source = view_.savedPath();
  const QImage image = view_.image();
  inBackground(
      this, [=] { return writePicture(source, image, path); },
      [this, path](const QString& problem) {
        notice_.sayInstead(problem.isEmpty() ? tr("Saved as %1.").arg(path) : problem, NoticeMatter::Picture);
      });
}

void PictureActions::copy() {
  QGuiApplication::clipboard()->setImage(view_.image());
}

}  // namespace tstitch::ui
