#include "ui/grid/grid_export.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/convert/picture_writer.h"

namespace tstitch::ui {
namespace {

constexpr int kLongestFigure = 16000;  // of a side, in pixels
constexpr int kInk = 0x1B2130;
constexpr int kGrey = 0x667085;

/// Lengths of a figure, in pixels, all from the size of one cell.
struct Measures {
  explicit Measures(const GridFigure& figure) {
    for (const auto& one : figure.cells) cell = cell.expandedTo(one.image.size());
    const int columns = std::max<int>(1, static_cast<int>(figure.columns.size()));
    const int rows = std::max<int>(1, static_cast<int>(figure.rows.size()));
    const QSize most(kLongestFigure / columns - 100, kLongestFigure / rows - 100);
    if (cell.width() > most.width() || cell.height() > most.height()) cell.scale(most, Qt::KeepAspectRatio);
    font.setPixelSize(std::max(12, cell.width() / 14));
    cell.setWidth(std::max(cell.width(), widestText(figure)));  // a caption is never cut
    line = QFontMetricsF(font).height() * 1.5;
    gap = line / 2;
    for (const QString& row : figure.rows) left = std::max(left, QFontMetricsF(font).horizontalAdvance(row));
    left += 2 * gap;
    size = QSize(static_cast<int>(left + columns * (cell.width() + gap) + gap),
                 static_cast<int>(2 * line + gap + rows * (cell.height() + line + gap)));
  }

  [[nodiscard]] QRectF place(int row, int column) const {
    return {QPointF(left + column * (cell.width() + gap), 2 * line + row * (cell.height() + line + gap)), QSizeF(cell)};
  }

  [[nodiscard]] int widestText(const GridFigure& figure) const {
    const QFontMetricsF metrics(font);
    double widest = 0;
    for (const auto& one : figure.cells) widest = std::max(widest, metrics.horizontalAdvance(one.caption));
    for (const QString& column : figure.columns) widest = std::max(widest, metrics.horizontalAdvance(column));
    return static_cast<int>(std::ceil(widest));
  }

  QSize cell{64, 64};
  QFont font;
  double line = 0;
  double gap = 0;
  double left = 0;
  QSize size;
};

void paintCell(QPainter& painter, const QRectF& place, const GridFigure::Cell& cell, double line) {
  if (cell.image.isNull()) {
    painter.fillRect(place, QColor(0xF0F1F4));
  } else {
    const QSizeF size = QSizeF(cell.image.size()).scaled(place.size(), Qt::KeepAspectRatio);
    painter.drawImage(QRectF(place.center() - QPointF(size.width() / 2, size.height() / 2), size), cell.image);
  }
  painter.setPen(QColor(kGrey));
  painter.drawText(QRectF(place.left(), place.bottom(), place.width(), line), Qt::AlignCenter, cell.caption);
}

}  // namespace

GridFigure figureOf(const RatioGridModel& model, const QString& title) {
  GridFigure figure{title, {}, {}, {}};
  for (int column = 0; column < model.columnCount(); ++column) {
    figure.columns << model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
  }
  for (int row = 0; row < model.rowCount(); ++row) {
    figure.rows << model.headerData(row, Qt::Vertical, Qt::DisplayRole).toString();
    for (int column = 0; column < model.columnCount(); ++column) {
      const QModelIndex at = model.index(row, column);
      const GridCell& cell = model.cell(at);
      const bool saved = cell.state == CellState::Saved;
      figure.cells.append({saved ? cell.image : QImage(), at.data(RatioGridModel::CaptionRole).toString()});
    }
  }
  return figure;
}

QImage paintFigure(const GridFigure& figure) {
  const Measures measures(figure);
  QImage image(measures.size, QImage::Format_RGB888);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.setFont(measures.font);
  painter.setPen(QColor(kInk));
  const QRectF title(measures.gap, 0, measures.size.width() - 2 * measures.gap, measures.line);
  painter.drawText(title, Qt::AlignVCenter | Qt::AlignLeft,
                   QFontMetricsF(measures.font).elidedText(figure.title, Qt::ElideRight, title.width()));
  const int columns = static_cast<int>(figure.columns.size());
  for (int column = 0; column < columns; ++column) {
    const QRectF place = measures.place(0, column);
    painter.drawText(QRectF(place.left(), measures.line, place.width(), measures.line), Qt::AlignCenter,
                     figure.columns[column]);
  }
  for (int i = 0; i < static_cast<int>(figure.cells.size()); ++i) {
    paintCell(painter, measures.place(i / columns, i % columns), figure.cells[i], measures.line);
  }
  painter.setPen(QColor(kInk));
  for (int row = 0; row < static_cast<int>(figure.rows.size()); ++row) {
    const QRectF place = measures.place(row, 0);
    painter.drawText(QRectF(0, place.top(), measures.left, place.height()), Qt::AlignCenter, figure.rows[row]);
  }
  return image;
}

QString saveFigure(const QImage& figure, const QString& folder) {
  return saveNumbered(figure, folder, QStringLiteral("grid"));
}

}  // namespace tstitch::ui
