#pragma once

#include <QColor>
#include <QIcon>
#include <QPainterPath>
#include <QString>

namespace tstitch::ui {

/// The outline in the `d` attributes of an SVG file of ours (24 x 24, stroked paths made of M, L, H, V, C and Z in
/// absolute coordinates). Qt's own SVG module is not needed for a handful of line icons.
QPainterPath iconPath(const QString& svg);

/// The icon `:/icons/<name>.svg`, stroked in that colour at whatever size and scale it is asked for.
QIcon lineIcon(const QString& name, const QColor& colour);

/// The program's own mark: a row of teal cells stitched to a row of violet ones.
QIcon applicationIcon();

}  // namespace tstitch::ui
