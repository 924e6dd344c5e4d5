#include "ui/models/pair_care.h"

#include <memory>
#include <utility>

#include "core/request/request_json.h"
#include "ui/engine/engine_rack.h"
#include "ui/engine/usable_settings.h"
#include "ui/generate/cost_view.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/trajectory_section.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {
namespace {

/// The models alone: what else stands in the controls may not be finished.
GenerationRequest modelsOf(const GenerationRequest& request) {
  GenerationRequest models;
  models.denoisers = request.denoisers;
  models.vae = request.vae;
  models.text = request.text;
  models.split = RatioSplit{{Percent{0}}, SplitRule::Floor};
  models.steps = 1;
  models.class_label = 0;
  return models;
}

}  // namespace

PairCare::PairCare(Session& session, CreatePanel& panel, NoticeBar& notice, Preferences& preferences)
    : QObject(&panel), session_(session), panel_(panel), notice_(notice), preferences_(preferences) {
  connect(panel_.trajectory()->cost(), &CostView::measureRequested, this, &PairCare::measure);
  connect(panel_.trajectory()->cost(), &CostView::freeMemoryRequested, this, &PairCare::freeMemory);
}

void PairCare::follow(const GenerationRequest& request) {
  if (request.denoisers.empty()) return;
  const GenerationRequest models = modelsOf(request);
  if (std::exchange(models_, to_json(models, RequestForm::Local)) == to_json(models, RequestForm::Local)) return;
  panel_.setTokenCounter({});
  askTokenizers(models);
}

/// Why the engine cannot answer (a model that is not there) is said when the pair is looked at.
void PairCare::askTokenizers(const GenerationRequest& request) {
  session_.engine().askNewest(
      this, [request](Library& library) { return std::make_shared<const TokenCounter>(library.tokenizers(request)); },
      [this](const Reply<std::shared_ptr<const TokenCounter>>& reply) {
        if (!reply.problem.empty()) models_.clear();  // asked again at the next change
        if (reply.value) panel_.setTokenCounter(**reply.value);
      });
}

void PairCare::measure() {
  if (measuring_) return;
  measuring_ = true;
  stop_ = std::stop_source();
  panel_.trajectory()->cost()->setMeasuring(true);
  Q_EMIT measuringChanged();
  GenerationRequest request = panel_.request();
  if (request.prompt.empty()) request.prompt = "picture";  // times are the same for every text
  session_.engine().compute(
      this,
      [request, settings = preferences_.runSettings(), stop = stop_.get_token()](Engine& engine) {
        return engine.bench(request, usableSettings(engine, settings), stop, [](const Event&) {});
      },
      [this](const Reply<BenchReport>& reply) {
        measuring_ = false;
        panel_.trajectory()->cost()->setMeasuring(false);
        if (!reply.problem.empty()) notice_.say(QString::fromStdString(reply.problem), NoticeMatter::Run);
        Q_EMIT measuringChanged();
        Q_EMIT changed();
      });
}

void PairCare::stop() {
  stop_.request_stop();
}

void PairCare::freeMemory() {
  for (const auto& engine : session_.engines().engines()) {
    if (engine->standing() != EngineStanding::Ready) continue;
    engine->compute(
        this,
        [](Engine& held) {
          held.free_memory();
          return true;
        },
        [this](const Reply<bool>&) {
          notice_.sayInstead(tr("The models were let go; the next run loads them again."), NoticeMatter::Loading);
          Q_EMIT changed();
        });
  }
}

}  // namespace tstitch::ui
