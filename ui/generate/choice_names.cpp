#include "ui/generate/choice_names.h"

#include <QCoreApplication>

#include "core/base/check.h"
#include "core/request/sampler_traits.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

}  // namespace

QString shownName(SamplerKind sampler) {
  if (sampler == SamplerKind::Default) return tr("Default");
  const std::string_view label = traits_of(sampler).label;
  return QString::fromUtf8(label.data(), static_cast<qsizetype>(label.size()));
}

QString shownName(Spacing spacing) {
  switch (spacing) {
    case Spacing::Default:
      return tr("Default");
    case Spacing::Leading:
      return tr("Leading");
    case Spacing::Trailing:
      return tr("Trailing");
    case Spacing::Linspace:
      return tr("Linspace");
    case Spacing::Karras:
      return QStringLiteral("Karras");
    case Spacing::Exponential:
      return tr("Exponential");
    case Spacing::Beta:
      return tr("Beta");
    case Spacing::Ays:
      return QStringLiteral("AYS");
  }
  TSTITCH_CHECK(false, "no such schedule");
}

QString shownName(ControlFit fit) {
  switch (fit) {
    case ControlFit::Stretch:
      return tr("Stretch");
    case ControlFit::Crop:
      return tr("Crop");
    case ControlFit::Pad:
      return tr("Pad");
  }
  return {};
}

QString shownName(Upscale upscale) {
  switch (upscale) {
    case Upscale::Lanczos:
      return tr("Picture (Lanczos)");
    case Upscale::Latent:
      return tr("Latents");
  }
  return {};
}

QString shownName(ControlKind kind) {
  switch (kind) {
    case ControlKind::Canny:
      return tr("Canny edges");
    case ControlKind::Depth:
      return tr("Depth");
    case ControlKind::Pose:
      return tr("Pose");
    case ControlKind::SoftEdge:
      return tr("Soft edges");
    case ControlKind::LineArt:
      return tr("Line art");
    case ControlKind::Other:
      return tr("Other");
  }
  TSTITCH_CHECK(false, "no such kind of control");
}

}  // namespace tstitch::ui
