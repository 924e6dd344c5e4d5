#include "ui/run/plan_watch.h"

#include <QFileInfo>
#include <utility>

#include "core/engine/run_plan.h"
#include "ui/engine/engine_client.h"
#include "ui/engine/usable_settings.h"
#include "ui/generate/create_panel.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

constexpr int kDelayMs = 150;

}  // namespace

PlanWatch::PlanWatch(Session& session, CreatePanel& panel, NoticeBar& notice, Preferences& preferences)
    : QObject(&panel), session_(session), panel_(panel), notice_(notice), preferences_(preferences) {
  soon_.setSingleShot(true);
  soon_.setInterval(kDelayMs);
  connect(&soon_, &QTimer::timeout, this, &PlanWatch::ask);
}

void PlanWatch::follow(const GenerationRequest& request) {
  if (!panel_.problems().isEmpty()) panel_.setNotes({});
  dropStaleNotices(request);
  if (!request.denoisers.empty()) soon_.start();
}

void PlanWatch::dropStaleNotices(const GenerationRequest& request) {
  QStringList additions;
  const auto note = [&](const std::filesystem::path& place) {
    if (!place.empty()) additions << QString::fromStdString(place.string());
  };
  for (const LoraChoice& lora : request.loras) note(lora.model.location);
  for (const ControlChoice& control : request.controls) {
    note(control.model.location);
    note(control.picture.location);
    if (control.annotator) note(control.annotator->location);
  }
  if (request.source) note(request.source->picture.location);
  if (additions == additions_) return;
  for (const QString& before : std::exchange(additions_, additions)) {
    if (additions.contains(before)) continue;
    for (const QString& name : {before, QFileInfo(before).fileName(), QFileInfo(before).completeBaseName()}) {
      notice_.withdrawNaming(name);
    }
  }
  panel_.setNotes({});  // the next plan says what is true of these
}

void PlanWatch::ask() {
  if (!panel_.problems().isEmpty()) return;
  session_.engine().askNewest(
      this,
      [request = session_.request(), settings = preferences_.runSettings()](Library& library) {
        return library.plan(request, usableSettings(library, settings));
      },
      [this, request = session_.request()](const Reply<tstitch::RunPlan>& reply) {
        reply.value ? take(request, *reply.value) : panel_.setNotes(QString::fromStdString(reply.problem));
      });
}

void PlanWatch::take(const GenerationRequest& request, const RunPlan& plan) {
  QStringList notes;
  for (const std::string& note : plan.notes) notes << inWindowWords(note);
  panel_.setPlan(request, plan, notes.join(u'\n'));
  Q_EMIT planned(plan);
}

}  // namespace tstitch::ui
