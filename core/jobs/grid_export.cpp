#include "core/jobs/grid_export.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/image/image_file.h"
#include "core/image/picture_difference.h"
#include "core/image/png.h"
#include "core/image/webp_animation.h"
#include "core/request/request_json.h"

namespace tstitch {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

using Pictures = std::vector<std::shared_ptr<const Image>>;

constexpr int kFrameMilliseconds = 700;

/// How far a cell is from the 0 % cell beside it; nothing where one of the two is missing or has another size.
std::optional<PictureDifference> difference_of(const GridTable& table, const Pictures& pictures, std::size_t cell) {
  const auto whole = table.all_large(cell);
  if (!whole || pictures[cell] == nullptr || pictures[*whole] == nullptr) return std::nullopt;
  const Image& a = *pictures[*whole];
  const Image& b = *pictures[cell];
  if (a.width != b.width || a.height != b.height) return std::nullopt;
  return picture_difference(a, b);
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char byte : text) quoted += byte == '"' ? "\"\"" : std::string(1, byte);
  return quoted + '"';
}

std::string csv_line(std::vector<std::string> fields) {
  for (std::string& field : fields) field = csv_field(field);
  return join(fields, ",") + "\r\n";
}

const char* state_word(CellState state) {
  return state == CellState::Saved ? "saved" : state == CellState::Failed ? "failed" : "waiting";
}

std::string csv_of(const GridRecord& record, const Pictures& pictures) {
  const GridTable table(record.axes, record.across);
  std::vector<std::string> head;
  for (const GridAxis& axis : record.axes) head.push_back(axis.name);
  for (const char* name : {"state", "file", "seconds", "rms", "psnr", "ssim", "error"}) head.emplace_back(name);
  std::string csv = csv_line(head);
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    const CellRecord& cell = record.cells[i];
    std::vector<std::string> fields = cell.values;
    fields.emplace_back(state_word(cell.state));
    fields.push_back(cell.file.string());
    fields.push_back(cell.state == CellState::Saved ? number_text(cell.seconds) : "");
    const auto difference = difference_of(table, pictures, i);
    fields.push_back(difference ? number_text(difference->rms) : "");
    fields.push_back(difference ? std::isinf(difference->psnr) ? "inf" : number_text(difference->psnr) : "");
    fields.push_back(difference && difference->ssim ? number_text(*difference->ssim) : "");
    fields.push_back(cell.error);
    csv += csv_line(fields);
  }
  return csv;
}

ordered_json json_cell(const GridRecord& record, const std::optional<PictureDifference>& difference,
                       const CellRecord& cell) {
  ordered_json object = ordered_json::object();
  for (std::size_t i = 0; i < record.axes.size(); ++i) object["axes"][record.axes[i].name] = cell.values[i];
  object["state"] = state_word(cell.state);
  object["file"] = cell.file.string();
  object["seconds"] = cell.seconds;
  if (!cell.error.empty()) object["error"] = cell.error;
  if (!difference) return object;
  object["rms"] = difference->rms;
  object["psnr"] = std::isinf(difference->psnr) ? ordered_json(nullptr) : ordered_json(difference->psnr);
  if (difference->ssim) object["ssim"] = *difference->ssim;
  return object;
}

std::string json_of(const GridRecord& record, const Pictures& pictures) {
  const GridTable table(record.axes, record.across);
  ordered_json whole = parse_ordered_json(grid_metadata(record));
  whole["evaluations"] = record.evaluations;
  whole["cells"] = ordered_json::array();
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    whole["cells"].push_back(json_cell(record, difference_of(table, pictures, i), record.cells[i]));
  }
  return whole.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// The saved cells in reading order, each in the middle of a frame as large as the largest.
std::string animation_of(const GridRecord& record, const Pictures& pictures) {
  Image canvas;
  for (const auto& picture : pictures) {
    if (picture == nullptr) continue;
    canvas.width = std::max(canvas.width, picture->width);
    canvas.height = std::max(canvas.height, picture->height);
  }
  canvas.rgb.assign(std::size_t(canvas.width) * std::size_t(canvas.height) * 3, 0);
  const GridTable table(record.axes, record.across);
  std::vector<AnimationFrame> frames;
  for (std::size_t i = 0; i < table.cells(); ++i) {
    const auto& picture = pictures[table.cell(i / table.columns(), i % table.columns())];
    if (picture == nullptr) continue;
    Image frame = canvas;
    const int left = (canvas.width - picture->width) / 2, top = (canvas.height - picture->height) / 2;
    for (int y = 0; y < picture->height; ++y) {
      std::copy_n(picture->rgb.begin() + std::ptrdiff_t(y) * picture->width * 3, std::ptrdiff_t(picture->width) * 3,
                  frame.rgb.begin() + (std::ptrdiff_t(top + y) * canvas.width + left) * 3);
    }
    frames.push_back({std::move(frame), kFrameMilliseconds});
  }
  return encode_webp_animation(frames);
}

}  // namespace

std::string grid_metadata(const GridRecord& record) {
  ordered_json axes = ordered_json::array();
  for (const GridAxis& axis : record.axes) axes.push_back({{"name", axis.name}, {"values", axis.values}});
  ordered_json whole{{"tstitch", kRequestVersion}, {"axes", axes}};
  if (!record.across.empty()) whole["across"] = record.across;
  if (record.request) whole["request"] = parse_ordered_json(to_json(*record.request));
  return whole.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Pictures grid_pictures(const fs::path& folder, const GridRecord& record) {
  Pictures pictures;
  for (const CellRecord& cell : record.cells) {
    pictures.push_back(nullptr);
    if (cell.state != CellState::Saved || cell.file.empty() || cell.file != cell.file.filename()) continue;
    try {
      pictures.back() = std::make_shared<const Image>(read_picture(folder / cell.file).image);
    } catch (const BadInput&) {
      continue;  // gone since: its field stays empty
    }
  }
  return pictures;
}

std::string figure_png(const GridRecord& record, const Pictures& pictures) {
  const GridFigure figure = grid_figure(record, pictures);
  return encode_png(paint_figure(figure, figure_layout(figure)), {{kGridKeyword, grid_metadata(record)}});
}

fs::path export_grid(const fs::path& folder, GridFormat format) {
  const GridRecord record = read_grid_record(folder);
  if (record.cells.empty() || GridTable(record.axes, record.across).cells() != record.cells.size()) {
    throw BadInput("there is no grid here that can be read.", folder.string());
  }
  const Pictures pictures = grid_pictures(folder, record);
  if (std::all_of(pictures.begin(), pictures.end(), [](const auto& picture) { return picture == nullptr; })) {
    throw BadInput("there is no picture of a grid here.", folder.string());
  }
  switch (format) {
    case GridFormat::Png:
      return write_export(folder, "png", figure_png(record, pictures));
    case GridFormat::Svg: {
      const GridFigure figure = grid_figure(record, pictures);
      return write_export(folder, "svg", figure_svg(figure, figure_layout(figure), grid_metadata(record)));
    }
    case GridFormat::Csv:
      return write_export(folder, "csv", csv_of(record, pictures));
    case GridFormat::Json:
      return write_export(folder, "json", json_of(record, pictures));
    case GridFormat::WebP:
      break;
  }
  return write_export(folder, "webp", animation_of(record, pictures));
}

fs::path write_export(const fs::path& folder, const std::string& ending, const std::string& bytes) {
  for (int number = 1;; ++number) {
    std::string digits = concat(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    fs::path file = folder / concat("grid-", digits, ".", ending);
    if (write_new_file(file, bytes) == NewFile::Written) return file;
  }
}

}  // namespace tstitch
