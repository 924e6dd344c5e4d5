#include "core/networks/dit.h"

#include <array>
#include <map>
#include <mutex>
#include <utility>

#include <ATen/TensorOperators.h>
#include <ATen/ops/addcmul.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/silu.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/nn/embedding.h"

namespace tstitch {
namespace {

constexpr std::int64_t kSinusoids = 256;
constexpr std::int64_t kFeedForwardFactor = 4;
constexpr double kNormEps = 1e-6;

/// The norm of `x` [B, N, width] without weights of its own, shifted and scaled per picture by [B, 1, width].
at::Tensor modulated(const at::Tensor& x, double eps, const at::Tensor& shift, const at::Tensor& scale) {
  const std::array<std::int64_t, 1> width{x.size(-1)};
  return at::addcmul(shift, at::layer_norm(x, width, {}, {}, eps), scale + 1);
}

at::Tensor take_full(const WeightScope& at, std::string_view name, std::initializer_list<std::int64_t> shape) {
  return at.take(name, shape).to(at::kFloat);
}

/// Sinusoids of positions [N], sines first: [N, width] in double, as the reference computes them.
at::Tensor line_positions(const at::Tensor& positions, std::int64_t width) {
  const std::int64_t half = width / 2;
  const at::Tensor k = at::arange(half, positions.options().dtype(at::kDouble));
  const at::Tensor frequencies = at::pow(10000.0, k / static_cast<double>(half)).reciprocal();
  const at::Tensor angles = at::outer(positions.to(at::kDouble), frequencies);
  return at::cat({angles.sin(), angles.cos()}, 1);
}

/// Places 0, 1, ... of a side of `count` patches, stretched over `trained` places.
at::Tensor places(std::int64_t count, std::int64_t trained) {
  return at::arange(count, at::kFloat) / (static_cast<double>(count) / static_cast<double>(trained));
}

at::Tensor take_positions(const WeightScope& at, const DitConfig& config) {
  const std::int64_t side = config.sample_size / config.patch_size;
  const WeightScope folder = at / "pos_embed";
  if (folder.has("pos_embed")) return take_full(folder, "pos_embed", {1, side * side, config.width()});
  return grid_positions(side, side, side, config.width()).to(at.options().device);
}

/// The embedding of the first block and, where they differ from it, those of the others.
std::vector<LabelTimeEmbedding> take_embeddings(const WeightScope& blocks, const DitConfig& config) {
  const auto place = [&](int block) { return blocks / block / "norm1" / "emb"; };
  const std::int64_t labels = config.classes + 1;
  std::vector<LabelTimeEmbedding> embeddings{LabelTimeEmbedding(place(0), config.width(), labels)};
  if (config.layers == 1 || !LabelTimeEmbedding::is_at(place(1))) return embeddings;
  bool all_equal = true;
  for (int i = 1; i < config.layers; ++i) {
    LabelTimeEmbedding own(place(i), config.width(), labels);
    if (all_equal && own.equals(embeddings.front())) continue;
    // The first that differs: those before it were copies of block 0's.
    if (all_equal) embeddings.resize(static_cast<std::size_t>(i), embeddings.front());
    all_equal = false;
    embeddings.push_back(std::move(own));
  }
  return embeddings;
}

}  // namespace

LabelTimeEmbedding::LabelTimeEmbedding(const WeightScope& at, std::int64_t width, std::int64_t labels)
    : weight_1_(take_full(at / "timestep_embedder" / "linear_1", "weight", {width, kSinusoids})),
      bias_1_(take_full(at / "timestep_embedder" / "linear_1", "bias", {width})),
      weight_2_(take_full(at / "timestep_embedder" / "linear_2", "weight", {width, width})),
      bias_2_(take_full(at / "timestep_embedder" / "linear_2", "bias", {width})),
      table_(at.take("class_embedder.embedding_table.weight", {labels, width})) {}

at::Tensor LabelTimeEmbedding::operator()(const at::Tensor& sinusoids, const at::Tensor& labels) const {
  const at::Tensor time = at::linear(at::silu(at::linear(sinusoids, weight_1_, bias_1_)), weight_2_, bias_2_);
  return time + at::embedding(table_, labels).to(at::kFloat);
}

bool LabelTimeEmbedding::equals(const LabelTimeEmbedding& other) const {
  if (table_.is_meta()) return true;  // shapes only, and those are the same
  return at::equal(table_, other.table_) && at::equal(weight_1_, other.weight_1_) &&
         at::equal(bias_1_, other.bias_1_) && at::equal(weight_2_, other.weight_2_) &&
         at::equal(bias_2_, other.bias_2_);
}

bool LabelTimeEmbedding::is_at(const WeightScope& at) {
  return at.has("class_embedder.embedding_table.weight");
}

DitBlock::DitBlock(const WeightScope& at, const DitConfig& config)
    : modulation_(at / "norm1" / "linear", config.width(), std::int64_t{6} * config.width()),
      to_q_(at / "attn1" / "to_q", config.width(), config.width(), config.attention_bias ? Bias::Learned : Bias::None),
      to_k_(at / "attn1" / "to_k", config.width(), config.width(), config.attention_bias ? Bias::Learned : Bias::None),
      to_v_(at / "attn1" / "to_v", config.width(), config.width(), config.attention_bias ? Bias::Learned : Bias::None),
      to_out_(at / "attn1" / "to_out" / 0, config.width(), config.width()),
      ff_in_(at / "ff" / "net" / 0 / "proj", config.width(), kFeedForwardFactor * config.width()),
      ff_out_(at / "ff" / "net" / 2, kFeedForwardFactor * config.width(), config.width()),
      attention_{.heads = config.heads,
                 .precision = config.upcast_attention ? AttentionPrecision::Upcast : AttentionPrecision::Compute,
                 .fast_paths = at.options().fast_paths},
      feed_forward_norm_eps_(config.feed_forward_norm_eps) {}

at::Tensor DitBlock::operator()(const at::Tensor& x, const at::Tensor& condition) const {
  // shift, scale and gate of the attention, then of the feed-forward; [B, 1, width] each
  const std::vector<at::Tensor> m = modulation_(condition).unsqueeze(1).chunk(6, -1);
  const at::Tensor h = at::addcmul(x, m[2], attend(modulated(x, kNormEps, m[0], m[1])));
  return at::addcmul(h, m[5], feed_forward(modulated(h, feed_forward_norm_eps_, m[3], m[4])));
}

at::Tensor DitBlock::attend(const at::Tensor& x) const {
  return to_out_(attention(to_q_(x), to_k_(x), to_v_(x), attention_));
}

at::Tensor DitBlock::feed_forward(const at::Tensor& x) const {
  return ff_out_(at::gelu(ff_in_(x), "tanh"));
}

struct Dit::StretchedPositions {
  std::mutex mutex;
  std::map<std::pair<std::int64_t, std::int64_t>, at::Tensor> by_size;  ///< rows and columns; 4.5 MB at 1024 patches
};

Dit::Dit(const WeightScope& at, const DitConfig& config)
    : config_(config),
      type_(at.options().type),
      patches_(at / "pos_embed" / "proj", {.in = config.in_channels,
                                           .out = config.width(),
                                           .kernel = config.patch_size,
                                           .stride = config.patch_size,
                                           .padding = 0}),
      positions_(take_positions(at, config)),
      other_positions_(std::make_shared<StretchedPositions>()),
      embeddings_(take_embeddings(at / "transformer_blocks", config)),
      modulation_(at / "proj_out_1", config.width(), std::int64_t{2} * config.width()),
      out_(at / "proj_out_2", config.width(),
           std::int64_t{config.patch_size} * config.patch_size * config.out_channels) {
  for (int i = 0; i < config.layers; ++i) blocks_.emplace_back(at / "transformer_blocks" / i, config);
}

std::vector<at::Tensor> Dit::conditions(const at::Tensor& timesteps, const at::Tensor& labels) const {
  const at::Tensor sinusoids =
      sinusoidal_embedding(timesteps.expand({labels.size(0)}), kSinusoids, SinusoidOrder::CosFirst, config_.freq_shift);
  std::vector<at::Tensor> result;
  for (const LabelTimeEmbedding& embedding : embeddings_) {
    // Each block would apply the same silu first; once is enough.
    result.push_back(at::silu(embedding(sinusoids, labels)).to(type_));
  }
  return result;
}

at::Tensor Dit::positions(std::int64_t rows, std::int64_t columns) const {
  const std::int64_t trained = config_.sample_size / config_.patch_size;
  if (rows == trained && columns == trained) return positions_;
  StretchedPositions& kept = *other_positions_;
  const std::lock_guard lock(kept.mutex);
  at::Tensor& positions = kept.by_size[{rows, columns}];
  if (!positions.defined()) {
    positions = grid_positions(rows, columns, trained, config_.width()).to(positions_.device());
  }
  return positions;
}

at::Tensor Dit::tokens(const at::Tensor& x) const {
  const at::Tensor patches = patches_(x.to(type_)).flatten(2).transpose(1, 2);  // [B, rows * columns, width]
  return (patches + positions(x.size(2) / config_.patch_size, x.size(3) / config_.patch_size)).to(type_);
}

at::Tensor Dit::picture(const at::Tensor& tokens, std::int64_t rows, std::int64_t columns) const {
  const std::int64_t side = config_.patch_size;
  const std::int64_t channels = config_.out_channels;
  const at::Tensor patches = tokens.reshape({-1, rows, columns, side, side, channels}).permute({0, 5, 1, 3, 2, 4});
  return patches.reshape({-1, channels, rows * side, columns * side});
}

at::Tensor Dit::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& labels,
                           const std::stop_token& stop) const {
  TSTITCH_CHECK(x.size(2) % config_.patch_size == 0 && x.size(3) % config_.patch_size == 0, x.size(2), "x", x.size(3),
                " in patches of ", config_.patch_size);
  TSTITCH_CHECK(labels.dim() == 1 && labels.size(0) == x.size(0), labels.size(0), " labels for ", x.size(0));
  const std::vector<at::Tensor> conditions = this->conditions(timesteps, labels);
  at::Tensor h = tokens(x);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    stop_point(stop);
    h = blocks_[i](h, conditions.size() == 1 ? conditions.front() : conditions[i]);
  }
  const std::vector<at::Tensor> m = modulation_(conditions.front()).unsqueeze(1).chunk(2, -1);
  h = out_(modulated(h, kNormEps, m[0], m[1]));
  return picture(h, x.size(2) / config_.patch_size, x.size(3) / config_.patch_size).to(at::kFloat).contiguous();
}

at::Tensor grid_positions(std::int64_t rows, std::int64_t columns, std::int64_t trained, std::int64_t width) {
  TSTITCH_CHECK(width % 4 == 0, width);
  const at::Tensor across = line_positions(places(columns, trained), width / 2);  // [columns, width / 2]
  const at::Tensor down = line_positions(places(rows, trained), width / 2);       // [rows, width / 2]
  const at::Tensor both = at::cat(
      {across.unsqueeze(0).expand({rows, columns, width / 2}), down.unsqueeze(1).expand({rows, columns, width / 2})},
      2);
  return both.to(at::kFloat).reshape({1, rows * columns, width});
}

}  // namespace tstitch
