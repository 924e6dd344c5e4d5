#include "ui/models/pair_catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "ui/engine/inspection.h"
#include "ui/generate/pair_box.h"

namespace tstitch::ui {

/// What a look at a pair found: as inspecting(), and whether a model is not there at all.
struct PairLook {
  Inspection inspection;
  bool missing = false;
};

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

bool isThere(Library& library, const std::filesystem::path& place) {
  try {
    (void)library.find_model(place.string(), PairRole::Large);
    return true;
  } catch (const Error&) {
    return false;
  }
}

auto lookingAt(const std::vector<std::filesystem::path>& places) {
  return [places](Library& library) {
    PairLook look;
    try {
      look.inspection.models = inspecting(places)(library);
    } catch (const Error& problem) {
      look.inspection = {{}, problem.sentence()};
      const auto gone =
          std::find_if(places.begin(), places.end(), [&](const auto& place) { return !isThere(library, place); });
      look.missing = gone != places.end();
      if (look.missing) look.inspection.problem = gone->string();
    }
    return look;
  };
}

PairStanding standingOf(const PairLook& look) {
  const Inspection& inspection = look.inspection;
  PairStanding standing{QString(), QString(), true, look.missing};
  if (inspection.models.empty()) {
    const QString problem = QString::fromStdString(inspection.problem);
    standing.obstacle = look.missing ? PairCatalog::tr("There is nothing at %1 now.").arg(problem) : problem;
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
  engine_.ask(this, lookingAt(placesOf(*next)), [this, pair = *next](const Reply<PairLook>& reply) {
    takeLook(pair, reply.value.value_or(PairLook{{{}, reply.problem}, false}));
  });
}

void PairCatalog::takeLook(const PairEntry& pair, const PairLook& look) {
  asking_ = false;
  const std::vector<ModelFacts>& models = look.inspection.models;
  if (!models.empty()) large_.insert_or_assign(pair.large, models.front());
  const PairStanding standing = standingOf(look);
  pairs_.setStanding(pair, standing);
  Q_EMIT lookedAt(pair, standing.obstacle);
  lookOn();
}

}  // namespace tstitch::ui
