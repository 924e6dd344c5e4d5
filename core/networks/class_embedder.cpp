#include "core/networks/class_embedder.h"

#include <ATen/ops/embedding.h>

namespace tstitch {

ClassEmbedder::ClassEmbedder(const WeightScope& at, std::int64_t classes, std::int64_t width)
    : table_((at / "embedding").take("weight", {classes, width}).to(at::kFloat)) {}

at::Tensor ClassEmbedder::operator()(const at::Tensor& labels) const {
  return at::embedding(table_, labels).unsqueeze(1);
}

at::Tensor ClassEmbedder::mean() const {
  return table_.mean(0).view({1, 1, -1});
}

}  // namespace tstitch
