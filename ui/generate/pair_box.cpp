#include "ui/generate/pair_box.h"

#include <QSignalBlocker>
#include <algorithm>
#include <utility>

#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

std::string lastPart(const std::string& place) {
  const std::filesystem::path path(place);
  return (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
}

bool samePlaces(const PairEntry& a, const PairEntry& b) {
  return a.large == b.large && a.small == b.small && a.defaults.denoisers == b.defaults.denoisers;
}

}  // namespace

PairEntry pairFromPlaces(const std::string& large, const std::string& small) {
  PairEntry pair;
  pair.name = lastPart(small) + " + " + lastPart(large);
  pair.title = pair.name;
  pair.large = large;
  pair.small = small;
  pair.defaults.denoisers = {{"small", {lastPart(small), {}, {}, small}, {}},
                             {"large", {lastPart(large), {}, {}, large}, {}}};
  return pair;
}

PairBox::PairBox(QWidget* parent) : QComboBox(parent) {
  guardWheel(this);
  setAccessibleName(tr("Pair"));
  setSizeAdjustPolicy(QComboBox::AdjustToContents);
  setMinimumWidth(180);
  connect(this, &QComboBox::currentIndexChanged, this, &PairBox::indexChanged);
  fill(-1);
}

void PairBox::setPairs(const std::vector<PairEntry>& pairs, const QString& preferred) {
  pairs_ = pairs;
  pairs_.insert(pairs_.end(), own_.begin(), own_.end());
  const std::string wanted = preferred.toStdString();
  const auto found =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& pair) { return pair.name == wanted; });
  const auto fallback = own_.empty() ? pairs_.begin() : std::prev(pairs_.end());
  const auto chosen = found == pairs_.end() ? fallback : found;
  fill(pairs_.empty() ? -1 : static_cast<int>(chosen - pairs_.begin()));
  Q_EMIT pairChosen();
}

void PairBox::addPair(const PairEntry& pair) {
  const auto known =
      std::find_if(pairs_.begin(), pairs_.end(), [&](const PairEntry& other) { return samePlaces(pair, other); });
  const int index = static_cast<int>(known - pairs_.begin());
  if (known == pairs_.end()) {
    own_.push_back(pair);
    pairs_.push_back(pair);
  }
  fill(index);
  Q_EMIT pairChosen();
}

const PairEntry* PairBox::pair() const {
  return chosen_ < 0 || chosen_ >= static_cast<int>(pairs_.size()) ? nullptr
                                                                   : &pairs_[static_cast<std::size_t>(chosen_)];
}

void PairBox::fill(int chosen) {
  const QSignalBlocker quiet(this);
  clear();
  for (const PairEntry& pair : pairs_) addItem(QString::fromStdString(pair.title));
  insertSeparator(count());
  addItem(tr("Choose models..."));
  chosen_ = chosen;
  setCurrentIndex(chosen);
}

void PairBox::indexChanged(int index) {
  if (index >= 0 && index < static_cast<int>(pairs_.size())) {
    chosen_ = index;
    Q_EMIT pairChosen();
    return;
  }
  {
    const QSignalBlocker quiet(this);
    setCurrentIndex(chosen_);
  }
  if (index >= 0) Q_EMIT chooseModelsRequested();
}

}  // namespace tstitch::ui
