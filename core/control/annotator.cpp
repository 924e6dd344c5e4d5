#include "core/control/annotator.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/control/canny.h"
#include "core/control/network_annotators.h"
#include "core/request/names.h"

namespace tstitch {

namespace {

class CannyAnnotator final : public Annotator {
 public:
  explicit CannyAnnotator(CannyThresholds thresholds) : thresholds_(thresholds) {}

  [[nodiscard]] Image map(const Image& picture, const std::stop_token& stop) const override {
    stop_point(stop);
    return canny_map(picture, thresholds_);
  }

 private:
  CannyThresholds thresholds_;
};

std::unique_ptr<Annotator> make_canny(const AnnotatorChoice& choice, const AnnotatorOptions& /*options*/) {
  return std::make_unique<CannyAnnotator>(choice.thresholds);
}

template <std::unique_ptr<Annotator> (*make)(const std::filesystem::path&, const AnnotatorOptions&)>
std::unique_ptr<Annotator> from_weights(const AnnotatorChoice& choice, const AnnotatorOptions& options) {
  return make(choice.weights, options);
}

constexpr std::array kKinds{
    AnnotatorKind{ControlKind::Canny, "", make_canny},
    AnnotatorKind{ControlKind::Depth, "the folder of DPT-hybrid or Depth Anything V2",
                  from_weights<make_depth_annotator>},
    AnnotatorKind{ControlKind::Pose, "the file body_pose_model", from_weights<make_pose_annotator>},
    AnnotatorKind{ControlKind::SoftEdge, "the file ControlNetHED", from_weights<make_soft_edge_annotator>},
    AnnotatorKind{ControlKind::LineArt, "the file sk_model", from_weights<make_line_art_annotator>},
};

const AnnotatorKind& kind_of(ControlKind kind) {
  const auto found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const AnnotatorKind& known) { return known.kind == kind; });
  if (found != kKinds.end()) return *found;
  throw UsageError(concat("there is no annotator for maps of the kind ", name_of(kind), "."), {},
                   "Give a picture that is a map already.");
}

}  // namespace

std::span<const AnnotatorKind> annotator_kinds() {
  return kKinds;
}

std::unique_ptr<Annotator> make_annotator(const AnnotatorChoice& choice, const AnnotatorOptions& options) {
  const AnnotatorKind& kind = kind_of(choice.kind);
  const std::string_view name = name_of(choice.kind);
  if (kind.weights.empty() && !choice.weights.empty()) {
    throw UsageError(concat(name, " has no weights, got ", choice.weights.string(), "."), {}, "Leave them out.");
  }
  if (!kind.weights.empty() && choice.weights.empty()) {
    throw UsageError(concat(name, " needs the annotator's weights, and none are given."), {},
                     concat("Give ", kind.weights, "."));
  }
  return kind.make(choice, options);
}

}  // namespace tstitch
