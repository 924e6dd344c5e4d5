#include "core/control/annotator.h"

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/control/canny.h"
#include "core/request/names.h"

namespace tstitch {

namespace {

class CannyAnnotator final : public Annotator {
 public:
  [[nodiscard]] Image map(const Image& picture, const std::stop_token& stop) const override {
    stop_point(stop);
    return canny_map(picture);
  }
};

}  // namespace

std::unique_ptr<Annotator> make_annotator(ControlKind kind) {
  if (kind == ControlKind::Canny) return std::make_unique<CannyAnnotator>();
  throw UsageError(concat("A run makes no maps of the kind ", name_of(kind), " itself."), "--control",
                   "Give a picture that already is a map (tstitch annotate makes some), and say so: ...,map.");
}

}  // namespace tstitch
