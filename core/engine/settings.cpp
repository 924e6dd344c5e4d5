#include "core/engine/settings.h"

namespace tstitch {

const char* name_of(Precision precision) {
  switch (precision) {
    case Precision::Default:
      return "default";
    case Precision::Auto:
      return "auto";
    case Precision::Fp32:
      return "fp32";
    case Precision::Fp16:
      return "fp16";
    case Precision::Bf16:
      return "bf16";
  }
  return "";
}

}  // namespace tstitch
