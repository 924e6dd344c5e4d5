#include "core/jobs/grid_files.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/request/option_text.h"
#include "core/request/request_json.h"
#include "core/system/cache_file.h"

namespace tstitch {
using nlohmann::ordered_json;

namespace {

constexpr const char* kFile = "grid.json";

const char* state_name(CellState state) {
  switch (state) {
    case CellState::Waiting:
      return "waiting";
    case CellState::Saved:
      return "saved";
    case CellState::Failed:
      return "failed";
  }
  return "";
}

CellState state_named(const std::string& name) {
  for (const CellState state : {CellState::Saved, CellState::Failed}) {
    if (name == state_name(state)) return state;
  }
  return CellState::Waiting;
}

/// Seeds are numbers; everything else is written as the user wrote it.
ordered_json value_json(const std::string& axis, const std::string& value) {
  return axis == "seed" ? ordered_json(parse_seed(value)) : ordered_json(value);
}

std::string value_text(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

ordered_json cell_json(const GridRecord& record, const CellRecord& cell) {
  ordered_json axes = ordered_json::object();
  for (std::size_t i = 0; i < record.axes.size(); ++i) {
    axes[record.axes[i].name] = value_json(record.axes[i].name, cell.values[i]);
  }
  ordered_json whole{{"axes", axes},
                     {"state", state_name(cell.state)},
                     {"file", cell.file.string()},
                     {"seconds", cell.seconds},
                     {"error", cell.error.empty() ? ordered_json(nullptr) : ordered_json(cell.error)}};
  if (!cell.note.empty()) whole["note"] = cell.note;
  return whole;
}

CellRecord cell_of(const nlohmann::json& json, const std::vector<GridAxis>& axes) {
  CellRecord cell;
  for (const GridAxis& axis : axes) cell.values.push_back(value_text(json.at("axes").at(axis.name)));
  cell.state = state_named(json.at("state").get<std::string>());
  cell.file = json.at("file").get<std::string>();
  cell.seconds = json.at("seconds").get<double>();
  if (const auto& error = json.at("error"); !error.is_null()) cell.error = error.get<std::string>();
  cell.note = json.value("note", std::string());
  return cell;
}

/// A newer program's request, or one that makes no picture, counts as none.
std::optional<GenerationRequest> request_of(const nlohmann::json& json) {
  try {
    return request_from_json(json.dump());
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool is_safe_byte(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || byte == '.' ||
         byte == '%' || byte == '-';
}

}  // namespace

GridRecord read_grid_record(const std::filesystem::path& folder) {
  const nlohmann::json json = read_cache_file(folder / kFile);
  GridRecord record;
  try {
    for (const auto& axis : json.at("axes")) {
      record.axes.push_back({axis.at("name").get<std::string>(), {}});
      for (const auto& value : axis.at("values")) record.axes.back().values.push_back(value_text(value));
    }
    for (const auto& cell : json.at("cells")) record.cells.push_back(cell_of(cell, record.axes));
    record.evaluations = json.at("evaluations").get<std::map<DenoiserName, int>>();
    record.composite = json.at("composite").get<std::string>();
    record.across = json.value("across", std::string());
    if (json.contains("request")) record.request = request_of(json.at("request"));
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return record;
}

void write_grid_record(const std::filesystem::path& folder, const GridRecord& record) {
  ordered_json axes = ordered_json::array();
  for (const GridAxis& axis : record.axes) {
    ordered_json values = ordered_json::array();
    for (const std::string& value : axis.values) values.push_back(value_json(axis.name, value));
    axes.push_back({{"name", axis.name}, {"values", values}});
  }
  ordered_json cells = ordered_json::array();
  for (const CellRecord& cell : record.cells) cells.push_back(cell_json(record, cell));
  ordered_json whole = {
      {"axes", axes}, {"cells", cells}, {"evaluations", record.evaluations}, {"composite", record.composite}};
  if (!record.across.empty()) whole["across"] = record.across;
  if (record.request) whole["request"] = parse_ordered_json(to_json(*record.request));
  replace_file(folder / kFile, whole.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

std::string cell_file_stem(const std::vector<GridAxis>& axes, const std::vector<std::string>& values) {
  constexpr std::size_t kLongest = 120;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    std::string part = axes[i].name + "-" + values[i];
    std::replace_if(
        part.begin(), part.end(), [](char byte) { return !is_safe_byte(byte); }, '-');
    parts.push_back(part.substr(0, kLongest / axes.size()));
  }
  return join(parts, "_");
}

std::string axis_label(const std::string& axis, const std::string& value) {
  if (axis == "ratio" && value.ends_with('%')) return concat(value.substr(0, value.size() - 1), " %");
  return axis == "prompt" ? concat(axis, " \"", value, "\"") : concat(axis, " ", value);
}

}  // namespace tstitch
