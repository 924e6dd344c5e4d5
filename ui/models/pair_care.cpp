#include "ui/models/pair_care.h"

#include <memory>

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

/// The run without what may not be finished and no tokenizer hangs on.
GenerationRequest modelsOf(GenerationRequest request) {
  request.prompt.clear();
  request.negative_prompt.reset();
  request.split = RatioSplit{{Percent{0}}, SplitRule::Floor};
  request.extent = {};
  request.seed = 0;
  request.class_label.reset();  // models that draw what a prompt says refuse one
  request.source.reset();
  request.second_pass.reset();
  request.controls.clear();
  request.loras.clear();
  request.embeddings.clear();
  return request;
}

/// What tokenizers hang on.
std::string namesOf(const GenerationRequest& request) {
  GenerationRequest names;
  names.denoisers = request.denoisers;
  names.vae = request.vae;
  names.text = request.text;
  return to_json(names, RequestForm::Local);
}

}  // namespace

PairCare::PairCare(Session& session, CreatePanel& panel, NoticeBar& notice, Preferences& preferences)
    : QObject(&panel), session_(session), panel_(panel), notice_(notice), preferences_(preferences) {
  connect(panel_.trajectory()->cost(), &CostView::measureRequested, this, &PairCare::measure);
  connect(panel_.trajectory()->cost(), &CostView::freeMemoryRequested, this, &PairCare::freeMemory);
}

void PairCare::follow(const GenerationRequest& request) {
  const std::string models = namesOf(request);
  if (request.denoisers.empty() || models == models_) return;
  models_ = models;
  panel_.setTokenCounter({});
  askTokenizers(modelsOf(request));
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
        return engine.bench(request, usableSettings(engine, settings), BenchDetail::Times, stop, [](const Event&) {});
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
