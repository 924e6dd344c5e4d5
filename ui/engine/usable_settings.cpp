#include "ui/engine/usable_settings.h"

#include <QCoreApplication>
#include <algorithm>
#include <vector>

namespace tstitch::ui {

RunSettings usableSettings(Library& library, RunSettings settings, const EventSink& tell) {
  const Precision asked = settings.precision;
  if (asked != Precision::Fp16 && asked != Precision::Bf16) return settings;
  const std::vector<Precision> fast = library.fast_precisions(settings);
  if (std::find(fast.begin(), fast.end(), asked) != fast.end()) return settings;
  settings.precision = Precision::Fp32;
  const QString text = QCoreApplication::translate(
      "UsableSettings",
      "This machine computes %1 far slower than fp32, so fp32 is used. Files in %1 are read all the same.");
  if (tell) tell(Warning{text.arg(QString::fromUtf8(name_of(asked))).toStdString()});
  return settings;
}

}  // namespace tstitch::ui
