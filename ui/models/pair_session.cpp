#include "ui/models/pair_session.h"

#include <algorithm>
#include <utility>

#include "core/request/model_names.h"
#include "ui/additions/additions_section.h"
#include "ui/engine/inspection.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/settings_import.h"
#include "ui/models/choose_models_dialog.h"
#include "ui/models/own_pairs.h"
#include "ui/models/pair_catalog.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/settings/studio_state.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

/// What can be loaded already while the panel is not filled in completely: the models are the same for every class, and
/// what is unfinished comes later.
GenerationRequest loadable(const CreatePanel& panel, const ModelFacts& large) {
  GenerationRequest request = panel.request();
  if (panel.problems().isEmpty()) return request;
  request.controls.clear();
  if (large.class_count > 0 && !request.class_label) request.class_label = 0;
  return request;
}

QString placeOf(const DenoiserChoice* denoiser) {
  return denoiser == nullptr ? QString() : QString::fromStdString(denoiser->model.location.string());
}

}  // namespace

PairSession::PairSession(Session& session, const PairViews& views, Preferences& preferences, StudioState& state,
                         WantedPair wanted)
    : QObject(&views.pairs),
      session_(session),
      views_(views),
      preferences_(preferences),
      state_(state),
      wanted_(std::move(wanted)),
      own_(std::make_unique<OwnPairs>(state)),
      catalog_(new PairCatalog(session_.engine(), views_.pairs)) {
  connect(catalog_, &PairCatalog::lookedAt, this, &PairSession::takeLook);
  connect(&views_.panel, &CreatePanel::noticed, this,
          [this](const QString& sentence) { views_.notice.say(sentence, NoticeMatter::Pair); });
  connect(&views_.pairs, &PairBox::pairChosen, this, &PairSession::pairChanged);
  connect(views_.panel.additions(), &AdditionsSection::vaeChosen, this, &PairSession::keepVae);
  recallOwnPairs();
  connect(&session_.engine(), &EngineClient::standingChanged, this, &PairSession::askPairs);
}

PairSession::~PairSession() = default;

/// Once it is ready; an engine that is not to be had says so itself.
void PairSession::askPairs() {
  if (pairsAreKnown_ || session_.engine().standing() != EngineStanding::Ready) return;
  session_.engine().askNewest(
      &views_.pairs, [](Library& library) { return library.pairs(); },
      [this](const Reply<std::vector<PairEntry>>& reply) {
        if (reply.value && !std::exchange(pairsAreKnown_, true)) takePairs(*reply.value);
      });
}

/// Pairs of the user's own stand in the list whether their models are there or not. An older version remembered the
/// last one by its request alone.
void PairSession::recallOwnPairs() {
  const QString last = state_.pair.get();
  const auto& kept = own_->all();
  const bool known = std::any_of(kept.begin(), kept.end(), [&](const OwnPair& pair) { return pair.name == last; });
  const auto request = state_.request.get();
  if (!known && request && last.contains(QStringLiteral(" + "))) {
    const QString large = placeOf(find_denoiser(*request, "large"));
    const QString small = placeOf(find_denoiser(*request, "small"));
    const std::string vae = request->vae ? request->vae->location.string() : std::string();
    if (!large.isEmpty() && !small.isEmpty()) own_->keep({last, {large.toStdString(), small.toStdString(), vae}});
  }
  std::vector<PairEntry> entries;
  entries.reserve(kept.size());
  for (const OwnPair& pair : kept) entries.push_back(entryOf(pair));
  views_.pairs.addOwn(entries);
}

void PairSession::takePairs(const std::vector<PairEntry>& pairs) {
  const QString preferred = wanted_.name.isEmpty() ? state_.pair.get() : wanted_.name;
  const bool known = std::any_of(pairs.begin(), pairs.end(), [&](const PairEntry& pair) {
    return QString::fromStdString(pair.name) == wanted_.name;
  });
  if (!wanted_.name.isEmpty() && !known) views_.notice.say(tr("There is no pair named %1.").arg(wanted_.name));
  views_.pairs.setPairs(pairs, preferred);
  addWantedPair();
  if (views_.pairs.pair() == nullptr) session_.prepareNothing();
}

/// One of the two given: the chosen pair fills in the other.
void PairSession::addWantedPair() {
  QString large = wanted_.large;
  QString small = wanted_.small;
  if (const PairEntry* entry = views_.pairs.pair()) {
    if (large.isEmpty() && !small.isEmpty()) large = QString::fromStdString(entry->large.string());
    if (small.isEmpty() && !large.isEmpty()) small = QString::fromStdString(entry->small.string());
  }
  if (large.isEmpty() || small.isEmpty()) return;
  views_.pairs.addPair(pairFromPlaces({large.toStdString(), small.toStdString(), wanted_.vae.toStdString()}));
}

void PairSession::useOwn(const ModelPlaces& places) {
  const PairEntry entry = pairFromPlaces(places);
  views_.pairs.addPair(entry);
  if (const PairEntry* chosen = views_.pairs.pair(); chosen != nullptr && chosen->name == entry.name) {
    own_->keep({QString::fromStdString(entry.name), places});
  }
}

QString PairSession::saveOwn(const QString& name, const ModelPlaces& places) {
  PairEntry entry = pairFromPlaces(places);
  const OwnPair pair{name.isEmpty() ? QString::fromStdString(entry.name) : name, places, true};
  entry.name = pair.name.toStdString();
  entry.title = entry.name;
  for (const PairEntry& other : views_.pairs.pairs()) {
    const bool isOther = other.large != entry.large || other.small != entry.small;
    if (other.name == entry.name && isOther) return tr("There is a pair named %1 already.").arg(pair.name);
  }
  own_->keep(pair);
  views_.pairs.savePair(entry);
  return {};
}

void PairSession::lookAgain() {
  session_.engine().askNewest(
      &views_.pairs, [](Library& library) { return library.pairs(); },
      [this](const Reply<std::vector<PairEntry>>& reply) {
        if (!reply.value || !pairsAreKnown_) return;
        views_.pairs.updatePairs(*reply.value);
        views_.pairs.forgetStandings();
      });
}

void PairSession::pairChanged() {
  const PairEntry* entry = views_.pairs.pair();
  if (entry == nullptr) return;
  views_.notice.withdraw(NoticeMatter::Pair);
  const QString obstacle = views_.pairs.standing(*entry).obstacle;
  views_.panel.setPairProblem(obstacle);
  views_.notice.say(obstacle, NoticeMatter::Pair);
  const bool asLastTime = firstPair_ && QString::fromStdString(entry->name) == state_.pair.get();
  firstPair_ = false;
  const bool keeps = asLastTime || views_.import.isChoosingPair();
  const QString vae = state_.autoencoder(QString::fromStdString(entry->name)).get();
  views_.panel.setPair(*entry, keeps ? CreatePanel::Values::Keep : CreatePanel::Values::TakeDefaults);
  if (!keeps && !vae.isEmpty()) views_.panel.additions()->recallVae(vae);
  if (const ModelFacts* known = catalog_->largeFacts(*entry)) views_.panel.setLargeFacts(*known);
  askFacts(*entry);
}

/// For the next time that the pair is chosen; its own one is nothing to remember.
void PairSession::keepVae(const QString& place) {
  const PairEntry* entry = views_.pairs.pair();
  if (entry == nullptr) return;
  const auto& own = entry->defaults.vae;
  const bool isOwn = own && own->location.string() == place.toStdString();
  state_.autoencoder(QString::fromStdString(entry->name)).set(isOwn ? QString() : place);
}

void PairSession::askFacts(const PairEntry& pair) {
  session_.engine().askNewest(this, inspecting({pair.large}),
                              [this](const Reply<std::vector<ModelFacts>>& reply) { takeFacts(inspectionOf(reply)); });
}

void PairSession::takeFacts(const Inspection& inspection) {
  if (inspection.models.empty()) {
    // The catalog looks at every pair and says why; until then nothing is to begin.
    const PairEntry* entry = views_.pairs.pair();
    const bool told = entry != nullptr && !views_.pairs.standing(*entry).obstacle.isEmpty();
    if (!told) views_.panel.setPairProblem(inWindowWords(inspection.problem));
    session_.prepareNothing();
    return;
  }
  views_.panel.setLargeFacts(inspection.models.front());
  session_.prepare(loadable(views_.panel, inspection.models.front()), preferences_.runSettings());
}

/// A pair that came back is loaded after all.
void PairSession::takeLook(const PairEntry& pair, const QString& obstacle) {
  const PairEntry* chosen = views_.pairs.pair();
  if (chosen == nullptr || chosen->name != pair.name) return;
  views_.panel.setPairProblem(obstacle);
  if (obstacle.isEmpty() && std::exchange(unusable_, false)) {
    views_.notice.withdraw(NoticeMatter::Pair);
    askFacts(*chosen);
  }
  if (obstacle.isEmpty()) return;
  unusable_ = true;
  views_.notice.say(obstacle, NoticeMatter::Pair);
}

void PairSession::chooseModels(QWidget* window, const QString& large) {
  ModelPlaces places{large.toStdString(), {}};
  if (const PairEntry* entry = views_.pairs.pair()) {
    const auto& vae = entry->defaults.vae;
    places = {large.isEmpty() ? entry->large.string() : large.toStdString(), entry->small.string(),
              vae ? vae->location.string() : std::string()};
  }
  chooseModels(window, places);
}

void PairSession::chooseModels(QWidget* window, const ModelPlaces& places) {
  auto* dialog = new ChooseModelsDialog(session_.engine(), window);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setPlaces(places);
  connect(dialog, &ChooseModelsDialog::pairChosen, this, &PairSession::useOwn);
  dialog->show();
}

void PairSession::store() {
  if (const PairEntry* entry = views_.pairs.pair()) state_.pair.set(QString::fromStdString(entry->name));
}

}  // namespace tstitch::ui
