#pragma once

#include <memory>
#include <stop_token>

#include "core/base/image.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// Makes the control maps of one kind from pictures. Each kind is a class of its own in this folder, which
/// make_annotator() knows.
class Annotator {
 public:
  virtual ~Annotator() = default;

  /// The control map of a picture, of the picture's size. Throws BadInput for a picture of which there is none,
  /// OutOfMemory, Interrupted when `stop` is asked for.
  [[nodiscard]] virtual Image map(const Image& picture, const std::stop_token& stop) const = 0;
};

/// The annotator of that kind with its defaults. Throws UsageError for a kind that has none: its pictures have to be
/// maps already.
std::unique_ptr<Annotator> make_annotator(ControlKind kind);

}  // namespace tstitch
