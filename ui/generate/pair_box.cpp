#include "ui/generate/pair_box.h"

#include <QAbstractItemView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <algorithm>
#include <utility>

#include "ui/generate/pair_item_delegate.h"
#include "ui/models/pair_catalog.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

std::string lastPart(const std::string& place) {
  const std::filesystem::path path(place);
  return (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
}

std::filesystem::path placeOf(const ModelReference& model) {
  const std::filesystem::path place = model.location.lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

/// The same models in the same roles, whatever they are called.
bool samePlaces(const PairEntry& a, const PairEntry& b) {
  const auto vaeOf = [](const PairEntry& pair) {
    return pair.defaults.vae ? placeOf(*pair.defaults.vae) : std::filesystem::path();
  };
  const auto& ofA = a.defaults.denoisers;
  const auto& ofB = b.defaults.denoisers;
  return vaeOf(a) == vaeOf(b) &&
         std::equal(ofA.begin(), ofA.end(), ofB.begin(), ofB.end(), [](const auto& x, const auto& y) {
           return x.name == y.name && placeOf(x.model) == placeOf(y.model);
         });
}

constexpr int kPairRole = Qt::UserRole;

/// Two entries of one key are the same pair.
QString keyOf(const PairEntry& pair) {
  QString key = QString::fromStdString(pair.name);
  for (const DenoiserChoice& denoiser : pair.defaults.denoisers) {
    key += u'\n' + QString::fromStdString(denoiser.model.location.string());
  }
  return key;
}

/// Greyed, and out of reach of mouse and keys.
void disable(const QComboBox& box, int index) {
  auto* items = qobject_cast<QStandardItemModel*>(box.model());
  if (items != nullptr) items->item(index)->setEnabled(false);
}

}  // namespace

PairEntry pairFromPlaces(const ModelPlaces& places) {
  const auto& [large, small, vae] = places;
  PairEntry pair;
  pair.name = lastPart(small) + " + " + lastPart(large);
  pair.title = pair.name;
  pair.large = large;
  pair.small = small;
  pair.defaults.denoisers = {{"small", {lastPart(small), {}, {}, small}, {}},
                             {"large", {lastPart(large), {}, {}, large}, {}}};
  if (!vae.empty()) pair.defaults.vae = ModelReference{lastPart(vae), {}, {}, vae};
  return pair;
}

PairBox::PairBox(QWidget* parent) : QComboBox(parent) {
  guardWheel(this);
  setAccessibleName(tr("Pair"));
  setSizeAdjustPolicy(QComboBox::AdjustToContents);
  setMinimumWidth(180);
  setItemDelegate(new PairItemDelegate(this));
  view()->setMinimumWidth(PairItemDelegate::kWidth);
  connect(this, &QComboBox::currentIndexChanged, this, &PairBox::indexChanged);
  fill(-1);
}

void PairBox::setPairs(const std::vector<PairEntry>& pairs, const QString& preferred) {
  pairs_ = pairs;
  pairs_.insert(pairs_.end(), own_.begin(), own_.end());
  const std::string wanted = preferred.toStdString();
  const auto found =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& pair) { return pair.name == wanted; });
  const auto chosen = found == pairs_.end() ? pairs_.begin() : found;
  fill(pairs_.empty() ? -1 : static_cast<int>(chosen - pairs_.begin()));
  Q_EMIT pairChosen();
  Q_EMIT pairsChanged();
}

void PairBox::updatePairs(const std::vector<PairEntry>& pairs) {
  const PairEntry* now = pair();
  const std::string chosen = now == nullptr ? std::string() : now->name;
  pairs_ = pairs;
  pairs_.insert(pairs_.end(), own_.begin(), own_.end());
  const auto found =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& each) { return each.name == chosen; });
  fill(found == pairs_.end() ? -1 : static_cast<int>(found - pairs_.begin()));
  Q_EMIT pairsChanged();
}

void PairBox::addOwn(const std::vector<PairEntry>& pairs) {
  own_.insert(own_.end(), pairs.begin(), pairs.end());
  pairs_.insert(pairs_.end(), pairs.begin(), pairs.end());
  fill(chosen_);
}

void PairBox::savePair(const PairEntry& pair) {
  const auto rename = [&](std::vector<PairEntry>& all) {
    for (PairEntry& each : all) {
      if (!samePlaces(pair, each)) continue;
      each.name = pair.name;
      each.title = pair.title;
    }
  };
  const bool known =
      std::any_of(own_.begin(), own_.end(), [&](const PairEntry& each) { return samePlaces(pair, each); });
  if (known) {
    rename(own_);
    for (std::size_t i = pairs_.size() - own_.size(); i < pairs_.size(); ++i) {
      pairs_[i] = own_[i - (pairs_.size() - own_.size())];
    }
  } else {
    own_.push_back(pair);
    pairs_.push_back(pair);
  }
  const auto found =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& each) { return each.name == pair.name; });
  fill(static_cast<int>(found - pairs_.begin()));
  Q_EMIT pairChosen();
  Q_EMIT pairsChanged();
}

void PairBox::forgetStandings() {
  standings_.clear();
  fill(chosen_);
  Q_EMIT pairsChanged();
}

void PairBox::addPair(const PairEntry& pair) {
  const auto known =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& other) { return samePlaces(pair, other); });
  const int index = static_cast<int>(known - pairs_.begin());
  if (known != pairs_.end() && index == chosen_) return;
  if (known == pairs_.end()) {
    own_.push_back(pair);
    pairs_.push_back(pair);
  }
  fill(index);
  Q_EMIT pairChosen();
  Q_EMIT pairsChanged();
}

const PairEntry* PairBox::pair() const {
  return chosen_ < 0 || chosen_ >= static_cast<int>(pairs_.size()) ? nullptr
                                                                   : &pairs_[static_cast<std::size_t>(chosen_)];
}

PairStanding PairBox::standing(const PairEntry& pair) const {
  PairStanding standing = standings_.value(keyOf(pair));
  if (!pair.not_here.empty()) standing.obstacle = QString::fromStdString(pair.not_here);
  if (standing.latentSpace.isEmpty()) standing.latentSpace = latentSpaceText(pair.latent_space);
  return standing;
}

void PairBox::setStanding(const PairEntry& pair, const PairStanding& standing) {
  standings_[keyOf(pair)] = standing;
  fill(chosen_);
}

/// Groups stand in the order of their first pairs; a single one needs no heading.
void PairBox::fill(int chosen) {
  const QSignalBlocker quiet(this);
  clear();
  QStringList groups;
  for (const PairEntry& pair : pairs_) groups << standing(pair).latentSpace;
  groups.removeDuplicates();
  for (const QString& group : groups) {
    if (groups.size() > 1) {
      addItem(group.isEmpty() ? tr("Other latents") : group);
      setItemData(count() - 1, true, PairItemDelegate::kHeadingRole);
      disable(*this, count() - 1);
    }
    for (int pair = 0; pair < static_cast<int>(pairs_.size()); ++pair) {
      if (standing(pairs_[static_cast<std::size_t>(pair)]).latentSpace == group) addEntry(pair);
    }
  }
  insertSeparator(count());
  addItem(tr("Choose models..."));
  chosen_ = chosen;
  setCurrentIndex(chosen < 0 ? -1 : findData(chosen, kPairRole));
}

void PairBox::addEntry(int pair) {
  const PairEntry& entry = pairs_[static_cast<std::size_t>(pair)];
  const QString title = QString::fromStdString(entry.title);
  addItem(standing(entry).isMissing ? tr("%1 (missing)").arg(title) : title, pair);
  const QString obstacle = standing(entry).obstacle;
  if (obstacle.isEmpty()) return;
  setItemData(count() - 1, obstacle, Qt::ToolTipRole);
  disable(*this, count() - 1);
}

void PairBox::keyPressEvent(QKeyEvent* event) {
  const QScopedValueRollback<bool> passing(passing_, true);
  QComboBox::keyPressEvent(event);
}

void PairBox::wheelEvent(QWheelEvent* event) {
  const QScopedValueRollback<bool> passing(passing_, true);
  QComboBox::wheelEvent(event);
}

void PairBox::indexChanged(int index) {
  const QVariant pair = itemData(index, kPairRole);
  if (pair.isValid()) {
    chosen_ = pair.toInt();
    Q_EMIT pairChosen();
    return;
  }
  const bool wantsModels = index == count() - 1;
  {
    const QSignalBlocker quiet(this);
    setCurrentIndex(chosen_ < 0 ? -1 : findData(chosen_, kPairRole));
  }
  if (wantsModels && !passing_) Q_EMIT chooseModelsRequested();
}

}  // namespace tstitch::ui
