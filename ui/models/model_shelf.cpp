#include "ui/models/model_shelf.h"

#include <QDir>
#include <algorithm>
#include <utility>

#include "ui/engine/engine_client.h"
#include "ui/models/pair_catalog.h"
#include "ui/settings/studio_state.h"

namespace tstitch::ui {
namespace {

/// The first search leaves the pair's own questions their turn.
constexpr int kFirstScanMs = 600;

bool isDenoiser(const FoundModel& model) {
  return model.role == ModelRole::Pipeline || model.role == ModelRole::Denoiser;
}

QString normal(const QString& folder) {
  const QString text = folder.trimmed();
  if (text.isEmpty()) return {};
  return QDir::cleanPath(text.startsWith(u'~') ? QDir::homePath() + text.mid(1) : QDir(text).absolutePath());
}

}  // namespace

ModelShelf::ModelShelf(EngineClient& engine, StudioState& state, const QStringList& given, QObject* parent)
    : QObject(parent), engine_(engine), state_(state) {
  for (const QString& folder : given) given_ << normal(folder);
  given_.removeAll(QString());
  soon_.setSingleShot(true);
  soon_.setInterval(kFirstScanMs);
  connect(&soon_, &QTimer::timeout, this, &ModelShelf::scan);
  connect(&engine_, &EngineClient::standingChanged, this, [this] {
    if (engine_.standing() == EngineStanding::Ready && !std::exchange(wasReady_, true)) soon_.start();
  });
  connect(&engine_, &EngineClient::restarted, this, &ModelShelf::rescan);
}

QStringList ModelShelf::folders() const {
  QStringList all = given_ + state_.modelFolders.get();
  all.removeDuplicates();
  return all;
}

QString ModelShelf::addFolder(const QString& folder) {
  const QString place = normal(folder);
  if (place.isEmpty()) return tr("Write the path of a folder with models, or choose one.");
  if (folders().contains(place)) return tr("%1 is searched already.").arg(place);
  state_.modelFolders.set(state_.modelFolders.get() << place);
  state_.sync();
  rescan();
  return {};
}

void ModelShelf::removeFolder(const QString& folder) {
  QStringList own = state_.modelFolders.get();
  own.removeAll(folder);
  given_.removeAll(folder);
  state_.modelFolders.set(own);
  state_.sync();
  rescan();
}

void ModelShelf::rescan() {
  lookedAt_.clear();
  scan();
}

void ModelShelf::scan() {
  soon_.stop();
  if (scanning_) {
    again_ = true;
    return;
  }
  scanning_ = true;
  again_ = false;
  Q_EMIT changed();
  std::vector<std::filesystem::path> places;
  for (const QString& folder : folders()) places.emplace_back(folder.toStdString());
  engine_.ask(
      this, [places](Library& library) { return library.found_models(places); },
      [this](const Reply<FoundModels>& reply) {
        scanning_ = false;
        problem_ = QString::fromStdString(reply.problem);
        if (reply.value) take(*reply.value);
        Q_EMIT changed();
      });
}

/// Where more is to be looked at, the search goes on; other questions have their turn between.
void ModelShelf::take(const FoundModels& found) {
  found_ = found;
  if (again_ || !found_.complete) return scan();
  askCatalog();
  compareOn();
}

void ModelShelf::askCatalog() {
  engine_.askNewest(
      this, [](Library& library) { return library.catalog(); },
      [this](const Reply<Catalog>& reply) {
        if (reply.value) catalog_ = *reply.value;
        Q_EMIT changed();
        Q_EMIT scanned();
      });
}

void ModelShelf::setLarge(const std::filesystem::path& place) {
  if (place == large_) return;
  large_ = place;
  Q_EMIT changed();
  compareOn();
}

const LookedAt* ModelShelf::lookedAt(const std::filesystem::path& place) const {
  const auto known = lookedAt_.find(place);
  return known == lookedAt_.end() ? nullptr : &known->second;
}

std::optional<QString> ModelShelf::obstacle(const FoundModel& model) const {
  const LookedAt* own = lookedAt(model.place);
  if (own != nullptr && !own->facts) return own->problem;
  const LookedAt* large = lookedAt(large_);
  if (own == nullptr || large == nullptr || !large->facts) return std::nullopt;
  const StitchVerdict verdict = check_stitch(*large->facts, *own->facts);
  return verdict.stitch ? QString() : QString::fromStdString(verdict.reasons.front());
}

void ModelShelf::setWatched(bool watched) {
  watched_ = watched;
  compareOn();
}

void ModelShelf::lookAt(const std::filesystem::path& place) {
  first_ = place;
  compareOn();
}

std::filesystem::path ModelShelf::nextToCompare() const {
  for (const auto& place : {large_, first_}) {
    if (!place.empty() && lookedAt(place) == nullptr) return place;
  }
  if (!watched_ || large_.empty()) return {};
  const auto next = std::find_if(found_.models.begin(), found_.models.end(), [this](const FoundModel& model) {
    return model.here && isDenoiser(model) && lookedAt(model.place) == nullptr;
  });
  return next == found_.models.end() ? std::filesystem::path() : next->place;
}

void ModelShelf::compareOn() {
  if (comparing_ || engine_.standing() != EngineStanding::Ready) return;
  const std::filesystem::path place = nextToCompare();
  if (place.empty()) return;
  comparing_ = true;
  engine_.ask(
      this, [place](Library& library) { return library.inspect(place); },
      [this, place](const Reply<ModelFacts>& reply) {
        comparing_ = false;
        lookedAt_[place] = {reply.value, QString::fromStdString(reply.problem)};
        Q_EMIT changed();
        compareOn();
      });
}

}  // namespace tstitch::ui
