#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <math.h>

#include "core/cuda/kernels/elements.h"
#include "core/cuda/kernels/grid.h"
#include "core/cuda/kernels/moments.h"

/// Group normalisation of channels-last pictures, and SiLU of it. Statistics are fp32 in every type.
namespace tstitch::cuda {

template <class T>
struct GroupNormTensors {
  const T* x;       ///< [samples, rows, channels], dense; a row is a place of the picture
  const T* weight;  ///< [channels]
  const T* bias;    ///< [channels]
  T* y;             ///< as x, or x itself
  std::int64_t samples;
  std::int64_t rows;
  int channels;
  int groups;
  float eps;
  bool silu;

  [[nodiscard]] TSTITCH_DEVICE std::int64_t place(std::int64_t sample, std::int64_t row) const {
    return (sample * rows + row) * channels;
  }
  [[nodiscard]] TSTITCH_DEVICE T finished(float normed) const {
    return rounded<T>(silu ? normed / (1.0F + expf(-normed)) : normed);
  }
};

/// One block a group and sample, element by element: any number of channels, anywhere in memory. For small pictures.
template <class T>
struct WholeGroupNorm {
  static constexpr int kMostThreads = 256;
  struct Shared {
    Moments slots[kMostThreads];
  };

  GroupNormTensors<T> of;

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared& shared) const {
    const int width = of.channels / of.groups;
    const int first = static_cast<int>(block.column()) * width;
    const std::int64_t begin = of.place(block.row(), 0) + first;
    Moments own{};
    each_of_group(block, width, [&](std::int64_t at, int) { own.add(as_float(of.x[begin + at])); });
    const Moments all = merged(block, shared.slots, own);
    const float share = 1.0F / sqrtf(all.variance() + of.eps);
    each_of_group(block, width, [&](std::int64_t at, int channel) {
      const float normed = (as_float(of.x[begin + at]) - all.mean) * share;
      of.y[begin + at] =
          of.finished(normed * as_float(of.weight[first + channel]) + as_float(of.bias[first + channel]));
    });
  }

  /// Calls `each` with place and channel, both seen from the group's first, for every element that is this thread's.
  template <class Block, class Each>
  TSTITCH_DEVICE void each_of_group(const Block& block, int width, const Each& each) const {
    const int row_step = block.threads() / width;
    const int channel_step = block.threads() % width;
    int channel = block.thread() % width;
    for (std::int64_t row = block.thread() / width; row < of.rows; row += row_step) {
      each(row * of.channels + channel, channel);
      channel += channel_step;
      if (channel >= width) {
        channel -= width;
        ++row;
      }
    }
  }
};

/// How the threads of a block stand over some rows: `lanes` of them side by side, a pack of channels each, and `slots`
/// rows at a time.
struct Formation {
  int lanes;
  int slots;

  static Formation over(int channels) {
    constexpr int kUsualThreads = 512;
    const int lanes = channels / kPack;
    return {lanes, std::max(1, kUsualThreads / lanes)};
  }
  [[nodiscard]] int threads() const { return lanes * slots; }
};

/// Mean and squares of one group in one chunk of rows.
struct ChunkMoments {
  float mean;
  float squares;
};

/// First of three: a block a chunk of rows and sample.
template <class T>
struct GroupNormChunks {
  static constexpr int kMostThreads = 1024;
  struct Shared {
    float mean[kMostThreads * kPack];  ///< [slot, channel], then of all slots in the first
    float squares[kMostThreads * kPack];
  };

  GroupNormTensors<T> of;
  ChunkMoments* chunks;  ///< [samples, columns of the grid, groups]
  std::int64_t chunk_rows;
  Formation formation;

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared& shared) const {
    const std::int64_t first = block.column() * chunk_rows;
    const std::int64_t left = of.rows - first;
    const std::int64_t rows = left < chunk_rows ? left : chunk_rows;
    sum_own(block, shared, of.x + of.place(block.row(), first), rows);
    block.barrier();
    for (int channel = block.thread(); channel < of.channels; channel += block.threads()) {
      merge_slots(shared, channel, rows);
    }
    block.barrier();
    const std::int64_t chunk = block.row() * block.columns() + block.column();
    for (int group = block.thread(); group < of.groups; group += block.threads()) {
      chunks[chunk * of.groups + group] = merged_channels(shared, group, rows);
    }
  }

  /// Of the rows that are this thread's slot's, each channel of its pack.
  template <class Block>
  TSTITCH_DEVICE void sum_own(const Block& block, Shared& shared, const T* x, std::int64_t rows) const {
    const int at = block.thread() * kPack;  // its place in [slot, channel], too
    const int channel = at % of.channels;
    float count = 0.0F;
    float mean[kPack] = {};
    float squares[kPack] = {};
    TSTITCH_UNROLLED
    for (std::int64_t row = at / of.channels; row < rows; row += formation.slots) {
      const Pack<T> pack = load_pack(x + row * of.channels + channel);
      count += 1.0F;
      const float share = 1.0F / count;
      for (int i = 0; i < kPack; ++i) {
        const float value = as_float(pack.values[i]);
        const float off = value - mean[i];
        mean[i] += off * share;
        squares[i] += off * (value - mean[i]);
      }
    }
    for (int i = 0; i < kPack; ++i) {
      shared.mean[at + i] = mean[i];
      shared.squares[at + i] = squares[i];
    }
  }

  TSTITCH_DEVICE void merge_slots(Shared& shared, int channel, std::int64_t rows) const {
    Moments all{};
    for (int slot = 0; slot < formation.slots && slot < rows; ++slot) {
      const std::int64_t count = (rows - slot + formation.slots - 1) / formation.slots;
      const int at = slot * of.channels + channel;
      all.merge({static_cast<float>(count), shared.mean[at], shared.squares[at]});
    }
    shared.mean[channel] = all.mean;
    shared.squares[channel] = all.squares;
  }

  /// All channels of a group have the same count.
  [[nodiscard]] TSTITCH_DEVICE ChunkMoments merged_channels(const Shared& shared, int group, std::int64_t rows) const {
    const int width = of.channels / of.groups;
    const int first = group * width;
    ChunkMoments all{};
    for (int channel = first; channel < first + width; ++channel) all.mean += shared.mean[channel];
    all.mean /= static_cast<float>(width);
    for (int channel = first; channel < first + width; ++channel) {
      const float off = shared.mean[channel] - all.mean;
      all.squares += shared.squares[channel] + static_cast<float>(rows) * off * off;
    }
    return all;
  }
};

/// Second: a block a group and sample makes one factor and one summand a channel of all chunks.
template <class T>
struct GroupNormFactors {
  static constexpr int kMostThreads = 32;
  struct Shared {
    Moments slots[kMostThreads];
  };

  GroupNormTensors<T> of;
  const ChunkMoments* chunks;
  std::int64_t chunk_rows;
  std::int64_t chunk_count;
  float* factors;   ///< [samples, channels]
  float* summands;  ///< [samples, channels]

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared& shared) const {
    const int width = of.channels / of.groups;
    Moments own{};
    for (std::int64_t chunk = block.thread(); chunk < chunk_count; chunk += block.threads()) {
      const std::int64_t left = of.rows - chunk * chunk_rows;
      const auto rows = static_cast<float>(left < chunk_rows ? left : chunk_rows);
      const ChunkMoments& one = chunks[(block.row() * chunk_count + chunk) * of.groups + block.column()];
      own.merge({rows * static_cast<float>(width), one.mean, one.squares});
    }
    const Moments all = merged(block, shared.slots, own);
    const float share = 1.0F / sqrtf(all.variance() + of.eps);
    const int first = static_cast<int>(block.column()) * width;
    for (int channel = first + block.thread(); channel < first + width; channel += block.threads()) {
      const float factor = as_float(of.weight[channel]) * share;
      factors[block.row() * of.channels + channel] = factor;
      summands[block.row() * of.channels + channel] = as_float(of.bias[channel]) - all.mean * factor;
    }
  }
};

/// Third: a block a chunk of rows and sample.
template <class T>
struct ScaledChunks {
  static constexpr int kMostThreads = 1024;
  using Shared = Nothing;

  GroupNormTensors<T> of;
  const float* factors;
  const float* summands;
  std::int64_t chunk_rows;
  Formation formation;

  template <class Block>
  TSTITCH_DEVICE void operator()(const Block& block, Shared&) const {
    const int at = block.thread() * kPack;
    const int channel = at % of.channels;
    const Pack<float> factor = load_pack(factors + block.row() * of.channels + channel);
    const Pack<float> summand = load_pack(summands + block.row() * of.channels + channel);
    const std::int64_t first = block.column() * chunk_rows;
    const std::int64_t end = first + chunk_rows < of.rows ? first + chunk_rows : of.rows;
    TSTITCH_UNROLLED
    for (std::int64_t row = first + at / of.channels; row < end; row += formation.slots) {
      const std::int64_t place = of.place(block.row(), row) + channel;
      Pack<T> pack = load_pack(of.x + place);
      for (int i = 0; i < kPack; ++i) {
        pack.values[i] = of.finished(as_float(pack.values[i]) * factor.values[i] + summand.values[i]);
      }
      store_pack(of.y + place, pack);
    }
  }
};

/// How a tensor is cut, by its shape alone, so that every device gives the same numbers.
struct GroupNormCut {
  bool whole;  ///< one kernel, not three
  std::int64_t chunk_rows;
  std::int64_t chunks;  ///< of a sample

  /// `rows`, `channels` and `groups` are positive, and `channels` a multiple of `groups`.
  static GroupNormCut of(std::int64_t rows, int channels, int groups) {
    constexpr std::int64_t kSmall = 1 << 14;  // elements of a group
    constexpr int kMostChannels = GroupNormChunks<float>::kMostThreads * kPack;
    constexpr std::int64_t kRowsOfThread = 8;
    constexpr std::int64_t kMostChunks = 256;
    if (rows * (channels / groups) <= kSmall || channels % kPack != 0 || channels > kMostChannels) return {true, 0, 0};
    const std::int64_t least = kRowsOfThread * Formation::over(channels).slots;
    const std::int64_t chunk_rows = std::max(least, divided_up(rows, kMostChunks));
    return {false, chunk_rows, divided_up(rows, chunk_rows)};
  }

  /// Chunks' moments, then factors and summands.
  [[nodiscard]] std::int64_t workspace_floats(std::int64_t samples, int channels, int groups) const {
    return whole ? 0 : samples * (divided_up(2 * chunks * groups, kPack) * kPack + 2 * std::int64_t{channels});
  }
};

/// `workspace` holds the cut's floats, aligned for packs. Where x, y or they are not aligned, one kernel does it.
template <class Launcher, class T>
void group_norm(const Launcher& launcher, const GroupNormTensors<T>& of, float* workspace) {
  const GroupNormCut cut = GroupNormCut::of(of.rows, of.channels, of.groups);
  const Grid by_group{of.groups, of.samples};
  if (cut.whole || !is_aligned_for_packs(of.x) || !is_aligned_for_packs(of.y)) {
    launcher.run(by_group, WholeGroupNorm<T>::kMostThreads, WholeGroupNorm<T>{of});
    return;
  }
  auto* chunks = reinterpret_cast<ChunkMoments*>(workspace);
  float* factors = workspace + divided_up(2 * of.samples * cut.chunks * of.groups, kPack) * kPack;
  float* summands = factors + of.samples * of.channels;
  const Formation formation = Formation::over(of.channels);
  const Grid by_chunk{cut.chunks, of.samples};
  launcher.run(by_chunk, formation.threads(), GroupNormChunks<T>{of, chunks, cut.chunk_rows, formation});
  launcher.run(by_group, GroupNormFactors<T>::kMostThreads,
               GroupNormFactors<T>{of, chunks, cut.chunk_rows, cut.chunks, factors, summands});
  launcher.run(by_chunk, formation.threads(), ScaledChunks<T>{of, factors, summands, cut.chunk_rows, formation});
}

}  // namespace tstitch::cuda
