#include "core/jobs/figure_reading.h"

#include <array>
#include <string>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/text_file.h"
#include "core/image/image_file.h"
#include "core/jobs/grid_export.h"
#include "core/request/request_json.h"

namespace tstitch {
namespace {

constexpr std::uintmax_t kLargestFigure = 256U << 20U;
constexpr std::size_t kMostAxes = 16;

std::string unescaped(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 4> kEntities{
      {{"&quot;", '"'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}}};
  std::string plain;
  while (!text.empty()) {
    std::size_t length = 1;
    char byte = text.front();
    for (const auto& [entity, meant] : kEntities) {
      if (!text.starts_with(entity)) continue;
      length = entity.size();
      byte = meant;
    }
    plain += byte;
    text.remove_prefix(length);
  }
  return plain;
}

/// What stands between <name> and </name>, where both are there.
std::optional<std::string_view> element(std::string_view text, std::string_view name) {
  const std::string first = concat('<', name, '>'), last = concat("</", name, '>');
  const std::size_t begin = text.find(first);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find(last, begin);
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(begin + first.size(), end - begin - first.size());
}

GridAxis axis_of(const nlohmann::json& json) {
  GridAxis axis{json.at("name").get<std::string>(), {}};
  for (const auto& value : json.at("values")) {
    axis.values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    if (axis.values.size() > kMostCells) throw BadInput("the axes of this grid are too long.");
  }
  return axis;
}

std::optional<GridRecord> of_png(const std::filesystem::path& file) {
  for (const PictureText& text : read_picture(file, PictureContent::Texts).texts) {
    if (text.keyword == kGridKeyword) return parse_grid_metadata(text.text, file.string());
  }
  return std::nullopt;
}

}  // namespace

GridRecord parse_grid_metadata(std::string_view json, const std::string& label) {
  JsonLimits limits;
  limits.bytes = kLargestText;
  const nlohmann::json whole = parse_bounded_json(json, label, limits);
  GridRecord record;
  try {
    const nlohmann::json& axes = whole.at("axes");
    if (axes.size() > kMostAxes) throw BadInput("the grid has too many axes.", label);
    for (const auto& axis : axes) record.axes.push_back(axis_of(axis));
    record.across = whole.value("across", std::string());
    if (whole.contains("request")) record.request = request_from_json(whole.at("request").dump());
  } catch (const nlohmann::json::exception&) {
    throw BadInput("this is not what a grid says of itself.", label);
  }
  return record;
}

std::optional<GridRecord> parse_figure_text(std::string_view text, const std::string& label) {
  for (const std::string_view name : {std::string_view("metadata"), kGridElement}) {
    const auto found = element(text, name);
    if (found && found->starts_with("{")) return parse_grid_metadata(unescaped(*found), label);
  }
  return std::nullopt;
}

std::optional<GridRecord> read_grid_figure(const std::filesystem::path& file) {
  const std::string ending = file.extension().string();
  if (ending == ".png") return of_png(file);
  if (ending == ".json") return parse_grid_metadata(read_text_file(file, kLargestText), file.string());
  if (ending != ".svg" && ending != ".pdf") return std::nullopt;
  return parse_figure_text(read_text_file(file, kLargestFigure), file.string());
}

}  // namespace tstitch
