#include "core/denoise/class_conditioning.h"

#include <array>

#include <ATen/ops/full.h>
#include <ATen/ops/upsample_nearest1d.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

at::Tensor label_tensor(std::int64_t label) {
  return at::full({1}, label, at::kLong);
}

void require_class(std::int64_t label, std::int64_t classes) {
  if (label >= 0 && label < classes) return;
  throw UsageError(concat("class ", label, " is not in 0..", classes - 1), "--class");
}

}  // namespace

Conditioning label_conditioning(std::int64_t label, std::int64_t null_class) {
  require_class(label, null_class);
  Conditioning conditioning;
  conditioning.positive_label = label_tensor(label);
  conditioning.negative_label = label_tensor(null_class);
  return conditioning;
}

Conditioning class_context_conditioning(const ClassEmbedder& embedder, std::int64_t label,
                                        const at::Tensor& unconditional) {
  require_class(label, embedder.classes());
  Conditioning conditioning;
  conditioning.positive = embedder(label_tensor(label).to(embedder.device()));
  if (unconditional.defined()) {
    conditioning.negative = at::upsample_nearest1d(unconditional, std::array<std::int64_t, 1>{embedder.width()});
  } else {
    conditioning.negative = embedder.mean();
  }
  return conditioning;
}

}  // namespace tstitch
