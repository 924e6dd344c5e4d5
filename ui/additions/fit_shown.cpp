#include "ui/additions/fit_shown.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

QRectF middle(double width, double height) {
  return {(1 - width) / 2, (1 - height) / 2, width, height};
}

}  // namespace

FitShown fitShown(QSize picture, Extent run, ControlFit fit) {
  if (picture.isEmpty() || run.width <= 0 || run.height <= 0) return {};
  // How much wider the picture's shape is than the run's.
  const double wider =
      static_cast<double>(picture.width()) * run.height / (static_cast<double>(picture.height()) * run.width);
  constexpr double kNoticed = 0.01;
  if (std::abs(wider - 1) < kNoticed) return {};
  const double part = std::min(wider, 1 / wider);
  const auto percent = [&] { return QString::number(std::lround(100 * part)); };
  switch (fit) {
    case ControlFit::Crop:
      return {wider > 1 ? middle(part, 1) : middle(1, part),
              tr("Cut to the shape of the run: its middle %1 % are seen.").arg(percent())};
    case ControlFit::Pad:
      return {wider > 1 ? middle(1, 1 / part) : middle(1 / part, 1),
              tr("Seen whole: it fills %1 % of the map, the rest is black.").arg(percent())};
    case ControlFit::Stretch:
      break;
  }
  constexpr double kHundred = 100;
  const QString factor = shownNumber(std::round(kHundred / part) / kHundred);
  return {{0, 0, 1, 1},
          wider > 1 ? tr("Stretched %1 times in height: round things become long.").arg(factor)
                    : tr("Stretched %1 times in width: round things become wide.").arg(factor)};
}

}  // namespace tstitch::ui
