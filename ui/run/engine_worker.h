#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/engine/engine.h"
#include "core/jobs/job.h"
#include "ui/widgets/mailbox.h"

namespace tstitch::ui {

/// The number of a run in this window, counted from 1.
using RunId = quint64;

/// A preview on its way to the big view.
struct PreviewFrame {
  RunId run = 0;
  int evaluation = 0;
  std::shared_ptr<const Image> image;
};

using PreviewMailbox = Mailbox<PreviewFrame>;

/// What `inspect` found, or the sentence that says why nothing was found.
struct Inspection {
  std::vector<ModelFacts> models;
  std::string problem;
};

/// A picture's request with the places of its models, or why they are not here.
struct LocateAnswer {
  GenerationRequest asked;
  std::optional<GenerationRequest> located;
  std::string problem;
};

/// A plan, or why there is none.
struct PlanAnswer {
  std::optional<RunPlan> plan;
  std::string problem;
};

/// The map that a control makes of its picture, or why there is none; neither when a newer question took its place.
struct ControlMapAnswer {
  std::shared_ptr<const Image> map;
  std::string problem;
};

/// Owns the engine and lives in its thread; created with it, moved there once. Its functions are called in that thread
/// only (queued); it never touches a widget.
class EngineWorker : public QObject {
  Q_OBJECT

 public:
  using EngineFactory = std::function<std::unique_ptr<Engine>()>;

  /// The engine is made in the worker's thread, so that the window does not wait for it.
  EngineWorker(EngineFactory makeEngine, std::shared_ptr<PreviewMailbox> previews);
  ~EngineWorker() override;

  void start();
  void inspect(quint64 question, const std::vector<std::filesystem::path>& places);
  void mapControl(quint64 question, const ControlChoice& choice, const Extent& extent, const std::stop_token& stop);
  void locate(const GenerationRequest& request);
  void plan(const GenerationRequest& request, const RunSettings& settings);
  void prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop);
  void generate(RunId run, const Job& job, const std::stop_token& stop);
  void makeGrid(RunId run, const GridJob& job, const std::stop_token& stop);

 Q_SIGNALS:
  void pairsKnown(const std::vector<tstitch::PairEntry>& pairs);
  /// What the engine's machine computes fast where it chooses the device.
  void fastPrecisionsKnown(const std::vector<tstitch::Precision>& precisions);
  void engineFailed(const QString& sentence);
  void inspected(quint64 question, const tstitch::ui::Inspection& inspection);
  void controlMapped(quint64 question, const tstitch::ui::ControlMapAnswer& answer);
  void located(const tstitch::ui::LocateAnswer& answer);
  void planned(const tstitch::ui::PlanAnswer& answer);
  /// Loading, its bytes and its warnings.
  void prepareEvent(const tstitch::Event& event);
  void prepared(const tstitch::Outcome& outcome);
  void runEvent(quint64 run, const tstitch::Event& event);
  /// The mailbox was empty and holds a frame now.
  void previewPosted();
  void generated(quint64 run, const tstitch::Outcome& outcome);
  void gridMade(quint64 run, const tstitch::GridReport& report, const QString& problem);

 private:
  void report(RunId run, const Event& event);
  /// The settings with a precision that the machine computes fast; another one is told.
  RunSettings usable(RunSettings settings, const EventSink& tell);

  EngineFactory makeEngine_;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<PreviewMailbox> previews_;
};

}  // namespace tstitch::ui
