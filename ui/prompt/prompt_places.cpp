#include "ui/prompt/prompt_places.h"

#include <QStringView>
#include <algorithm>

namespace tstitch::ui {

PromptPlaces::PromptPlaces(const QString& text) {
  offsets_.reserve(static_cast<std::size_t>(text.size()) + 1);
  for (qsizetype at = 0; at < text.size();) {
    const bool isPair = text[at].isHighSurrogate() && at + 1 < text.size() && text[at + 1].isLowSurrogate();
    const qsizetype letters = isPair ? 2 : 1;
    offsets_.insert(offsets_.end(), static_cast<std::size_t>(letters), bytes_.size());
    bytes_ += QStringView(text).mid(at, letters).toUtf8().toStdString();
    at += letters;
  }
  offsets_.push_back(bytes_.size());
}

qsizetype PromptPlaces::placeAt(std::size_t byte) const {
  const auto next = std::upper_bound(offsets_.begin(), offsets_.end(), byte);
  const auto found = std::lower_bound(offsets_.begin(), offsets_.end(), next == offsets_.begin() ? 0 : *(next - 1));
  return found - offsets_.begin();
}

}  // namespace tstitch::ui
