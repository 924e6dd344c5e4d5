#include "app/cli/event_json.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "core/base/bounded_json.h"
#include "core/base/text.h"
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

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json cell_json(const CellEnded& cell) {
  return {{"cell", cell.cell},
          {"file", text_or_null(cell.file.string())},
          {"seconds", cell.seconds.value},
          {"error", text_or_null(cell.error)}};
}

struct EventWriter {
  ordered_json operator()(const StageChanged& event) const {
    return {{"event", "stage"}, {"stage", stage_name(event.stage)}};
  }
  ordered_json operator()(const EvaluationCounts& event) const {
    return {{"event", "planned"}, {"evaluations", event.evaluations}};
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
    ordered_json line = {{"event", "cell_done"}};
    line.update(cell_json(event));
    return line;
  }
  ordered_json operator()(const LoadProgress&) const { return nullptr; }
  ordered_json operator()(const StepBegun&) const { return nullptr; }
  ordered_json operator()(const PreviewReady&) const { return nullptr; }
};

const char* ending_name(const Outcome& outcome) {
  if (std::holds_alternative<Finished>(outcome)) return "finished";
  return std::holds_alternative<Cancelled>(outcome) ? "cancelled" : "failed";
}

ordered_json error_json(const Failed& failed) {
  return {
      {"what", failed.what}, {"where", failed.where}, {"hint", failed.hint}, {"exit", static_cast<int>(failed.code)}};
}

/// A grid is cancelled as a whole; it failed where a cell did.
Outcome outcome_of(const GridReport& report) {
  if (report.cancelled) return Cancelled{};
  if (const std::string whole = common_failure(report); !whole.empty()) {
    return Failed{whole, {}, {}, report.first_failure, {}};
  }
  for (const CellEnded& cell : report.cells) {
    if (!cell.error.empty()) return Failed{cell.error, concat("cell ", cell.cell + 1), {}, report.first_failure, {}};
  }
  return Finished{};
}

ordered_json segments_json(const std::vector<SegmentTime>& segments) {
  ordered_json list = ordered_json::array();
  for (const SegmentTime& segment : segments) {
    list.push_back({{"model", segment.denoiser}, {"steps", segment.evaluations}, {"seconds", segment.seconds.value}});
  }
  return list;
}

}  // namespace

void print_line(const ordered_json& line) {
  std::cout << line.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  require_output_written();
}

ordered_json event_json(const Event& event) {
  return std::visit(EventWriter{}, event);
}

ordered_json seed_json(std::uint64_t seed) {
  return {{"event", "seed"}, {"seed", seed}};
}

ordered_json number_or_null(const std::optional<double>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

ordered_json ending_json(const Outcome& outcome) {
  ordered_json line = {{"outcome", ending_name(outcome)}};
  if (const auto* failed = std::get_if<Failed>(&outcome)) line["error"] = error_json(*failed);
  return line;
}

ordered_json outcome_json(const Outcome& outcome) {
  const RunReport& report = report_of(outcome);
  ordered_json images = ordered_json::array();
  for (const SavedImage& image : report.images) {
    images.push_back({{"file", image.file.string()}, {"seed", image.seed}});
  }
  ordered_json line = ending_json(outcome);
  line.update({{"segments", segments_json(report.segments)},
               {"images", images},
               {"seconds",
                {{"load", report.seconds.load},
                 {"text", report.seconds.text},
                 {"sample", report.seconds.sample},
                 {"decode", report.seconds.decode}}},
               {"request", parse_ordered_json(to_json(report.request))}});
  return line;
}

std::string common_failure(const GridReport& report) {
  const std::string first = report.cells.empty() ? std::string() : report.cells.front().error;
  const bool common =
      std::all_of(report.cells.begin(), report.cells.end(), [&](const CellEnded& cell) { return cell.error == first; });
  return common ? first : std::string();
}

ordered_json grid_json(const GridReport& report) {
  ordered_json line = ending_json(outcome_of(report));
  line["cells"] = ordered_json::array();
  for (const CellEnded& cell : report.cells) line["cells"].push_back(cell_json(cell));
  line["evaluations"] = report.evaluations;
  line["composite"] = text_or_null(report.composite.string());
  return line;
}

}  // namespace tstitch::cli
