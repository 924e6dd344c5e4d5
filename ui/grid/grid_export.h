#pragma once

#include <QImage>
#include <QString>

#include "ui/grid/ratio_grid_model.h"

namespace tstitch::ui {

/// All cells as one picture: the prompt above, ratios across, seeds at the left, each cell with its seconds and saving.
/// Cells keep their own size, reduced where the whole would be too large. May be called in any thread with a copy.
struct GridFigure {
  struct Cell {
    QImage image;
    QString caption;
  };
  QString title;
  QStringList columns;
  QStringList rows;
  QList<Cell> cells;  ///< row by row
};

/// What the model shows now.
GridFigure figureOf(const RatioGridModel& model, const QString& title);

QImage paintFigure(const GridFigure& figure);

/// Writes PNG under `folder`/grid-NNNN.png with the first free number, atomically. Returns the absolute path; throws
/// Error.
QString saveFigure(const QImage& figure, const QString& folder);

}  // namespace tstitch::ui
