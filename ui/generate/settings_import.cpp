#include "ui/generate/settings_import.h"

#include <QFileInfo>
#include <QStringList>
#include <algorithm>
#include <utility>

#include "core/models/model_identity.h"
#include "ui/additions/additions_section.h"
#include "ui/engine/inspection.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/import_report.h"
#include "ui/generate/pair_box.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return SettingsImport::tr(text);
}

bool hasDenoiser(const GenerationRequest& request, const DenoiserName& name) {
  return std::any_of(request.denoisers.begin(), request.denoisers.end(),
                     [&](const DenoiserChoice& denoiser) { return denoiser.name == name; });
}

bool canSplit(const GenerationRequest& request, const std::variant<RatioSplit, SegmentSplit>& split) {
  if (const auto* ratio = std::get_if<RatioSplit>(&split)) {
    return ratio->shares.size() == 1 || ratio->shares.size() == request.denoisers.size();
  }
  const auto& segments = std::get<SegmentSplit>(split).segments;
  return std::all_of(segments.begin(), segments.end(),
                     [&](const Segment& segment) { return hasDenoiser(request, segment.denoiser); });
}

/// The settings of a picture whose models are not here, for the pair that is chosen now: everything but the models,
/// controls, LoRAs and embeddings among them, and the split only where the pair has its denoisers.
GenerationRequest forPair(const GenerationRequest& picture, const GenerationRequest& current) {
  GenerationRequest request = picture;
  request.denoisers = current.denoisers;
  request.vae = current.vae;
  request.controls.clear();  // nor are their files known to be here
  request.loras.clear();
  request.embeddings.clear();
  if (!canSplit(current, picture.split)) request.split = current.split;
  return request;
}

/// Segments that the bar shows as a ratio are the same run when the seam is where it was.
bool isSameSplit(const GenerationRequest& asked, const GenerationRequest& shown, int smallCount) {
  const auto* segments = std::get_if<SegmentSplit>(&asked.split);
  if (segments == nullptr || std::holds_alternative<SegmentSplit>(shown.split)) return asked.split == shown.split;
  int small = 0;
  for (const Segment& segment : segments->segments) small += segment.denoiser == "small" ? segment.evaluations : 0;
  return small == smallCount;
}

/// What the controls could not take over exactly, as one sentence; empty when they show what was asked for.
QString notRestored(const GenerationRequest& asked, const CreatePanel& panel) {
  const GenerationRequest shown = panel.request();
  QStringList fields;
  const auto note = [&](bool differs, const QString& field) {
    if (differs) fields << field;
  };
  note(asked.prompt != shown.prompt, tr("the prompt's characters"));
  note(asked.negative_prompt != shown.negative_prompt, tr("the negative prompt's characters"));
  note(!isSameSplit(asked, shown, panel.smallCount()), tr("the split"));
  note(asked.extent.width > 0 && asked.extent != shown.extent, tr("the size"));
  note(asked.steps != shown.steps, tr("the steps"));
  note(asked.guidance_scale != shown.guidance_scale, tr("the guidance"));
  note(asked.seed != shown.seed, tr("the seed"));
  note(asked.controls != shown.controls, tr("the controls"));
  note(asked.loras != shown.loras, tr("the LoRAs"));
  note(asked.embeddings != shown.embeddings, tr("the embeddings"));
  note(asked.clip_skip != shown.clip_skip, tr("clip skip"));
  if (fields.isEmpty()) return {};
  return tr("Not restored exactly: %1.").arg(fields.join(QStringLiteral(", ")));
}

QString namesOf(const std::vector<NamedLora>& loras) {
  QStringList names;
  for (const NamedLora& lora : loras) names << QString::fromStdString(lora.name);
  return names.join(QStringLiteral(", "));
}

/// What lies behind a LoRA's name; an empty name where that is none.
LoraChoice foundLora(const NamedLora& lora, const Inspection& inspection) {
  LoraChoice choice;
  choice.strength = lora.strength;
  const bool isLora = inspection.models.size() == 1 && inspection.models.front().purpose == phrase_of(ModelRole::Lora);
  if (!inspection.problem.empty() || !isLora) return choice;
  choice.model.name = inspection.models.front().name;
  choice.model.location = inspection.models.front().path;
  return choice;
}

template <class Choice>
bool takePlaces(std::vector<Choice>& choices, const std::vector<Choice>& made) {
  if (choices.size() != made.size()) return false;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i].model.name != made[i].model.name) return false;
    choices[i].model.location = made[i].model.location;
  }
  return true;
}

/// The picture's request with the places that its models had when it was made; nothing where they are others.
std::optional<GenerationRequest> withPlacesOf(const GenerationRequest& picture, const GenerationRequest& made) {
  GenerationRequest located = picture;
  if (!takePlaces(located.denoisers, made.denoisers) || !takePlaces(located.loras, made.loras) ||
      !takePlaces(located.embeddings, made.embeddings) || !takePlaces(located.controls, made.controls) ||
      located.vae.has_value() != made.vae.has_value()) {
    return std::nullopt;
  }
  if (located.vae) located.vae->location = made.vae->location;
  for (std::size_t i = 0; i < made.controls.size(); ++i) {
    ControlChoice& control = located.controls[i];
    control.picture.location = made.controls[i].picture.location;
    if (control.annotator.has_value() != made.controls[i].annotator.has_value()) return std::nullopt;
    if (control.annotator) control.annotator->location = made.controls[i].annotator->location;
  }
  return located;
}

std::filesystem::path placeOf(const GenerationRequest& request, const char* name) {
  const auto found = std::find_if(request.denoisers.begin(), request.denoisers.end(),
                                  [&](const DenoiserChoice& one) { return one.name == name; });
  return found == request.denoisers.end() ? std::filesystem::path() : found->model.location;
}

}  // namespace

SettingsImport::SettingsImport(EngineClient& engine, CreatePanel& panel, PairBox& pairs, NoticeBar& notice)
    : QObject(&panel), engine_(engine), panel_(panel), pairs_(pairs), notice_(notice) {}

void SettingsImport::restore(const LoadedPicture& picture, std::function<void()> alsoUndo) {
  source_ = QFileInfo(picture.path).fileName();
  alsoUndo_ = std::move(alsoUndo);
  if (asking_) asking_->close();  // what it asks is answered
  wanted_.reset();
  if (picture.request) {
    restored_ = PictureRequest{*picture.request, picture.made};
    engine_.askNewest(
        this, [request = *picture.request](Library& library) { return library.locate(request); },
        [this, request = *picture.request](const Reply<GenerationRequest>& reply) {
          reply.value ? takeLocated(*reply.value) : takeWithoutModels(request, QString::fromStdString(reply.problem));
        });
  } else if (picture.parameters) {
    restoreText(*picture.parameters);
  } else {
    tellWithoutSettings(picture);
  }
}

/// Any picture may be what the next one is made from.
void SettingsImport::tellWithoutSettings(const LoadedPicture& picture) {
  QList<NoticeAction> uses;
  if (!picture.image.isNull()) {
    uses << NoticeAction{tr("Start from it"), [this, path = picture.path] { panel_.setSourcePicture(path); }}
         << NoticeAction{tr("Make a control of it"),
                         [this, path = picture.path] { panel_.additions()->addControlPicture(path); }};
  }
  notice_.sayInstead(picture.problem, NoticeMatter::File, uses);
}

void SettingsImport::restoreText(const PictureParameters& parameters) {
  restored_.reset();
  if (parameters.is_empty()) return notice_.sayInstead(importReport(parameters), NoticeMatter::Settings);
  const Standing before = standing();
  GenerationRequest request = parameters.applied_to(before.request);
  if (!canSplit(request, request.split)) request.split = before.request.split;
  const std::size_t loras = parameters.loras.size();
  const auto named = std::make_shared<NamedLoras>(NamedLoras{parameters, before, apply(request), loras, {}});
  named->found.resize(loras);
  if (loras == 0) return addFoundLoras(*named);
  tell(tr("%1 Looking for LoRA: %2.").arg(importReport(parameters), namesOf(parameters.loras)), before,
       panel_.request());
  wanted_ = named;
  for (std::size_t i = 0; i < loras; ++i) {
    engine_.ask(this, inspecting({parameters.loras[i].name}),
                [this, named, i](const Reply<std::vector<ModelFacts>>& reply) {
                  takeInspection(named, i, inspectionOf(reply));
                });
  }
}

void SettingsImport::takeInspection(const std::shared_ptr<NamedLoras>& named, std::size_t lora,
                                    const Inspection& inspection) {
  if (named != wanted_) return;
  named->found[lora] = foundLora(named->parameters.loras[lora], inspection);
  if (--named->open > 0) return;
  wanted_.reset();
  addFoundLoras(*named);
}

void SettingsImport::addFoundLoras(const NamedLoras& named) {
  GenerationRequest request = panel_.request();
  QStringList found, missing;
  for (std::size_t i = 0; i < named.found.size(); ++i) {
    const bool here = !named.found[i].model.name.empty();
    if (here) request.loras.push_back(named.found[i]);
    (here ? found : missing) << QString::fromStdString(named.parameters.loras[i].name);
  }
  const QString rest = found.isEmpty() ? named.rest : apply(request);
  tell(importReport(named.parameters, found, missing) + (rest.isEmpty() ? rest : u' ' + rest), named.before,
       panel_.request());
}

void SettingsImport::restoreMadeBy(const LoadedPicture& picture, const GenerationRequest& made) {
  const auto located = picture.request ? withPlacesOf(*picture.request, made) : std::nullopt;
  if (!located) return restore(picture);
  source_ = QFileInfo(picture.path).fileName();
  restored_ = PictureRequest{*picture.request, picture.made};
  takeLocated(*located);
}

void SettingsImport::restoreParts(const LoadedPicture& picture, const QList<RestoredSetting>& parts) {
  if (!picture.request) return notice_.sayInstead(picture.problem, NoticeMatter::File);
  source_ = QFileInfo(picture.path).fileName();
  wanted_.reset();
  const Standing before = standing();
  const QString rest = apply(withSettings(before.request, *picture.request, parts));
  tell(rest.isEmpty() ? tr("Settings of %1 were restored.").arg(source_) : rest, before, panel_.request());
}

void SettingsImport::offer(const LoadedPicture& picture, Offer how) {
  if (!picture.request && !picture.parameters) {
    notice_.say(picture.problem, NoticeMatter::File);
    return;
  }
  if (how == Offer::InADialog) ask(picture);
  notice_.offer(tr("%1 carries its settings.").arg(picture.path),
                {{tr("Use its settings"), [this, picture] { restore(picture); }}}, NoticeMatter::Settings);
}

/// Which of the settings are wanted, before any of them counts.
void SettingsImport::ask(const LoadedPicture& picture) {
  source_ = QFileInfo(picture.path).fileName();
  if (!picture.request) {
    GenerationRequest request = picture.parameters->applied_to(panel_.request());
    if (!canSplit(request, request.split)) request.split = panel_.request().split;
    return chooseParts(standing(), request);
  }
  engine_.askNewest(
      this, [request = *picture.request](Library& library) { return library.locate(request); },
      [this, request = *picture.request](const Reply<GenerationRequest>& reply) {
        chooseParts(standing(), reply.value ? *reply.value : forPair(request, panel_.request()));
      });
}

std::optional<Made> SettingsImport::madeOf(const GenerationRequest& request) const {
  return restored_ && restored_->request == request ? std::optional(restored_->made) : std::nullopt;
}

void SettingsImport::takeLocated(const GenerationRequest& located) {
  const Standing before = standing();
  choosePair(located);
  const QString rest = apply(located);
  tell(rest.isEmpty() ? tr("The settings of %1 were restored.").arg(source_) : rest, before, located);
}

void SettingsImport::takeWithoutModels(const GenerationRequest& picture, const QString& problem) {
  const Standing before = standing();
  const QString rest = apply(forPair(picture, panel_.request()));
  tell(tr("%1 Everything but the models was restored.").arg(problem) + (rest.isEmpty() ? rest : u' ' + rest), before,
       panel_.request());
}

SettingsImport::Standing SettingsImport::standing() const {
  const PairEntry* pair = pairs_.pair();
  return {pair == nullptr ? std::nullopt : std::optional(*pair), panel_.request(), panel_.hasRandomSeed()};
}

void SettingsImport::tell(const QString& sentence, const Standing& before, const GenerationRequest& picture) {
  notice_.sayInstead(sentence, NoticeMatter::Settings,
                     {{tr("Undo settings"),
                       [this, before, more = std::exchange(alsoUndo_, {})] {
                         undo(before);
                         if (more) more();
                       }},
                      {tr("Choose what to restore"), [this, before, picture] { chooseParts(before, picture); }}});
}

/// What stood before, with the ticked settings of the picture.
void SettingsImport::chooseParts(const Standing& before, const GenerationRequest& picture) {
  if (asking_) asking_->close();
  auto* dialog = new RestoreDialog(before.request, picture, panel_.window());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  asking_ = dialog;
  connect(dialog, &RestoreDialog::restoreWanted, this, [this, before, picture](const QList<RestoredSetting>& settings) {
    undo(before);
    if (settings.contains(RestoredSetting::Models)) choosePair(picture);
    const QString rest = apply(withSettings(before.request, picture, settings));
    tell(rest.isEmpty() ? tr("The chosen settings were restored.") : rest, before, picture);
  });
  dialog->show();
}

void SettingsImport::undo(const Standing& before) {
  wanted_.reset();
  const PairEntry* pair = pairs_.pair();
  if (before.pair && (pair == nullptr || pair->defaults.denoisers != before.pair->defaults.denoisers)) {
    choosingPair_ = true;
    pairs_.addPair(*before.pair);
    choosingPair_ = false;
  }
  panel_.apply(before.request);
  panel_.setRandomSeed(before.randomSeed);
}

void SettingsImport::choosePair(const GenerationRequest& request) {
  const std::filesystem::path large = placeOf(request, "large");
  const std::filesystem::path small = placeOf(request, "small");
  const PairEntry* current = pairs_.pair();
  if (large.empty() || small.empty() || (current != nullptr && current->large == large && current->small == small)) {
    return;
  }
  PairEntry entry = pairFromPlaces({large.string(), small.string()});
  entry.defaults.vae = request.vae;
  for (const PairEntry& known : pairs_.pairs()) {
    if (known.large == large && known.small == small) entry = known;
  }
  choosingPair_ = true;
  pairs_.addPair(entry);
  choosingPair_ = false;
}

/// What could not be restored.
QString SettingsImport::apply(const GenerationRequest& request) {
  panel_.apply(request);
  return notRestored(request, panel_);
}

}  // namespace tstitch::ui
