#include "ui/models/shelf_rows.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <array>
#include <tuple>

#include "ui/models/model_shelf.h"
#include "ui/models/pair_catalog.h"

namespace tstitch::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(ShelfRows)
};

QString tr(const char* text) {
  return Texts::tr(text);
}

/// A line and where it stands.
struct Placed {
  int part = 0;      ///< models, parts, what cannot be used
  QString space;     ///< or the kind of part
  int standing = 0;  ///< here, yours, get more
  ShelfRow row;
};

/// Sentences that stand in the middle of a line.
QString inLine(QString sentence) {
  if (sentence.endsWith(u'.')) sentence.chop(1);
  return sentence;
}

bool isDenoiser(ModelRole role) {
  return role == ModelRole::Pipeline || role == ModelRole::Denoiser;
}

/// What we brought, or the hub's clients did; all else is the user's.
bool isKnownHere(const FoundModel& model) {
  return model.program == "T-Stitch" || model.program == "Hugging Face";
}

QString standingText(int standing) {
  if (standing == 0) return Texts::tr("here");
  return standing == 1 ? Texts::tr("yours") : Texts::tr("get more");
}

QString spaceText(const ModelShelf& shelf, const FoundModel& model) {
  const LookedAt* looked = shelf.lookedAt(model.place);
  if (looked != nullptr && looked->facts && looked->facts->latent) return latentSpaceText(*looked->facts->latent);
  const QString text = latentSpaceText(model.latent_space);
  return text.isEmpty() ? Texts::tr("unknown latents") : text;
}

const FoundModel* largeOf(const ModelShelf& shelf) {
  const auto& models = shelf.found().models;
  const auto large =
      std::find_if(models.begin(), models.end(), [&](const FoundModel& model) { return model.place == shelf.large(); });
  return large == models.end() ? nullptr : &*large;
}

/// What the names of two latent spaces say, before anybody has looked closer.
bool areOfOtherSpaces(const FoundModel* large, const FoundModel& model) {
  return large != nullptr && !large->latent_space.empty() && !model.latent_space.empty() &&
         large->latent_space != model.latent_space;
}

/// Its last words, and whether it is grey.
void tellStanding(const ModelShelf& shelf, const FoundModel& model, QStringList& words, ShelfRow& row) {
  if (!model.here) {
    row.fits = false;
    row.reason = Texts::tr("Its folder is not there now.");
    words << Texts::tr("missing");
    return;
  }
  if (shelf.large().empty()) return;
  if (model.place == shelf.large()) {
    words << Texts::tr("large model");
    return;
  }
  const std::optional<QString> obstacle = shelf.obstacle(model);
  if (obstacle && obstacle->isEmpty()) {
    words << Texts::tr("fits");
    return;
  }
  if (!obstacle && !areOfOtherSpaces(largeOf(shelf), model)) {
    words << Texts::tr("is being compared");
    return;
  }
  row.fits = false;
  row.reason = obstacle ? *obstacle : Texts::tr("Its latents are %1.").arg(spaceText(shelf, model));
  words << Texts::tr("does not fit: %1").arg(inLine(row.reason));
}

Placed placedModel(const ModelShelf& shelf, const FoundModel& model) {
  Placed placed{0, spaceText(shelf, model), isKnownHere(model) ? 0 : 1, {}};
  placed.row.kind = ShelfKind::Models;
  QStringList words{QString::fromStdString(model.name), placed.space, sizeText(model.parameters)};
  tellStanding(shelf, model, words, placed.row);
  placed.row.text = words.join(QStringLiteral(", "));
  return placed;
}

struct PartKind {
  ModelRole role;
  ShelfKind kind;
  const char* title;
  const char* what;
};

constexpr std::array kPartKinds{
    PartKind{ModelRole::Lora, ShelfKind::Loras, QT_TRANSLATE_NOOP("ShelfRows", "LoRAs"),
             QT_TRANSLATE_NOOP("ShelfRows", "LoRA")},
    PartKind{ModelRole::ControlNet, ShelfKind::ControlNets, QT_TRANSLATE_NOOP("ShelfRows", "ControlNets"),
             QT_TRANSLATE_NOOP("ShelfRows", "ControlNet")},
    PartKind{ModelRole::Adapter, ShelfKind::ControlNets, QT_TRANSLATE_NOOP("ShelfRows", "ControlNets"),
             QT_TRANSLATE_NOOP("ShelfRows", "T2I-Adapter")},
    PartKind{ModelRole::Embedding, ShelfKind::Embeddings, QT_TRANSLATE_NOOP("ShelfRows", "Embeddings"),
             QT_TRANSLATE_NOOP("ShelfRows", "embedding")},
    PartKind{ModelRole::Autoencoder, ShelfKind::Autoencoders, QT_TRANSLATE_NOOP("ShelfRows", "Autoencoders"),
             QT_TRANSLATE_NOOP("ShelfRows", "autoencoder")}};

/// `lora-sd1` is for `sd1`; a family without a dash is the part's own.
QString familyOf(const FoundModel& model) {
  QString family = QString::fromStdString(model.family);
  for (const char* kind : {"lora-", "ia3-", "controlnet-", "embedding-"}) {
    if (family.startsWith(QLatin1String(kind))) return family.mid(static_cast<qsizetype>(std::string(kind).size()));
  }
  return family;
}

Placed placedPart(const FoundModel& model, const PartKind& kind) {
  Placed placed{1 + static_cast<int>(&kind - kPartKinds.data()), familyOf(model), 0, {}};
  placed.row.kind = kind.kind;
  placed.row.fits = model.here;
  const QString space = latentSpaceText(model.latent_space);
  QStringList words{QString::fromStdString(model.name)};
  if (!space.isEmpty()) words << space;
  words << sizeText(model.parameters) << Texts::tr("%1 (%2)").arg(tr(kind.what), placed.space);
  if (!model.here) words << Texts::tr("missing");
  placed.row.text = words.join(QStringLiteral(", "));
  placed.row.group = QStringLiteral("%1 \u00b7 %2").arg(tr(kind.title), placed.space);
  return placed;
}

std::optional<Placed> placedFound(const ModelShelf& shelf, const FoundModel& model) {
  Placed placed;
  if (model.role && isDenoiser(*model.role)) {
    placed = placedModel(shelf, model);
  } else if (model.role) {
    const auto* kind = std::find_if(kPartKinds.begin(), kPartKinds.end(),
                                    [&](const PartKind& each) { return each.role == *model.role; });
    if (kind == kPartKinds.end()) return std::nullopt;  // annotators and text encoders are nobody's choice here
    placed = placedPart(model, *kind);
  } else {
    placed.part = 100;
    placed.row.group = model.looked_at ? Texts::tr("Cannot be used") : Texts::tr("Not looked at yet");
    placed.row.kind = ShelfKind::Everything;
    placed.row.fits = false;
    placed.row.reason = QString::fromStdString(model.problem);
    const QString name = QString::fromStdString(model.name);
    placed.row.text = model.looked_at ? Texts::tr("%1, cannot be used: %2").arg(name, inLine(placed.row.reason))
                                      : Texts::tr("%1, is being looked at").arg(name);
  }
  placed.row.name = QString::fromStdString(model.name);
  placed.row.place = model.place;
  return placed;
}

Placed placedDownload(const PairEntry& pair) {
  Placed placed{0, latentSpaceText(pair.latent_space), 2, {}};
  if (placed.space.isEmpty()) placed.space = Texts::tr("unknown latents");
  placed.row.kind = ShelfKind::Downloads;
  placed.row.name = QString::fromStdString(pair.title);
  placed.row.pair = pair.name;
  placed.row.text = Texts::tr("%1, %2, to download").arg(placed.row.name, placed.space);
  return placed;
}

}  // namespace

QString sizeText(std::int64_t parameters) {
  const double millions = static_cast<double>(parameters) / 1e6;
  return QString::number(millions, 'f', millions < 10 ? 1 : 0) + QStringLiteral(" M");
}

std::vector<ShelfRow> shelfRows(const ModelShelf& shelf) {
  std::vector<Placed> all;
  all.reserve(shelf.found().models.size());
  for (const FoundModel& model : shelf.found().models) {
    if (auto placed = placedFound(shelf, model)) all.push_back(std::move(*placed));
  }
  for (const PairEntry& pair : shelf.catalog().pairs) {
    if (!pair.not_here.empty()) all.push_back(placedDownload(pair));
  }
  const FoundModel* large = largeOf(shelf);
  const QString first = large == nullptr ? QString() : spaceText(shelf, *large);
  std::stable_sort(all.begin(), all.end(), [&](const Placed& a, const Placed& b) {
    const auto key = [&](const Placed& placed) {
      return std::tuple(placed.part, placed.part == 0 && placed.space == first ? QString() : placed.space,
                        placed.standing, placed.row.group, placed.row.name.toLower());
    };
    return key(a) < key(b);
  });
  std::vector<ShelfRow> rows;
  rows.reserve(all.size());
  for (Placed& placed : all) {
    if (placed.part == 0)
      placed.row.group = QStringLiteral("%1 \u00b7 %2").arg(placed.space, standingText(placed.standing));
    rows.push_back(std::move(placed.row));
  }
  return rows;
}

}  // namespace tstitch::ui
