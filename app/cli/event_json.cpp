#include "app/cli/event_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/request/request_json.h"

namespace tstitch::cli {
using nlohmann::ordered_json;

namespace {

const char* stage_name(Stage stage) {
  switch (stage) {
    case Stage::Loading:
      return "loading";
    case Stage::Text:
      return "text";
    case Stage::Sampling:
      return "sampling";
    case Stage::Decoding:
      return "decoding";
    case Stage::Saving:
      return "saving";
  }
  return "";
}

/// Infinite sigmas (zero-terminal-SNR starts) have no JSON number.
ordered_json finite_or_null(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

struct EventWriter {
  ordered_json operator()(const StageChanged& event) const {
    return {{"event", "stage"}, {"stage", stage_name(event.stage)}};
  }
  ordered_json operator()(const StepDone& event) const {
    return {{"event", "step"},         {"evaluation", event.evaluation.value + 1},   {"evaluations", event.of},
            {"model", event.denoiser}, {"sigma", finite_or_null(event.sigma.value)}, {"seconds", event.took.value}};
  }
  ordered_json operator()(const ImageSaved& event) const {
    return {{"event", "saved"}, {"file", event.image.file.string()}, {"seed", event.image.seed}};
  }
  ordered_json operator()(const Warning& event) const { return {{"event", "warning"}, {"text", event.text}}; }
  ordered_json operator()(const CellBegun& event) const { return {{"event", "cell"}, {"cell", event.cell}}; }
  ordered_json operator()(const CellEnded& event) const {
    return {{"event", "cell_done"},
            {"cell", event.cell},
            {"file", event.file.string()},
            {"seconds", event.seconds.value},
            {"error", event.error.empty() ? ordered_json(nullptr) : ordered_json(event.error)}};
  }
  ordered_json operator()(const LoadProgress&) const { return nullptr; }
  ordered_json operator()(const StepBegun&) const { return nullptr; }
  ordered_json operator()(const PreviewReady&) const { return nullptr; }
};

const char* ending_name(const Outcome& outcome) {
  if (std::holds_alternative<Finished>(outcome)) return "finished";
  return std::holds_alternative<Cancelled>(outcome) ? "cancelled" : "failed";
}

ordered_json segments_json(const std::vector<SegmentTime>& segments) {
  ordered_json list = ordered_json::array();
  for (const SegmentTime& segment : segments) {
    list.push_back({{"model", segment.denoiser}, {"steps", segment.evaluations}, {"seconds", segment.seconds.value}});
  }
  return list;
}

}  // namespace

std::string event_json(const Event& event) {
  const ordered_json line = std::visit(EventWriter{}, event);
  return line.is_null() ? std::string() : line.dump();
}

ordered_json error_json(const std::string& what, const std::string& where, const std::string& hint, ExitCode code) {
  return {{"what", what}, {"where", where}, {"hint", hint}, {"exit", static_cast<int>(code)}};
}

ordered_json seconds_json(const std::optional<double>& seconds) {
  return seconds ? ordered_json(*seconds) : ordered_json(nullptr);
}

std::string outcome_json(const Outcome& outcome) {
  const RunReport& report = report_of(outcome);
  ordered_json images = ordered_json::array();
  for (const SavedImage& image : report.images) {
    images.push_back({{"file", image.file.string()}, {"seed", image.seed}});
  }
  ordered_json line = {{"outcome", ending_name(outcome)},
                       {"segments", segments_json(report.segments)},
                       {"images", images},
                       {"seconds",
                        {{"load", report.seconds.load},
                         {"text", report.seconds.text},
                         {"sample", report.seconds.sample},
                         {"decode", report.seconds.decode}}},
                       {"request", ordered_json::parse(to_json(report.request))}};
  if (const auto* failed = std::get_if<Failed>(&outcome)) {
    line["error"] = error_json(failed->what, failed->where, failed->hint, failed->code);
  }
  return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace tstitch::cli
