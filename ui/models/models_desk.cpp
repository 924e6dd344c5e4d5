#include "ui/models/models_desk.h"

#include <algorithm>
#include <utility>

#include "ui/engine/engine_client.h"
#include "ui/generate/pair_box.h"
#include "ui/models/choose_models_dialog.h"
#include "ui/models/pair_catalog.h"
#include "ui/models/pair_session.h"
#include "ui/run/run_progress.h"
#include "ui/session/session.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// Many models that are compared one after the other are not each worth a new list.
constexpr int kShowDelayMs = 60;

std::string placeOf(const std::filesystem::path& place) {
  return place.lexically_normal().string();
}

bool isPart(ShelfKind kind) {
  return kind == ShelfKind::Loras || kind == ShelfKind::ControlNets || kind == ShelfKind::Embeddings ||
         kind == ShelfKind::Autoencoders;
}

QString modelCount(std::int64_t count) {
  return count == 1 ? ModelsDesk::tr("one model") : ModelsDesk::tr("%1 models").arg(count);
}

}  // namespace

ModelsDesk::ModelsDesk(Session& session, const ModelsViews& views, StudioState& state, const QStringList& folders,
                       FetchPair fetch, QString engineCommand)
    : QObject(&views.page),
      views_(views),
      shelf_(session.engine(), state, folders),
      downloads_(std::move(fetch), state, state.download),
      engineCommand_(std::move(engineCommand)) {
  showSoon_.setSingleShot(true);
  showSoon_.setInterval(kShowDelayMs);
  connect(&showSoon_, &QTimer::timeout, this, &ModelsDesk::show);
  connect(&shelf_, &ModelShelf::changed, this, [this] {
    decide();
    if (!showSoon_.isActive()) showSoon_.start();
  });
  connect(&shelf_, &ModelShelf::scanned, this, [this] {
    if (std::exchange(looksAgain_, false)) views_.session.lookAgain();
    tellElsewhere();
  });
  connect(&downloads_, &DownloadDesk::progressed, this, &ModelsDesk::showDownload);
  connect(&downloads_, &DownloadDesk::ended, this, &ModelsDesk::endDownload);
  connect(&views_.pairs, &PairBox::pairChosen, this, [this] {
    const PairEntry* pair = views_.pairs.pair();
    if (pair == nullptr) return;
    shelf_.setLarge(placeOf(pair->large));
    small_ = placeOf(pair->small);
    show();
  });
  connectPage();
  show();
  const std::string name = downloads_.takeUp();
  if (!name.empty()) {
    views_.notice.say(tr("The download of %1 goes on.").arg(QString::fromStdString(name)), NoticeMatter::File);
  }
}

void ModelsDesk::connectPage() {
  ModelsPage* page = &views_.page;
  connect(page, &ModelsPage::selectionChanged, this, [this] {
    if (const auto row = views_.page.selected(); row && !row->place.empty()) shelf_.lookAt(row->place);
    showSelection();
  });
  connect(page, &ModelsPage::largeWanted, this, &ModelsDesk::takeLarge);
  connect(page, &ModelsPage::smallWanted, this, &ModelsDesk::takeSmall);
  connect(page, &ModelsPage::partWanted, this, [this](const ShelfRow& row) {
    if (isPart(row.kind)) Q_EMIT partWanted(QString::fromStdString(row.place.string()), row.kind);
  });
  connect(page, &ModelsPage::saveWanted, this, &ModelsDesk::save);
  connect(page, &ModelsPage::folderWanted, this, [this](const QString& path) {
    const QString problem = shelf_.addFolder(path);
    views_.notice.say(problem, NoticeMatter::File);
    if (problem.isEmpty()) views_.page.clearFolderPath();
  });
  connect(page, &ModelsPage::folderUnwanted, &shelf_, &ModelShelf::removeFolder);
  connect(page, &ModelsPage::rescanWanted, this, &ModelsDesk::rescan);
  connect(page, &ModelsPage::watchedChanged, &shelf_, &ModelShelf::setWatched);
  connect(page, &ModelsPage::downloadWanted, this, &ModelsDesk::askLicence);
  connect(page, &ModelsPage::licenceAccepted, this, [this] {
    views_.page.askLicence({});
    lastDownload_.clear();
    if (!licence_.empty()) downloads_.start(std::exchange(licence_, {}));
  });
  connect(page, &ModelsPage::cancelWanted, &downloads_, &DownloadDesk::cancel);
}

/// Pairs that were missing are looked at again, too; at the start they are looked at anyway.
void ModelsDesk::rescan() {
  looksAgain_ = true;
  shelf_.rescan();
}

const FoundModel* ModelsDesk::found(const std::filesystem::path& place) const {
  const auto& models = shelf_.found().models;
  const auto model =
      std::find_if(models.begin(), models.end(), [&](const FoundModel& each) { return each.place == place; });
  return model == models.end() ? nullptr : &*model;
}

QString ModelsDesk::nameOf(const std::filesystem::path& place) const {
  const FoundModel* model = found(place);
  return QString::fromStdString(model != nullptr ? model->name : place.filename().string());
}

const PairEntry* ModelsDesk::downloadable(const std::string& name) const {
  const auto& pairs = shelf_.catalog().pairs;
  const auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const PairEntry& each) { return each.name == name; });
  return pair == pairs.end() ? nullptr : &*pair;
}

void ModelsDesk::tellParts() {
  FoundParts parts;
  for (const FoundModel& model : shelf_.found().models) {
    if (!model.here || !model.role) continue;
    const QString place = QString::fromStdString(model.place.string());
    if (model.role == ModelRole::Lora) parts.loras << place;
    if (model.role == ModelRole::ControlNet || model.role == ModelRole::Adapter) parts.controls << place;
    if (model.role == ModelRole::Autoencoder) parts.vaes << place;
    if (model.role == ModelRole::Embedding) parts.embeddings << place;
  }
  if (parts == parts_) return;
  parts_ = parts;
  Q_EMIT partsFound(parts_);
}

void ModelsDesk::show() {
  tellParts();
  views_.page.setRows(shelfRows(shelf_));
  std::vector<FolderLine> lines;
  for (const FoundFolder& folder : shelf_.found().folders) {
    const QString path = QString::fromStdString(folder.path.string());
    QStringList words;
    if (!folder.here) words << tr("missing");
    if (folder.here) words << modelCount(folder.models);
    if (!folder.program.empty()) words << QString::fromStdString(folder.program);
    if (shelf_.isGiven(path)) words << tr("for this start");
    lines.push_back({path, tr("%1: %2").arg(path, words.join(QStringLiteral(", "))), folder.own});
  }
  views_.page.setFolders(lines);
  const auto folders = static_cast<int>(lines.size());
  const QString places = folders == 1 ? tr("one folder") : tr("%1 folders").arg(folders);
  QString text = tr("%1 in %2").arg(modelCount(static_cast<std::int64_t>(shelf_.found().models.size())), places);
  if (shelf_.isScanning()) text = tr("looking, %1 so far").arg(text);
  if (!shelf_.problem().isEmpty()) text = shelf_.problem();
  views_.page.setScan(text);
  showSelection();
  showPair();
}

void ModelsDesk::showSelection() {
  const auto row = views_.page.selected();
  ModelsPage::Selection selection;
  if (row && !row->pair.empty()) {
    const PairEntry* pair = downloadable(row->pair);
    selection.facts =
        pair == nullptr ? row->text : tr("%1\nLicence: %2").arg(row->text, QString::fromStdString(pair->licence));
    selection.download = downloads_.isPossible() && !downloads_.isRunning();
  } else if (row) {
    QStringList lines{row->name};
    const LookedAt* looked = shelf_.lookedAt(row->place);
    if (looked != nullptr && looked->facts) lines << factsText(*looked->facts);
    if (!row->reason.isEmpty()) lines << row->reason;
    const FoundModel* model = found(row->place);
    if (model != nullptr && !model->program.empty()) lines << QString::fromStdString(model->program);
    lines << QString::fromStdString(row->place.string());
    selection.facts = lines.join(u'\n');
    const bool usable = row->kind == ShelfKind::Models && model != nullptr && model->here;
    selection.asLarge = usable;
    selection.asSmall = usable;
    selection.asPart = model != nullptr && model->here && isPart(row->kind);
  }
  views_.page.setSelection(selection);
}

void ModelsDesk::showPair() {
  QString verdict;
  const LookedAt* large = shelf_.lookedAt(shelf_.large());
  const LookedAt* small = shelf_.lookedAt(small_);
  if (small_.empty()) {
    verdict = tr("Choose a small model that fits, then save the pair under a name.");
  } else if (large != nullptr && small != nullptr && large->facts && small->facts) {
    verdict = verdictText(*large->facts, *small->facts);
  }
  const bool whole = !shelf_.large().empty() && !small_.empty() && waiting_.empty();
  views_.page.setPair(shelf_.large().empty() ? QString() : nameOf(shelf_.large()),
                      small_.empty() ? QString() : nameOf(small_), verdict, whole);
}

/// A small model that does not fit the new large one is let go.
void ModelsDesk::takeLarge(const ShelfRow& row) {
  if (row.place.empty()) return;
  views_.notice.withdraw(NoticeMatter::Pair);
  waiting_.clear();
  small_.clear();
  shelf_.setLarge(row.place);
  show();
}

void ModelsDesk::takeSmall(const ShelfRow& row) {
  if (row.place.empty()) return;
  views_.notice.withdraw(NoticeMatter::Pair);
  waiting_ = row.place;
  shelf_.lookAt(waiting_);
  decide();
}

void ModelsDesk::decide() {
  const FoundModel* model = waiting_.empty() ? nullptr : found(waiting_);
  if (model == nullptr) return;
  const std::optional<QString> obstacle = shelf_.obstacle(*model);
  const LookedAt* large = shelf_.lookedAt(shelf_.large());
  if (large != nullptr && !large->facts) {
    waiting_.clear();
    return views_.notice.say(large->problem, NoticeMatter::Pair);
  }
  if (!obstacle) return;
  const std::filesystem::path small = std::exchange(waiting_, {});
  if (!obstacle->isEmpty()) {
    return views_.notice.say(tr("%1 does not fit: %2").arg(nameOf(small), *obstacle), NoticeMatter::Pair);
  }
  small_ = small;
  use();
}

/// In Create. A large model without an autoencoder of its own asks for one first.
void ModelsDesk::use() {
  const ModelPlaces places{shelf_.large().string(), small_.string()};
  const LookedAt* large = shelf_.lookedAt(shelf_.large());
  if (large != nullptr && large->facts && lacksAutoencoder(*large->facts)) {
    views_.session.chooseModels(views_.page.window(), places);
  } else {
    views_.session.useOwn(places);
  }
  show();
}

void ModelsDesk::save(const QString& name) {
  ModelPlaces places{shelf_.large().string(), small_.string()};
  const PairEntry* chosen = views_.pairs.pair();
  const bool same =
      chosen != nullptr && placeOf(chosen->large) == places.large && placeOf(chosen->small) == places.small;
  if (same) {
    places.large = chosen->large.string();
    places.small = chosen->small.string();
    if (chosen->defaults.vae) places.vae = chosen->defaults.vae->location.string();
  }
  const QString problem = views_.session.saveOwn(name, places);
  if (!problem.isEmpty()) return views_.notice.say(problem, NoticeMatter::Pair);
  views_.notice.sayInstead(tr("The pair is saved as %1.").arg(QString::fromStdString(views_.pairs.pair()->name)),
                           NoticeMatter::Pair);
  views_.page.clearPairName();
}

/// Nothing is fetched before it is accepted.
void ModelsDesk::askLicence(const ShelfRow& row) {
  const PairEntry* pair = downloadable(row.pair);
  if (pair == nullptr) return;
  licence_ = pair->name;
  QStringList lines{tr("%1 is under this licence: %2").arg(row.name, QString::fromStdString(pair->licence))};
  for (const KnownModel& model : shelf_.catalog().models) {
    const auto& needed = pair->repositories;
    if (std::find(needed.begin(), needed.end(), model.name) == needed.end()) continue;
    const QString from = model.hub.empty() ? QString::fromStdString(model.title) : QString::fromStdString(model.hub);
    lines << (model.place ? tr("%1: %2 (here)") : tr("%1: %2")).arg(from, QString::fromStdString(model.licence));
  }
  if (!engineCommand_.isEmpty()) {
    lines
        << tr("The files come to this machine. The engine is another program (%1): if it runs on another machine, run "
              "tstitch models fetch %2 there.")
               .arg(engineCommand_, QString::fromStdString(pair->name));
  }
  lines << tr("Its files are fetched only when you accept.");
  views_.page.askLicence(lines.join(u'\n'));
}

/// What came to this machine and an engine on another one does not have.
void ModelsDesk::tellElsewhere() {
  const PairEntry* pair = downloadable(std::exchange(fetched_, {}));
  if (pair == nullptr || pair->not_here.empty() || engineCommand_.isEmpty()) return;
  views_.notice.say(
      tr("%1 is on this machine, but the engine (%2) does not have it: run tstitch models fetch %3 there.")
          .arg(QString::fromStdString(pair->title), engineCommand_, QString::fromStdString(pair->name)),
      NoticeMatter::File);
}

void ModelsDesk::showDownload() {
  const DownloadProgress& progress = downloads_.progress();
  ModelsPage::Download download{lastDownload_, -1, downloads_.isRunning()};
  if (download.running) {
    const QString name = QString::fromStdString(downloads_.name());
    download.text = tr("%1: asking the hub").arg(name);
    if (progress.of > 0) {
      download.percent = static_cast<int>(100 * progress.bytes / progress.of);
      download.text = tr("%1: %2 of %3").arg(name, bytesText(progress.bytes), bytesText(progress.of));
    } else if (!progress.file.isEmpty()) {
      download.text = tr("%1: %2").arg(name, progress.file);
    }
  }
  views_.page.setDownload(download);
  showSelection();
}

void ModelsDesk::endDownload(const std::string& name, const QString& problem, bool cancelled) {
  const QString title = QString::fromStdString(name);
  if (cancelled) {
    lastDownload_ = tr("%1: cancelled; what has come stays for the next time.").arg(title);
  } else if (!problem.isEmpty()) {
    lastDownload_ = tr("%1: failed").arg(title);
    views_.notice.say(inWindowWords(problem.toStdString()), NoticeMatter::File);
  } else {
    lastDownload_ = tr("%1 is here.").arg(title);
    views_.notice.say(lastDownload_, NoticeMatter::File);
    fetched_ = name;
    rescan();
  }
  showDownload();
}

}  // namespace tstitch::ui
