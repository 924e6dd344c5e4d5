#include "core/jobs/grid_figure.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/image/lanczos.h"
#include "core/image/lettering.h"
#include "core/image/png.h"
#include "core/request/names.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

constexpr int kLongestFigure = 16000;
constexpr std::size_t kMostLines = 6;  // of title and settings

std::string seconds_text(double seconds) {
  return fixed_text(seconds, seconds < 10 ? 1 : 0) + " s";
}

/// "2.1 s  -41 %", with what it saves against the 0 % cell, and whose picture it shares.
std::string caption(const GridRecord& record, const GridTable& table, std::size_t number) {
  const CellRecord& cell = record.cells[number];
  if (cell.state == CellState::Failed) return "failed";
  if (cell.state != CellState::Saved) return "";
  if (!cell.note.empty()) return cell.note;
  std::string text = seconds_text(cell.seconds);
  const auto whole = table.all_large(number);
  if (!whole || *whole == number || record.cells[*whole].state != CellState::Saved) return text;
  const double alone = record.cells[*whole].seconds;
  const long saved = alone > 0 ? std::lround(100 * (1 - cell.seconds / alone)) : 0;
  if (saved != 0) text += concat("  ", saved > 0 ? "\u2212" : "+", std::labs(saved), " %");
  return text;
}

/// What the cells have in common, without what an axis says.
std::string settings_line(const GridRecord& record) {
  if (!record.request) return {};
  const GenerationRequest& request = *record.request;
  std::vector<std::string> parts;
  const auto add = [&](std::string_view axis, const std::string& text) {
    const bool differs =
        std::any_of(record.axes.begin(), record.axes.end(), [&](const GridAxis& known) { return known.name == axis; });
    if (!differs && !text.empty()) parts.push_back(text);
  };
  std::vector<std::string> models;
  for (const DenoiserChoice& denoiser : request.denoisers) models.push_back(denoiser.model.name);
  add("pair", join(models, " + "));
  add("steps", concat("steps ", request.steps));
  add("sampler", std::string(name_of(request.sampler)));
  add("spacing", request.spacing == Spacing::Default ? "" : std::string(name_of(request.spacing)));
  add("guidance", concat("guidance ", number_text(request.guidance_scale)));
  add("size", request.extent.width == 0 ? "" : text_of(request.extent));
  add("seed", concat("seed ", request.seed));
  return join(parts, ", ");
}

std::string row_label(const GridTable& table, std::size_t row) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : table.row_values(row)) parts.push_back(axis_label(name, value));
  return join(parts, ", ");
}

/// Words in lines of that width; a word that is wider stands alone. What does not fit into the lines is told by dots.
std::vector<std::string> broken(const std::string& text, double size, double width) {
  std::vector<std::string> lines;
  for (const std::string& word : split(text, ' ')) {
    const bool fits = !lines.empty() && lettering_width(lines.back() + " " + word, size) <= width;
    if (fits) {
      lines.back() += " " + word;
    } else if (lines.size() == kMostLines) {
      lines.back() += " \u2026";
      return lines;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

/// Lengths of a figure, all from the size of one cell.
class Composer {
 public:
  explicit Composer(const GridFigure& figure) : figure_(figure) {
    for (const auto& picture : figure.pictures) {
      if (picture == nullptr) continue;
      cell_width_ = std::max(cell_width_, double(picture->width));
      cell_height_ = std::max(cell_height_, double(picture->height));
    }
    if (cell_width_ == 0) cell_width_ = cell_height_ = 96;
    const double most = std::min(double(kLongestFigure) / double(figure.table.columns()) - 120,
                                 double(kLongestFigure) / double(figure.table.rows()) - 120);
    scale_ = std::clamp(most / std::max(cell_width_, cell_height_), 0.01, 1.0);
    cell_width_ *= scale_;
    cell_height_ *= scale_;
    size_ = std::clamp(cell_width_ / 14, 11.0, 40.0);
    line_ = size_ * 1.6;
    gap_ = size_ * 0.8;
    measure();
  }

  FigureLayout compose() {
    FigureLayout layout;
    double y = gap_;
    const double inside = left_ + double(figure_.table.columns()) * (cell_width_ + gap_) - 2 * gap_;
    widest_ = inside;
    y = write(layout, figure_.title, size_ * 1.25, kFigureInk, y);
    y = write(layout, figure_.settings, size_ * 0.9, kFigureGrey, y);
    y = write_columns(layout, y + gap_ / 2);
    for (std::size_t row = 0; row < figure_.table.rows(); ++row) y = place_row(layout, row, y);
    layout.width = static_cast<int>(
        std::ceil(std::max(left_ + double(figure_.table.columns()) * (cell_width_ + gap_), gap_ * 2 + widest_)));
    layout.height = static_cast<int>(std::ceil(y));
    return layout;
  }

 private:
  void measure() {
    const GridTable& table = figure_.table;
    for (const std::string& caption : figure_.captions) {
      cell_width_ = std::max(cell_width_, lettering_width(caption, size_));
    }
    for (std::size_t column = 0; column < table.columns(); ++column) {
      cell_width_ = std::max(cell_width_, lettering_width(column_label(column), size_));
    }
    double labels = 0;
    const double most = std::max(cell_width_, 160.0);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      for (const std::string& line : broken(row_label(table, row), size_, most)) {
        labels = std::max(labels, lettering_width(line, size_));
      }
    }
    left_ = labels > 0 ? labels + 2 * gap_ : gap_;
    row_width_ = most;
  }

  [[nodiscard]] std::string column_label(std::size_t column) const {
    const auto [name, value] = figure_.table.column_value(column);
    return axis_label(name, value);
  }

  [[nodiscard]] double x(std::size_t column) const { return left_ + double(column) * (cell_width_ + gap_); }

  double write(FigureLayout& layout, const std::string& text, double size, const std::array<std::uint8_t, 3>& colour,
               double y) {
    if (text.empty()) return y;
    for (const std::string& line : broken(text, size, widest_)) {
      widest_ = std::max(widest_, lettering_width(line, size));
      layout.texts.push_back({line, gap_, y + lettering_ascent(size), size, Anchor::Left, colour});
      y += size * 1.4;
    }
    return y;
  }

  double write_columns(FigureLayout& layout, double y) {
    for (std::size_t column = 0; column < figure_.table.columns(); ++column) {
      layout.texts.push_back({column_label(column), x(column) + cell_width_ / 2, y + lettering_ascent(size_), size_,
                              Anchor::Middle, kFigureInk});
    }
    return y + line_;
  }

  double place_row(FigureLayout& layout, std::size_t row, double y) {
    const std::vector<std::string> label = broken(row_label(figure_.table, row), size_, row_width_);
    double baseline = y + (cell_height_ - line_ * double(label.size())) / 2 + lettering_ascent(size_);
    for (const std::string& line : label) {
      if (!line.empty()) layout.texts.push_back({line, gap_, baseline, size_, Anchor::Left, kFigureInk});
      baseline += line_;
    }
    for (std::size_t column = 0; column < figure_.table.columns(); ++column) place_cell(layout, row, column, y);
    return y + cell_height_ + line_ + gap_;
  }

  void place_cell(FigureLayout& layout, std::size_t row, std::size_t column, double y) {
    const std::size_t cell = figure_.table.cell(row, column);
    double width = cell_width_, height = cell_height_;
    if (const auto& picture = figure_.pictures[cell]) {
      width = picture->width * scale_;
      height = picture->height * scale_;
    }
    layout.fields.push_back({cell, std::round(x(column) + (cell_width_ - width) / 2),
                             std::round(y + (cell_height_ - height) / 2), width, height});
    const std::string& text = figure_.captions[cell];
    if (text.empty()) return;
    layout.texts.push_back({text, x(column) + cell_width_ / 2, y + cell_height_ + gap_ / 4 + lettering_ascent(size_),
                            size_, Anchor::Middle, kFigureGrey});
  }

  const GridFigure& figure_;
  double cell_width_ = 0, cell_height_ = 0;
  double scale_ = 1;
  double size_ = 0;  ///< of the letters
  double line_ = 0, gap_ = 0, left_ = 0, row_width_ = 0, widest_ = 0;
};

void fill(Image& image, const FigureField& field, const std::array<std::uint8_t, 3>& colour) {
  const int left = static_cast<int>(field.x), top = static_cast<int>(field.y);
  for (int y = top; y < std::min(image.height, top + static_cast<int>(field.height)); ++y) {
    for (int x = left; x < std::min(image.width, left + static_cast<int>(field.width)); ++x) {
      std::copy(colour.begin(), colour.end(), image.rgb.begin() + (std::ptrdiff_t(y) * image.width + x) * 3);
    }
  }
}

void paste(Image& onto, const Image& picture, const FigureField& field) {
  const int left = static_cast<int>(field.x), top = static_cast<int>(field.y);
  const int width = std::min(picture.width, onto.width - left), height = std::min(picture.height, onto.height - top);
  for (int y = 0; y < height; ++y) {
    std::copy_n(picture.rgb.begin() + std::ptrdiff_t(y) * picture.width * 3, std::ptrdiff_t(width) * 3,
                onto.rgb.begin() + (std::ptrdiff_t(top + y) * onto.width + left) * 3);
  }
}

double left_end(const FigureText& text) {
  return text.anchor == Anchor::Left ? text.x : text.x - lettering_width(text.text, text.size) / 2;
}

std::string colour_text(const std::array<std::uint8_t, 3>& colour) {
  return concat("rgb(", int(colour[0]), ",", int(colour[1]), ",", int(colour[2]), ")");
}

/// For the content of an element and for an attribute in double quotes; what XML cannot hold becomes a blank.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char byte : text) {
    switch (byte) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += static_cast<unsigned char>(byte) < 0x20 && byte != '\n' && byte != '\t' ? ' ' : byte;
    }
  }
  return safe;
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 0x3FU];
    }
  }
  return text;
}

std::string svg_field(const FigureField& field, const Image* picture) {
  const std::string place = concat(" x=\"", fixed_text(field.x, 2), "\" y=\"", fixed_text(field.y, 2), "\" width=\"",
                                   fixed_text(field.width, 2), "\" height=\"", fixed_text(field.height, 2), "\"");
  if (picture == nullptr) return concat("<rect", place, " fill=\"", colour_text(kFigureEmpty), "\"/>\n");
  return concat("<image", place, " href=\"data:image/png;base64,", base64(encode_png(*picture, {})), "\"/>\n");
}

std::string svg_text(const FigureText& text) {
  return concat("<text x=\"", fixed_text(text.x, 2), "\" y=\"", fixed_text(text.baseline, 2), "\" font-size=\"",
                fixed_text(text.size, 2), "\" text-anchor=\"", text.anchor == Anchor::Left ? "start" : "middle",
                "\" fill=\"", colour_text(text.colour), "\">", escaped(text.text), "</text>\n");
}

}  // namespace

GridFigure grid_figure(const GridRecord& record, std::vector<std::shared_ptr<const Image>> pictures) {
  GridFigure figure{GridTable(record.axes, record.across), {}, settings_line(record), {}, std::move(pictures)};
  if (record.request) figure.title = record.request->prompt;
  for (std::size_t i = 0; i < record.cells.size(); ++i) figure.captions.push_back(caption(record, figure.table, i));
  return figure;
}

FigureLayout figure_layout(const GridFigure& figure) {
  return Composer(figure).compose();
}

Image paint_figure(const GridFigure& figure, const FigureLayout& layout) {
  Image image{layout.width, layout.height,
              std::vector<std::uint8_t>(std::size_t(layout.width) * std::size_t(layout.height) * 3, 255)};
  for (const FigureField& field : layout.fields) {
    const auto& picture = figure.pictures[field.cell];
    if (picture == nullptr) {
      fill(image, field, kFigureEmpty);
    } else if (picture->width == static_cast<int>(field.width)) {
      paste(image, *picture, field);
    } else {
      const int width = std::max(1, static_cast<int>(field.width)),
                height = std::max(1, static_cast<int>(field.height));
      paste(image, lanczos_resized(*picture, width, height), field);
    }
  }
  for (const FigureText& text : layout.texts) {
    draw_lettering(image, left_end(text), text.baseline, text.text, text.size, text.colour);
  }
  return image;
}

std::string figure_svg(const GridFigure& figure, const FigureLayout& layout, const std::string& metadata) {
  std::string svg = concat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", layout.width, "\" height=\"",
                           layout.height, "\" viewBox=\"0 0 ", layout.width, " ", layout.height,
                           "\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<metadata>", escaped(metadata),
                           "</metadata>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
  for (const FigureField& field : layout.fields) svg += svg_field(field, figure.pictures[field.cell].get());
  for (const FigureText& text : layout.texts) svg += svg_text(text);
  return svg + "</svg>\n";
}

}  // namespace tstitch
