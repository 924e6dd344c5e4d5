#include "ui/convert/image_convert.h"

#include <QPainter>
#include <algorithm>

namespace tstitch::ui {

QImage toQImage(const Image& image) {
  if (image.rgb.empty()) return {};
  const QImage view(image.rgb.data(), image.width, image.height, qsizetype{image.width} * 3, QImage::Format_RGB888);
  return view.copy();  // QImage does not own borrowed bytes; the core image may die first.
}

Image toImage(const QImage& image) {
  QImage flat(image.size(), QImage::Format_RGB888);
  flat.fill(Qt::white);
  QPainter(&flat).drawImage(0, 0, image);
  const auto row = static_cast<std::size_t>(flat.width()) * 3;
  Image copy{flat.width(), flat.height(), std::vector<std::uint8_t>(row * static_cast<std::size_t>(flat.height()))};
  for (int y = 0; y < flat.height(); ++y) {
    std::copy_n(flat.constScanLine(y), row, copy.rgb.begin() + static_cast<std::ptrdiff_t>(row) * y);
  }
  return copy;
}

}  // namespace tstitch::ui
