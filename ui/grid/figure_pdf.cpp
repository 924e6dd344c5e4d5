#include "ui/grid/figure_pdf.h"

#include <QBuffer>
#include <QFont>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include "core/base/error.h"
#include "core/image/lettering.h"
#include "core/jobs/grid_export.h"
#include "ui/convert/image_convert.h"

namespace tstitch::ui {
namespace {

constexpr int kDotsPerInch = 96;
constexpr double kPointsPerInch = 72;

QColor colourOf(const std::array<std::uint8_t, 3>& colour) {
  return {colour[0], colour[1], colour[2]};
}

/// The family of the font that figures are measured with; registered once.
QString figureFamily() {
  static const QString kFamily = [] {
    const auto font = lettering_font();
    const int id = QFontDatabase::addApplicationFontFromData(
        QByteArray(reinterpret_cast<const char*>(font.data()), static_cast<qsizetype>(font.size())));
    const QStringList families = QFontDatabase::applicationFontFamilies(id);
    return families.isEmpty() ? QString() : families.first();
  }();
  return kFamily;
}

void drawText(QPainter& painter, const FigureText& text) {
  QFont font(figureFamily());
  font.setPixelSize(static_cast<int>(text.size));
  font.setHintingPreference(QFont::PreferNoHinting);
  painter.setFont(font);
  painter.setPen(colourOf(text.colour));
  const double width = lettering_width(text.text, text.size);
  const double left = text.anchor == Anchor::Left ? text.x : text.x - width / 2;
  painter.drawText(QPointF(left, text.baseline), QString::fromStdString(text.text));
}

void drawFigure(QPainter& painter, const GridFigure& figure, const FigureLayout& layout) {
  for (const FigureField& field : layout.fields) {
    const QRectF place(field.x, field.y, field.width, field.height);
    const auto& picture = figure.pictures[field.cell];
    picture == nullptr ? painter.fillRect(place, colourOf(kFigureEmpty)) : painter.drawImage(place, toQImage(*picture));
  }
  for (const FigureText& text : layout.texts) drawText(painter, text);
}

}  // namespace

std::filesystem::path exportFigurePdf(const std::filesystem::path& folder) {
  const GridRecord record = read_grid_record(folder);
  if (record.cells.empty() || GridTable(record.axes, record.across).cells() != record.cells.size()) {
    throw BadInput("there is no grid here that can be read.", folder.string());
  }
  const GridFigure figure = grid_figure(record, grid_pictures(folder, record));
  const FigureLayout layout = figure_layout(figure);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  writer.setResolution(kDotsPerInch);
  writer.setTitle(QString::fromStdString(figure.title));
  writer.setPageSize(QPageSize(QSizeF(layout.width, layout.height) * kPointsPerInch / kDotsPerInch, QPageSize::Point));
  writer.setPageMargins(QMarginsF());
  writer.addFileAttachment(QStringLiteral("grid.json"), QByteArray::fromStdString(grid_metadata(record)),
                           QStringLiteral("application/json"));
  QPainter painter(&writer);
  drawFigure(painter, figure, layout);
  painter.end();
  return write_export(folder, "pdf", bytes.toStdString());
}

}  // namespace tstitch::ui
