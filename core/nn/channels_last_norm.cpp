#include "core/nn/channels_last_norm.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ATen/ops/empty_like.h>
#include <ATen/record_function.h>

#include "core/nn/pair_kernels.h"
#include "core/nn/parallel.h"

// The widest vectors that the processor has, chosen when the program starts, which is before ThreadSanitizer does.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define TSTITCH_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TSTITCH_WIDE
#endif

namespace tstitch::detail {
namespace {

constexpr std::int64_t kPieceFloats = 1 << 13;  // 32 KiB: a piece is read twice
constexpr std::int64_t kGrainFloats = 1 << 15;  // less is not worth another thread

/// Of one piece of a sample: the mean of each channel, and the sum of squares of what it deviates by.
TSTITCH_WIDE void sum_piece(const float* x, std::int64_t rows, std::int64_t channels, float* mean, float* squares) {
  std::fill(mean, mean + channels, 0.0F);
  std::fill(squares, squares + channels, 0.0F);
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* values = x + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) mean[c] += values[c];
  }
  const float share = 1.0F / static_cast<float>(rows);
  for (std::int64_t c = 0; c < channels; ++c) mean[c] *= share;
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* values = x + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float deviation = values[c] - mean[c];
      squares[c] += deviation * deviation;
    }
  }
}

/// e to the power of -x, |x| at most 87: a power of two times a polynomial on half of one (the minimax of Cephes).
/// Plain arithmetic, so that the compiler makes vectors of any width of it.
inline float exp_of_minus(float x) {
  constexpr float kMost = 87.0F;
  constexpr float kLog2E = 1.44269504F;
  constexpr float kLn2Whole = 0.693359375F, kLn2Rest = -2.12194440e-4F;  // the first times a whole number is exact
  constexpr float kRounder = 12582912.0F;                                // 1.5 * 2^23
  const float t = std::min(std::max(-x, -kMost), kMost);
  const float whole = (t * kLog2E + kRounder) - kRounder;
  const float r = (t - whole * kLn2Whole) - whole * kLn2Rest;
  float p = 1.9875691500e-4F;
  for (const float next : {1.3981999507e-3F, 8.3334519073e-3F, 4.1665795894e-2F, 1.6666665459e-1F, 5.0000001201e-1F}) {
    p = p * r + next;
  }
  const auto exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(whole) + 127) << 23U;
  return (p * r * r + r + 1.0F) * std::bit_cast<float>(exponent);
}

TSTITCH_WIDE void scale_and_silu_piece(const float* x, std::int64_t rows, std::int64_t channels, const float* scale,
                                       const float* shift, float* y) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* from = x + row * channels;
    float* to = y + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
      const float normed = from[c] * scale[c] + shift[c];
      to[c] = normed / (1.0F + exp_of_minus(normed));
    }
  }
}

TSTITCH_WIDE void scale_piece(const float* x, std::int64_t rows, std::int64_t channels, const float* scale,
                              const float* shift, float* y) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* from = x + row * channels;
    float* to = y + row * channels;
    for (std::int64_t c = 0; c < channels; ++c) to[c] = from[c] * scale[c] + shift[c];
  }
}

TSTITCH_WIDE void widen(const Bf16* from, std::int64_t count, float* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = std::bit_cast<float>(static_cast<std::uint32_t>(from[i]) << 16U);
}

/// To the nearest, of two equally near the even one; what is not a number stays so.
TSTITCH_WIDE void narrow(const float* from, std::int64_t count, Bf16* to) {
  for (std::int64_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(from[i]);
    const std::uint32_t nearest = (bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U;
    to[i] = static_cast<Bf16>((bits & 0x7FFFFFFFU) > 0x7F800000U ? 0x7FC0U : nearest);
  }
}

/// Pieces of a tensor as floats, whatever it holds.
class Floats {
 public:
  explicit Floats(const float* data) : floats_(data) {}
  explicit Floats(const Bf16* data) : halves_(data) {}

  /// `room` is written to where they are not floats yet.
  [[nodiscard]] const float* at(std::int64_t place, std::int64_t count, float* room) const {
    if (floats_ != nullptr) return floats_ + place;
    widen(halves_ + place, count, room);
    return room;
  }

 private:
  const float* floats_ = nullptr;
  const Bf16* halves_ = nullptr;
};

/// One call: each sample in pieces of whole rows of channels.
class Norm {
 public:
  Norm(const at::Tensor& x, std::int64_t groups)
      : samples_(x.size(0)),
        channels_(x.size(1)),
        rows_(x.size(2) * x.size(3)),
        groups_(groups),
        piece_rows_(std::clamp<std::int64_t>(kPieceFloats / channels_, 1, std::max<std::int64_t>(1, rows_))),
        pieces_((rows_ + piece_rows_ - 1) / piece_rows_),
        mean_(static_cast<std::size_t>(samples_ * pieces_ * channels_)),
        squares_(mean_.size()),
        scale_(static_cast<std::size_t>(samples_ * channels_)),
        shift_(scale_.size()),
        room_(x.scalar_type() == at::kFloat ? 0 : static_cast<std::size_t>(piece_rows_ * channels_)) {}

  template <class Number>
  void sum(const Number* x) {
    const Floats numbers(x);
    each_piece([&](std::int64_t sample, std::int64_t piece, float* room) {
      const std::int64_t at = (sample * pieces_ + piece) * channels_;
      const float* const values = numbers.at(place(sample, piece), rows_of(piece) * channels_, room);
      sum_piece(values, rows_of(piece), channels_, mean_.data() + at, squares_.data() + at);
    });
  }

  /// Statistics become one factor and one summand a channel.
  void settle(const float* weight, const float* bias, double eps) {
    const std::int64_t width = channels_ / groups_;
    for (std::int64_t sample = 0; sample < samples_; ++sample) {
      for (std::int64_t first = 0; first < channels_; first += width) {
        const auto [mean, variance] = moments(sample, first, width);
        const double share = 1.0 / std::sqrt(variance + eps);
        for (std::int64_t c = first; c < first + width; ++c) {
          const auto at = static_cast<std::size_t>(sample * channels_ + c);
          scale_[at] = static_cast<float>(weight[c] * share);
          shift_[at] = static_cast<float>(bias[c] - mean * weight[c] * share);
        }
      }
    }
  }

  void scale(const float* x, AfterNorm after, float* y) const {
    each_piece([&](std::int64_t sample, std::int64_t piece, float* /*room*/) {
      const std::int64_t at = place(sample, piece);
      scale_rows(x + at, sample, piece, after, y + at);
    });
  }

  void scale(const Bf16* x, AfterNorm after, Bf16* y) const {
    each_piece([&](std::int64_t sample, std::int64_t piece, float* room) {
      const std::int64_t at = place(sample, piece);
      const std::int64_t count = rows_of(piece) * channels_;
      widen(x + at, count, room);
      scale_rows(room, sample, piece, after, room);
      narrow(room, count, y + at);
    });
  }

 private:
  struct Moments {
    double mean;
    double variance;
  };

  [[nodiscard]] std::int64_t rows_of(std::int64_t piece) const {
    return std::min(piece_rows_, rows_ - piece * piece_rows_);
  }
  [[nodiscard]] std::int64_t place(std::int64_t sample, std::int64_t piece) const {
    return (sample * rows_ + piece * piece_rows_) * channels_;
  }

  void scale_rows(const float* x, std::int64_t sample, std::int64_t piece, AfterNorm after, float* y) const {
    const auto scaled = after == AfterNorm::Silu ? scale_and_silu_piece : scale_piece;
    scaled(x, rows_of(piece), channels_, scale_.data() + sample * channels_, shift_.data() + sample * channels_, y);
  }

  /// `each` gets room for a piece.
  template <class Each>
  void each_piece(const Each& each) const {
    const std::int64_t grain = std::max<std::int64_t>(1, kGrainFloats / (piece_rows_ * channels_));
    in_parallel(samples_ * pieces_, grain, [&](std::int64_t begin, std::int64_t end) {
      std::vector<float> room(room_);
      for (std::int64_t i = begin; i < end; ++i) each(i / pieces_, i % pieces_, room.data());
    });
  }

  [[nodiscard]] Moments moments(std::int64_t sample, std::int64_t first, std::int64_t width) const {
    double sum = 0;
    double squares = 0;
    const double count = static_cast<double>(rows_ * width);
    for (std::int64_t piece = 0; piece < pieces_; ++piece) {
      const float* mean = mean_.data() + (sample * pieces_ + piece) * channels_;
      for (std::int64_t c = first; c < first + width; ++c) sum += static_cast<double>(rows_of(piece)) * mean[c];
    }
    const double whole = sum / count;
    for (std::int64_t piece = 0; piece < pieces_; ++piece) {
      const std::int64_t at = (sample * pieces_ + piece) * channels_;
      for (std::int64_t c = first; c < first + width; ++c) {
        const double off = static_cast<double>(mean_.data()[at + c]) - whole;
        squares += static_cast<double>(squares_.data()[at + c]) + static_cast<double>(rows_of(piece)) * off * off;
      }
    }
    return {whole, squares / count};
  }

  std::int64_t samples_, channels_, rows_, groups_;
  std::int64_t piece_rows_, pieces_;
  std::vector<float> mean_, squares_;  ///< [sample, piece, channel]
  std::vector<float> scale_, shift_;   ///< [sample, channel]
  std::size_t room_;                   ///< floats that a piece takes where the tensor holds none
};

template <class Number>
void normalise(Norm& norm, const at::Tensor& weight, const at::Tensor& bias, double eps, AfterNorm after,
               const Number* x, Number* y) {
  norm.sum(x);
  norm.settle(weight.const_data_ptr<float>(), bias.const_data_ptr<float>(), eps);
  norm.scale(x, after, y);
}

}  // namespace

bool is_channels_last_on_cpu(const at::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) && x.dim() == 4 &&
         x.numel() > 0 && x.is_contiguous(at::MemoryFormat::ChannelsLast) && !x.is_contiguous();
}

at::Tensor channels_last_norm(const at::Tensor& x, std::int64_t groups, const at::Tensor& weight,
                              const at::Tensor& bias, double eps, AfterNorm after) {
  RECORD_FUNCTION("tstitch::channels_last_norm", {});
  at::Tensor y = at::empty_like(x);
  Norm norm(x, groups);
  if (x.scalar_type() == at::kFloat) {
    normalise(norm, weight, bias, eps, after, x.const_data_ptr<float>(), y.mutable_data_ptr<float>());
  } else {
    normalise(norm, weight, bias, eps, after, static_cast<const Bf16*>(x.const_data_ptr()),
              static_cast<Bf16*>(y.mutable_data_ptr()));
  }
  return y;
}

}  // namespace tstitch::detail
