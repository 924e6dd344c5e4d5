#include "ui/history/history_actions.h"

#include <QFile>
#include <QFileInfo>

#include "ui/additions/additions_section.h"
#include "ui/convert/picture_loader.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/restore_dialog.h"
#include "ui/generate/settings_import.h"
#include "ui/preview/picture_actions.h"
#include "ui/preview/picture_view.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

QList<RestoredSetting> partsOf(HistoryUse use) {
  if (use == HistoryUse::Seed) return {RestoredSetting::Seed};
  return {RestoredSetting::Prompt, RestoredSetting::Negative};
}

}  // namespace

HistoryActions::HistoryActions(History& history, HistoryPanel& panel, CreatePanel& create, SettingsImport& import,
                               PictureView& view, NoticeBar& notice)
    : QObject(&panel),
      history_(history),
      panel_(panel),
      create_(create),
      import_(import),
      view_(view),
      notice_(notice) {
  connect(&panel_, &HistoryPanel::useWanted, this, &HistoryActions::use);
  connect(&panel_, &HistoryPanel::deedWanted, this, &HistoryActions::act);
  connect(&panel_, &HistoryPanel::peekWanted, this, &HistoryActions::peek);
  connect(&panel_, &HistoryPanel::clearWanted, this, &HistoryActions::clear);
}

void HistoryActions::use(const HistoryEntry& entry, HistoryUse use) {
  history_.readRequest(entry.id, this, [this, entry, use](const std::optional<PictureRequest>& picture) {
    if (!picture) return notice_.say(tr("%1 is not in the history any more.").arg(entry.path), NoticeMatter::File);
    LoadedPicture loaded;
    loaded.path = entry.path;
    loaded.request = picture->request;
    loaded.made = picture->made;
    if (use == HistoryUse::AllButSeed) loaded.request->seed = create_.request().seed;
    const bool isPart = use == HistoryUse::Prompt || use == HistoryUse::Seed;
    isPart ? import_.restoreParts(loaded, partsOf(use)) : import_.restore(loaded);
  });
}

void HistoryActions::act(const HistoryEntry& entry, HistoryDeed deed) {
  switch (deed) {
    case HistoryDeed::Open:
      return Q_EMIT openWanted(entry.path);
    case HistoryDeed::Compare:
      return compare(entry);
    case HistoryDeed::ShowInFolder:
      return notice_.say(openFolderOf(entry.path), NoticeMatter::File);
    case HistoryDeed::Remove:
      return remove(entry);
    case HistoryDeed::Delete:
      return deletePicture(entry);
    case HistoryDeed::AsControl:
      return create_.additions()->addControlPicture(entry.path);
    case HistoryDeed::AsSource:
      return create_.setSourcePicture(entry.path);
  }
}

void HistoryActions::compare(const HistoryEntry& entry) {
  if (view_.savedPath().isEmpty()) {
    return notice_.say(tr("No saved picture is shown that %1 could be compared with.").arg(entry.path),
                       NoticeMatter::File);
  }
  Q_EMIT compareWanted(entry.path, view_.savedPath());
}

/// For as long as the key is held; what came too late is not shown.
void HistoryActions::peek(const HistoryEntry& entry, bool held) {
  const int number = ++peeks_;
  if (!held) return view_.peek({}, {});
  loadPictureAsync(entry.path, this, [this, number](const LoadedPicture& loaded) {
    if (number == peeks_ && !loaded.image.isNull()) view_.peek(loaded.image, loaded.path);
  });
}

void HistoryActions::remove(const HistoryEntry& entry) {
  offerBack(tr("%1 was taken out of the history; its file stays.").arg(entry.path), history_.remove(entry.id));
}

void HistoryActions::clear() {
  offerBack(tr("The history was cleared; the files stay."), history_.removeAll());
}

void HistoryActions::offerBack(const QString& sentence, qint64 removal) {
  notice_.sayInstead(sentence, NoticeMatter::Picture,
                     {{tr("Bring back"), [this, removal] { history_.bringBack(removal); }}});
}

void HistoryActions::deletePicture(const HistoryEntry& entry) {
  const auto work = [path = entry.path] {
    const bool gone = !QFileInfo::exists(path) || QFile::moveToTrash(path);
    return gone ? QString() : tr("%1 could not be moved to the trash. Nothing was deleted.").arg(path);
  };
  inBackground(this, work, [this, entry](const QString& problem) {
    if (problem.isEmpty()) history_.forget(entry.id);
    notice_.sayInstead(problem.isEmpty() ? tr("%1 was moved to the trash.").arg(entry.path) : problem,
                       NoticeMatter::Picture);
  });
}

}  // namespace tstitch::ui
