#include "ui/compare/comparison.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/picture_loader.h"

namespace tstitch::ui {
namespace {

ComparedPicture comparedOf(const LoadedPicture& loaded) {
  return {loaded.path, loaded.image, loaded.request, loaded.image.isNull() ? loaded.problem : QString()};
}

/// In any thread; nothing where the pictures cannot be compared.
std::optional<ComparedPixels> compared(const QImage& a, const QImage& b) {
  if (a.size() != b.size()) return std::nullopt;
  const Image first = toImage(a), second = toImage(b);
  const DifferenceMap map = difference_map(first, second);
  return ComparedPixels{picture_difference(first, second), toQImage(map.image), map.greatest};
}

}  // namespace

void Comparison::setPath(Side side, const QString& path) {
  const quint64 number = asked_[index(side)] = ++last_;
  pixels_.reset();
  if (path.isEmpty()) {
    asked_[index(side)] = 0;
    pictures_[index(side)] = {};
    Q_EMIT changed();
    return;
  }
  loadPictureAsync(path, this, [this, number](const LoadedPicture& loaded) {
    // The sides may have been swapped since, or another picture been asked for.
    const auto place = std::find(asked_.begin(), asked_.end(), number);
    if (place == asked_.end()) return;
    *place = 0;
    pictures_[static_cast<std::size_t>(place - asked_.begin())] = comparedOf(loaded);
    Q_EMIT changed();
    compute();
  });
}

void Comparison::swap() {
  std::swap(pictures_[0], pictures_[1]);
  std::swap(asked_[0], asked_[1]);
  Q_EMIT changed();  // the differences are the same both ways
}

void Comparison::compute() {
  if (!hasBoth() || asked_[0] != 0 || asked_[1] != 0) return;
  const auto result = std::make_shared<std::optional<ComparedPixels>>();
  const auto work = [result, a = pictures_[0].image, b = pictures_[1].image] {
    *result = compared(a, b);
    return QString();
  };
  inBackground(this, work, [this, result, number = ++last_](const QString&) {
    if (number != last_) return;
    pixels_ = std::move(*result);
    Q_EMIT changed();
  });
}

QString Comparison::problem() const {
  for (const ComparedPicture& picture : pictures_) {
    if (!picture.problem.isEmpty()) return picture.problem;
  }
  const QSize a = pictures_[0].image.size(), b = pictures_[1].image.size();
  if (!hasBoth() || a == b) return {};
  return tr("The pictures have different sizes, %1x%2 and %3x%4: B is drawn as large as A, and numbers need equal "
            "sizes.")
      .arg(a.width())
      .arg(a.height())
      .arg(b.width())
      .arg(b.height());
}

std::optional<std::vector<SettingDifference>> Comparison::settings() const {
  if (!pictures_[0].request || !pictures_[1].request) return std::nullopt;
  return setting_differences(*pictures_[0].request, *pictures_[1].request);
}

}  // namespace tstitch::ui
