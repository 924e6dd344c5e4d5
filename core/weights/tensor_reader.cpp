#include "core/weights/tensor_reader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <exception>
#include <thread>
#include <vector>

#include <c10/core/DynamicCast.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/weights/convert.h"

namespace tstitch {
namespace {

/// One piece of a tensor that is read, converted and checked while it is still in the cache.
constexpr std::size_t kPieceBytes = 2U << 20U;
/// More readers than this do not make a disk or a page cache faster.
constexpr unsigned kReaders = 2;

void turn_bytes(char* numbers, std::size_t width, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) std::reverse(numbers + i * width, numbers + (i + 1) * width);
}

/// Reads numbers in pieces, from several threads; each takes the next piece until none is left.
class PieceReader {
 public:
  PieceReader(const StoredNumbers& stored, at::Tensor& target, const std::stop_token& stop)
      : file_(stored.file),
        name_(stored.name),
        begin_(stored.begin),
        stored_(scalar_type_of(stored.type)),
        is_big_endian_(stored.is_big_endian),
        type_(target.scalar_type()),
        target_(static_cast<char*>(target.mutable_data_ptr())),
        count_(static_cast<std::size_t>(target.numel())),
        stop_(stop) {}

  void run() {
    const std::size_t bytes = count_ * c10::elementSize(stored_);
    if (bytes <= kPieceBytes) return take_pieces();
    std::exception_ptr failure;
    {
      std::vector<std::jthread> helpers;
      std::vector<std::exception_ptr> failures(kReaders - 1);
      helpers.reserve(failures.size());
      for (std::exception_ptr& slot : failures) helpers.emplace_back([this, &slot] { slot = guarded_pieces(); });
      failure = guarded_pieces();
      helpers.clear();
      for (const std::exception_ptr& other : failures) failure = failure ? failure : other;
    }
    if (failure) std::rethrow_exception(failure);
  }

 private:
  std::exception_ptr guarded_pieces() noexcept {
    try {
      take_pieces();
    } catch (...) {
      next_ = count_;  // the other reader need not go on
      return std::current_exception();
    }
    return nullptr;
  }

  void take_pieces() {
    const std::size_t piece = kPieceBytes / c10::elementSize(stored_);
    std::vector<char> buffer(stored_ == type_ ? 0 : std::min(piece, count_) * c10::elementSize(stored_));
    for (std::size_t first = next_.fetch_add(piece); first < count_; first = next_.fetch_add(piece)) {
      stop_point(stop_);
      take_piece(first, std::min(piece, count_ - first), buffer);
    }
  }

  void take_piece(std::size_t first, std::size_t count, std::vector<char>& buffer) const {
    const std::size_t stored_size = c10::elementSize(stored_);
    char* const target = target_ + first * c10::elementSize(type_);
    void* const landing = stored_ == type_ ? target : buffer.data();
    file_.read(begin_ + first * stored_size, landing, count * stored_size);
    if (is_big_endian_) turn_bytes(static_cast<char*>(landing), stored_size, count);
    if (stored_ != type_) convert(landing, stored_, target, type_, count);
    if (!all_finite(target, type_, count)) {
      throw BadInput(concat("tensor ", name_, " holds a number that is not finite", narrowing(landing, count), "."),
                     file_.label());
    }
  }

  /// A finite number may be too large for a smaller type; that is another fault than a NaN in the file.
  std::string narrowing(const void* landing, std::size_t count) const {
    const bool stored_fine = stored_ != type_ && c10::elementSize(stored_) > 1 && all_finite(landing, stored_, count);
    return stored_fine ? concat(" as ", type_, "; choose another precision") : std::string();
  }

  const ByteSource& file_;
  const std::string& name_;
  std::uint64_t begin_;
  at::ScalarType stored_;
  bool is_big_endian_;
  at::ScalarType type_;
  char* target_;
  std::size_t count_;
  const std::stop_token& stop_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

at::ScalarType scalar_type_of(SafetensorsType type) {
  switch (type) {
    case SafetensorsType::Bool:
      return at::kBool;
    case SafetensorsType::U8:
      return at::kByte;
    case SafetensorsType::I8:
      return at::kChar;
    case SafetensorsType::F8E4M3:
      return at::kFloat8_e4m3fn;
    case SafetensorsType::F8E5M2:
      return at::kFloat8_e5m2;
    case SafetensorsType::I16:
      return at::kShort;
    case SafetensorsType::F16:
      return at::kHalf;
    case SafetensorsType::BF16:
      return at::kBFloat16;
    case SafetensorsType::I32:
      return at::kInt;
    case SafetensorsType::F32:
      return at::kFloat;
    case SafetensorsType::F64:
      return at::kDouble;
    case SafetensorsType::I64:
      return at::kLong;
    default:
      return at::ScalarType::Undefined;
  }
}

void read_numbers(const StoredNumbers& stored, at::Tensor& target, const std::stop_token& stop) {
  TSTITCH_CHECK(is_weight_type(target.scalar_type()) && target.is_contiguous(), target.scalar_type());
  if (!is_stored_type(scalar_type_of(stored.type))) {
    throw BadInput(
        concat("tensor ", stored.name, " is ", name_of(stored.type), "; F64, F32, F16, BF16 or F8 was expected."),
        stored.file.label());
  }
  PieceReader(stored, target, stop).run();
}

void require_one_number(const std::string& name, const std::vector<std::int64_t>& shape, const std::string& file) {
  if (std::all_of(shape.begin(), shape.end(), [](std::int64_t side) { return side == 1; })) return;
  throw BadInput(concat("tensor ", name, " is not one number."), file);
}

double read_number(const StoredNumbers& stored) {
  const at::ScalarType type = scalar_type_of(stored.type);
  if (type == at::ScalarType::Undefined) {
    throw BadInput(
        concat("tensor ", stored.name, " is ", name_of(stored.type), "; a number of another type was expected."),
        stored.file.label());
  }
  std::array<char, sizeof(double)> bytes{};
  stored.file.read(stored.begin, bytes.data(), c10::elementSize(type));
  if (stored.is_big_endian) turn_bytes(bytes.data(), c10::elementSize(type), 1);
  const auto number = c10::fetch_and_cast<double>(type, bytes.data());
  if (std::isfinite(number)) return number;
  throw BadInput(concat("tensor ", stored.name, " holds a number that is not finite."), stored.file.label());
}

}  // namespace tstitch
