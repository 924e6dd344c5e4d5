#include "ui/models/pair_catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ui/engine/inspection.h"
#include "ui/generate/pair_box.h"

namespace tstitch::ui {
namespace {

struct NamedSpace {
  const char* word;
  LatentSpace space;
  const char* text;
};

/// The latent spaces that have a name.
const std::array<NamedSpace, 3>& namedSpaces() {
  static const std::array<NamedSpace, 3> kSpaces{
      NamedSpace{
          "sd", {4, 8, 0.18215, 0, {}}, QT_TRANSLATE_NOOP("tstitch::ui::PairCatalog", "Stable Diffusion latents")},
      NamedSpace{"sdxl", {4, 8, 0.13025, 0, {}}, QT_TRANSLATE_NOOP("tstitch::ui::PairCatalog", "SDXL latents")},
      NamedSpace{
          "ldm-vq", {4, 8, 1.0, 0, {}}, QT_TRANSLATE_NOOP("tstitch::ui::PairCatalog", "Latent Diffusion VQ latents")}};
  return kSpaces;
}

/// The large model first.
std::vector<std::filesystem::path> placesOf(const PairEntry& pair) {
  std::vector<std::filesystem::path> places{pair.large};
  for (const DenoiserChoice& denoiser : pair.defaults.denoisers) {
    if (denoiser.model.location != pair.large) places.push_back(denoiser.model.location);
  }
  return places;
}

PairStanding standingOf(const Inspection& inspection) {
  PairStanding standing{QString(), QString(), true};
  if (inspection.models.empty()) {
    standing.obstacle = QString::fromStdString(inspection.problem);
    return standing;
  }
  const ModelFacts& large = inspection.models.front();
  if (large.latent) standing.latentSpace = latentSpaceText(*large.latent);
  standing.obstacle = obstacleBetween(large, {inspection.models.begin() + 1, inspection.models.end()});
  return standing;
}

}  // namespace

QString latentSpaceText(const LatentSpace& space) {
  for (const NamedSpace& named : namedSpaces()) {
    if (named.space == space) return PairCatalog::tr(named.text);
  }
  return PairCatalog::tr("Latents of %1 channels, 1/%2 of the size, scale %3")
      .arg(space.channels)
      .arg(space.factor)
      .arg(QString::fromStdString(number_text(space.scale)));
}

QString latentSpaceText(const std::string& word) {
  for (const NamedSpace& named : namedSpaces()) {
    if (named.word == word) return PairCatalog::tr(named.text);
  }
  return QString::fromStdString(word);
}

QString obstacleBetween(const ModelFacts& large, const std::vector<ModelFacts>& others) {
  for (const ModelFacts& other : others) {
    const StitchVerdict verdict = check_stitch(large, other);
    if (!verdict.stitch) {
      return PairCatalog::tr("Does not stitch: %1").arg(QString::fromStdString(verdict.reasons.front()));
    }
  }
  return {};
}

PairCatalog::PairCatalog(EngineClient& engine, PairBox& pairs) : QObject(&pairs), engine_(engine), pairs_(pairs) {
  connect(&pairs_, &PairBox::pairsChanged, this, &PairCatalog::lookOn);
}

const ModelFacts* PairCatalog::largeFacts(const PairEntry& pair) const {
  const auto found = large_.find(pair.large);
  return found == large_.end() ? nullptr : &found->second;
}

void PairCatalog::lookOn() {
  if (asking_) return;
  const auto& pairs = pairs_.pairs();
  const auto next = std::find_if(pairs.begin(), pairs.end(), [this](const PairEntry& pair) {
    return pair.not_here.empty() && !pairs_.standing(pair).isKnown;
  });
  if (next == pairs.end()) return;
  asking_ = true;
  engine_.ask(this, inspecting(placesOf(*next)), [this, pair = *next](const Reply<std::vector<ModelFacts>>& reply) {
    takeInspection(pair, inspectionOf(reply));
  });
}

void PairCatalog::takeInspection(const PairEntry& pair, const Inspection& inspection) {
  asking_ = false;
  if (!inspection.models.empty()) large_.insert_or_assign(pair.large, inspection.models.front());
  const PairStanding standing = standingOf(inspection);
  pairs_.setStanding(pair, standing);
  if (!standing.obstacle.isEmpty()) Q_EMIT obstacleFound(pair, standing.obstacle);
  lookOn();
}

}  // namespace tstitch::ui
