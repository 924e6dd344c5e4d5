#include "core/engine/run_plan.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

void require_class(int class_count, const std::optional<int>& class_label) {
  if (class_count == 0) return;
  if (!class_label) {
    throw UsageError(concat("this model draws one of ", class_count, " classes, and none is named."), "--class",
                     "Give a number, such as --class 207, or a name.");
  }
  if (*class_label < class_count) return;
  throw UsageError(concat(*class_label, " is not in 0..", class_count - 1, ", the classes of this model."), "--class");
}

}  // namespace tstitch
