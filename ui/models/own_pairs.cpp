#include "ui/models/own_pairs.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "ui/settings/studio_state.h"

namespace tstitch::ui {
namespace {

constexpr int kMostUnnamed = 10;
constexpr std::size_t kMost = 200;

bool samePlaces(const OwnPair& a, const OwnPair& b) {
  return a.places.large == b.places.large && a.places.small == b.places.small && a.places.vae == b.places.vae;
}

}  // namespace

OwnPairs::OwnPairs(StudioState& state) : state_(state) {
  const QJsonArray stored = QJsonDocument::fromJson(state_.ownPairs.get().toUtf8()).array();
  for (const auto value : stored) {
    const QJsonObject pair = value.toObject();
    const auto text = [&pair](const char* key) { return pair[QLatin1String(key)].toString().toStdString(); };
    const QString name = pair[QLatin1String("name")].toString();
    if (name.isEmpty() || text("large").empty() || text("small").empty() || pairs_.size() == kMost) continue;
    pairs_.push_back({name, {text("large"), text("small"), text("vae")}, pair[QLatin1String("named")].toBool()});
  }
}

void OwnPairs::keep(const OwnPair& pair) {
  std::erase_if(pairs_, [&](const OwnPair& other) {
    return other.name == pair.name || (!other.named && samePlaces(other, pair));
  });
  pairs_.push_back(pair);
  auto unnamed = std::count_if(pairs_.begin(), pairs_.end(), [](const OwnPair& other) { return !other.named; });
  while (unnamed > kMostUnnamed || pairs_.size() > kMost) {
    const auto oldest = std::find_if(pairs_.begin(), pairs_.end(), [](const OwnPair& other) { return !other.named; });
    pairs_.erase(oldest == pairs_.end() ? pairs_.begin() : oldest);
    --unnamed;
  }
  store();
}

void OwnPairs::forget(const QString& name) {
  std::erase_if(pairs_, [&](const OwnPair& pair) { return pair.name == name; });
  store();
}

void OwnPairs::store() {
  QJsonArray stored;
  for (const OwnPair& pair : pairs_) {
    stored.append(QJsonObject{{QStringLiteral("name"), pair.name},
                              {QStringLiteral("large"), QString::fromStdString(pair.places.large)},
                              {QStringLiteral("small"), QString::fromStdString(pair.places.small)},
                              {QStringLiteral("vae"), QString::fromStdString(pair.places.vae)},
                              {QStringLiteral("named"), pair.named}});
  }
  state_.ownPairs.set(QString::fromUtf8(QJsonDocument(stored).toJson(QJsonDocument::Compact)));
  state_.sync();
}

PairEntry entryOf(const OwnPair& pair) {
  PairEntry entry = pairFromPlaces(pair.places);
  entry.name = pair.name.toStdString();
  entry.title = entry.name;
  return entry;
}

}  // namespace tstitch::ui
