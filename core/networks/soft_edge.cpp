#include "core/networks/soft_edge.h"

#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/networks/picture_coder.h"

namespace tstitch {
namespace {

constexpr std::array kLayers{2, 2, 3, 3, 3};

/// Some files were saved with the network inside another module.
WeightScope home(const WeightScope& at) {
  return at.has("netNetwork.norm") ? at / "netNetwork" : at;
}

}  // namespace

SoftEdgeNetwork::SoftEdgeNetwork(const WeightScope& at, const std::array<int, kBlocks>& widths)
    : mean_(home(at).take("norm", {1, 3, 1, 1})) {
  std::int64_t in = 3;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    const WeightScope block = home(at) / concat("block", i + 1);
    std::vector<Conv2d> convs;
    for (int layer = 0; layer < kLayers[i]; ++layer) {
      convs.emplace_back(block / "convs" / layer, Conv2dShape{.in = in, .out = widths[i]});
      in = widths[i];
    }
    blocks_.push_back({std::move(convs), Conv2d(block / "projection", pointwise(in, 1))});
  }
}

std::array<at::Tensor, SoftEdgeNetwork::kBlocks> SoftEdgeNetwork::operator()(const at::Tensor& picture,
                                                                             const std::stop_token& stop) const {
  const std::array<std::int64_t, 2> two{2, 2};
  at::Tensor h = picture.to(mean_.scalar_type()) - mean_;
  std::array<at::Tensor, kBlocks> edges;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    if (i > 0) h = at::max_pool2d(h, two, two);
    for (const Conv2d& conv : blocks_[i].convs) {
      stop_point(stop);
      h = conv(h);
      at::relu_(h);
    }
    edges[i] = blocks_[i].projection(h).to(at::kFloat).contiguous();
  }
  return edges;
}

}  // namespace tstitch
