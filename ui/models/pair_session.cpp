#include "ui/models/pair_session.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/request/model_names.h"
#include "ui/engine/inspection.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/settings_import.h"
#include "ui/models/choose_models_dialog.h"
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
      catalog_(new PairCatalog(session_.engine(), views_.pairs)) {
  connect(catalog_, &PairCatalog::obstacleFound, this, &PairSession::tellObstacle);
  connect(&views_.panel, &CreatePanel::noticed, this,
          [this](const QString& sentence) { views_.notice.say(sentence, NoticeMatter::Pair); });
  connect(&views_.pairs, &PairBox::pairChosen, this, &PairSession::pairChanged);
  recallOwnPair();
  connect(&session_.engine(), &EngineClient::standingChanged, this, &PairSession::askPairs);
}

/// Once it is ready; an engine that is not to be had says so itself.
void PairSession::askPairs() {
  if (pairsAreKnown_ || session_.engine().standing() != EngineStanding::Ready) return;
  session_.engine().askNewest(
      &views_.pairs, [](Library& library) { return library.pairs(); },
      [this](const Reply<std::vector<PairEntry>>& reply) {
        if (reply.value && !std::exchange(pairsAreKnown_, true)) takePairs(*reply.value);
      });
}

/// The last session's pair of the user's own, where its models are still there and the launcher names no other.
void PairSession::recallOwnPair() {
  const auto last = state_.request.get();
  if (!last || !state_.pair.get().contains(QStringLiteral(" + "))) return;
  const QString large = placeOf(find_denoiser(*last, "large"));
  const QString small = placeOf(find_denoiser(*last, "small"));
  if (!wanted_.large.isEmpty() || !wanted_.small.isEmpty() || !QFileInfo::exists(large) || small.isEmpty()) return;
  wanted_.large = large;
  wanted_.small = small;
  if (last->vae) wanted_.vae = QString::fromStdString(last->vae->location.string());
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

void PairSession::pairChanged() {
  const PairEntry* entry = views_.pairs.pair();
  if (entry == nullptr) return;
  views_.notice.withdraw(NoticeMatter::Pair);
  const bool asLastTime = firstPair_ && QString::fromStdString(entry->name) == state_.pair.get();
  firstPair_ = false;
  views_.panel.setPair(*entry, asLastTime || views_.import.isChoosingPair() ? CreatePanel::Values::Keep
                                                                            : CreatePanel::Values::TakeDefaults);
  if (const ModelFacts* known = catalog_->largeFacts(*entry)) views_.panel.setLargeFacts(*known);
  session_.engine().askNewest(this, inspecting({entry->large}),
                              [this](const Reply<std::vector<ModelFacts>>& reply) { takeFacts(inspectionOf(reply)); });
}

void PairSession::takeFacts(const Inspection& inspection) {
  if (inspection.models.empty()) {
    const PairEntry* entry = views_.pairs.pair();
    const bool known = entry != nullptr && !entry->not_here.empty();
    views_.notice.say(inWindowWords(known ? entry->not_here : inspection.problem), NoticeMatter::Pair);
    session_.prepareNothing();
    return;
  }
  views_.panel.setLargeFacts(inspection.models.front());
  session_.prepare(loadable(views_.panel, inspection.models.front()), preferences_.runSettings());
}

void PairSession::tellObstacle(const PairEntry& pair, const QString& obstacle) {
  const PairEntry* chosen = views_.pairs.pair();
  if (chosen != nullptr && chosen->name == pair.name) views_.notice.say(obstacle, NoticeMatter::Pair);
}

void PairSession::chooseModels(QWidget* window, const QString& large) {
  auto* dialog = new ChooseModelsDialog(session_.engine(), window);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  if (const PairEntry* entry = views_.pairs.pair()) {
    const auto& vae = entry->defaults.vae;
    dialog->setPlaces({large.isEmpty() ? entry->large.string() : large.toStdString(), entry->small.string(),
                       vae ? vae->location.string() : std::string()});
  }
  connect(dialog, &ChooseModelsDialog::pairChosen, this,
          [this](const ModelPlaces& places) { views_.pairs.addPair(pairFromPlaces(places)); });
  dialog->show();
}

void PairSession::store() {
  if (const PairEntry* entry = views_.pairs.pair()) state_.pair.set(QString::fromStdString(entry->name));
}

}  // namespace tstitch::ui
