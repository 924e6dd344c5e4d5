#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// Makes the control maps of one kind from pictures.
class Annotator {
 public:
  virtual ~Annotator() = default;

  /// The control map of a picture, of the picture's size. Throws BadInput for a picture of which there is none,
  /// OutOfMemory, Interrupted when `stop` is asked for.
  [[nodiscard]] virtual Image map(const Image& picture, const std::stop_token& stop) const = 0;
};

/// What an annotator is made from.
struct AnnotatorChoice {
  ControlKind kind = ControlKind::Canny;
  std::filesystem::path weights;  ///< empty = none
  CannyThresholds thresholds;     ///< of the kind canny
};

/// Where the annotators' networks run. On the device `meta` names and shapes of the weights are checked and nothing is
/// read.
struct AnnotatorOptions {
  at::Device device = at::kCPU;
  at::ScalarType type = at::kFloat;
  std::stop_token stop = {};  ///< looked at while weights are read
};

/// A kind of control that has an annotator.
struct AnnotatorKind {
  ControlKind kind;
  std::string_view weights;  ///< what its weights are, for people; empty where it needs none
  std::unique_ptr<Annotator> (*make)(const AnnotatorChoice& choice, const AnnotatorOptions& options);
};

/// All of them, in the order of ControlKind.
std::span<const AnnotatorKind> annotator_kinds();

/// Throws UsageError for a kind that has no annotator, for weights that the kind does not take and for weights that it
/// lacks; BadInput for files that are not its.
std::unique_ptr<Annotator> make_annotator(const AnnotatorChoice& choice, const AnnotatorOptions& options);

}  // namespace tstitch
