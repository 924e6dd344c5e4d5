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
#include "core/jobs/figure_reading.h"
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

/// What the figure says of itself in the form that PDF has for it: the title, and the grid, which can be read from
/// there without taking the file apart (core/jobs/figure_reading.h).
QByteArray xmpOf(const GridRecord& record) {
  const QString title = QString::fromStdString(record.request ? record.request->prompt : std::string()).toHtmlEscaped();
  const QString grid = QString::fromStdString(grid_metadata(record)).toHtmlEscaped();
  const QString name = QString::fromUtf8(kGridElement.data(), static_cast<qsizetype>(kGridElement.size()));
  return QStringLiteral(
             "<?xpacket begin=\"\xFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
             "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
             "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
             "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
             "xmlns:tstitch=\"https://io.github.tstitch/ns/1.0/\">\n"
             "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%1</rdf:li></rdf:Alt></dc:title>\n"
             "<%2>%3</%2>\n"
             "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n")
      .arg(title, name, grid)
      .toUtf8();
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
  writer.setDocumentXmpMetadata(xmpOf(record));
  writer.addFileAttachment(QStringLiteral("grid.json"), QByteArray::fromStdString(grid_metadata(record)),
                           QStringLiteral("application/json"));
  QPainter painter(&writer);
  drawFigure(painter, figure, layout);
  painter.end();
  return write_export(folder, "pdf", bytes.toStdString());
}

}  // namespace tstitch::ui
