#include "ui/generate/choice_names.h"

#include <QCoreApplication>

#include "core/base/check.h"

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("ChoiceNames", text);
}

}  // namespace

QString shownName(SamplerKind sampler) {
  switch (sampler) {
    case SamplerKind::Default:
      return tr("Default");
    case SamplerKind::Ddim:
      return QStringLiteral("DDIM");
    case SamplerKind::Ddpm:
      return QStringLiteral("DDPM");
    case SamplerKind::Euler:
      return QStringLiteral("Euler");
    case SamplerKind::EulerAncestral:
      return QStringLiteral("Euler a");
    case SamplerKind::Heun:
      return QStringLiteral("Heun");
    case SamplerKind::Lms:
      return QStringLiteral("LMS");
    case SamplerKind::Pndm:
      return QStringLiteral("PNDM");
    case SamplerKind::Dpmpp2M:
      return QStringLiteral("DPM++ 2M");
    case SamplerKind::Dpmpp2MSde:
      return QStringLiteral("DPM++ 2M SDE");
    case SamplerKind::UniPc:
      return QStringLiteral("UniPC");
    case SamplerKind::Lcm:
      return QStringLiteral("LCM");
  }
  TSTITCH_CHECK(false, "no such sampler");
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
    case Spacing::Ays:
      return QStringLiteral("AYS");
  }
  TSTITCH_CHECK(false, "no such schedule");
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
