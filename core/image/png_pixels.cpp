#include "core/image/png_pixels.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <zlib.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

/// Deflate cannot do better, so a shorter file cannot hold its pixels.
constexpr std::uint64_t kLargestInflation = 1032;

[[noreturn]] void refuse(const std::string& fault, const std::string& label) {
  throw BadInput(concat("the PNG file is damaged: ", fault, "."), label);
}

/// zlib's state, which has to be given back.
struct Inflation {
  Inflation() {
    if (inflateInit(&stream) != Z_OK) throw OutOfMemory("no memory to read a PNG file.");
  }
  ~Inflation() { inflateEnd(&stream); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  z_stream stream{};
};

/// The bytes that the file's data chunks inflate to.
class PixelStream {
 public:
  PixelStream(const PngFile& file, const std::string& label) : data_(file.data), label_(label) { replace_header(); }

  /// Fills `row`; false where the stream ended before its last byte.
  bool read(std::vector<Bytef>& row) {
    give(row.data(), row.size());
    while (stream_.avail_out > 0 && !ended_) {
      if (!refill()) refuse("its pixels end early", label_);
      inflate_some();
    }
    return stream_.avail_out == 0;
  }

  /// Looks at the checksum behind the pixels, where the file reaches that far and nothing else stands before it.
  void finish() {
    Bytef more = 0;
    give(&more, 1);
    while (stream_.avail_out > 0 && !ended_ && refill()) inflate_some();
  }

 private:
  void give(Bytef* to, std::size_t size) {
    stream_.next_out = to;
    stream_.avail_out = static_cast<uInt>(size);
  }

  void inflate_some() {
    const int result = inflate(&stream_, Z_NO_FLUSH);
    ended_ = result == Z_STREAM_END;
    if (!ended_ && result != Z_OK) refuse(stream_.msg == nullptr ? "its pixels are garbled" : stream_.msg, label_);
  }

  bool refill() {
    while (stream_.avail_in == 0) {
      if (next_ == data_.size()) return false;
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data_[next_].data()));
      stream_.avail_in = static_cast<uInt>(data_[next_].size());
      ++next_;
    }
    return true;
  }

  /// Some writers understate the window that their pixels need, so the largest one is taken.
  void replace_header() {
    for (int i = 0; i < 2; ++i) {
      if (!refill()) refuse("its pixels end early", label_);
      if (i == 0 && (*stream_.next_in & 0x0F) != Z_DEFLATED) refuse("its pixels are packed in an unknown way", label_);
      ++stream_.next_in;
      --stream_.avail_in;
    }
    Bytef* const next = stream_.next_in;
    const uInt left = stream_.avail_in;
    Bytef header[] = {0x78, 0x01};
    stream_.next_in = header;
    stream_.avail_in = sizeof header;
    Bytef nothing = 0;
    give(&nothing, 1);
    inflate_some();
    stream_.next_in = next;
    stream_.avail_in = left;
  }

  const std::vector<std::string_view>& data_;
  const std::string& label_;
  std::size_t next_ = 0;
  Inflation inflation_;
  z_stream& stream_ = inflation_.stream;
  bool ended_ = false;
};

/// The PNG specification's predictor: of left, above and upper left the nearest to left + above - upper left.
int paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int by_left = std::abs(estimate - left);
  const int by_above = std::abs(estimate - above);
  const int by_corner = std::abs(estimate - corner);
  if (by_left <= by_above && by_left <= by_corner) return left;
  return by_above <= by_corner ? above : corner;
}

int predicted(int filter, int left, int above, int corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) / 2;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

/// Rows begin with the number of their filter. `previous` is the row above, `step` the bytes of a pixel.
void unfilter(std::vector<Bytef>& row, const std::vector<Bytef>& previous, std::size_t step) {
  const int filter = row[0];
  if (filter == 0) return;
  for (std::size_t i = 1; i < row.size(); ++i) {
    const bool first = i <= step;
    const int left = first ? 0 : row[i - step];
    const int corner = first ? 0 : previous[i - step];
    row[i] = static_cast<Bytef>(row[i] + predicted(filter, left, previous[i], corner));
  }
}

/// What one pass of an interlaced picture (or the only one of another) covers.
struct Pass {
  int x, y, across, down;  ///< first pixel, and the distance to the next
};

constexpr std::array kAdam7{Pass{0, 0, 8, 8}, Pass{4, 0, 8, 8}, Pass{0, 4, 4, 8}, Pass{2, 0, 4, 4},
                            Pass{0, 2, 2, 4}, Pass{1, 0, 2, 2}, Pass{0, 1, 1, 2}};
constexpr Pass kWhole{0, 0, 1, 1};

int count_of(int length, int first, int step) {
  return length > first ? (length - first + step - 1) / step : 0;
}

class Pixels {
 public:
  Pixels(const PngFile& file, const std::string& label) : file_(file), label_(label), stream_(file, label) {
    for (std::size_t i = 0; i < std::min(palette_.size(), file.palette.size() / 3 * 3); ++i) {
      palette_[i] = static_cast<std::uint8_t>(file.palette[i]);
    }
    const PngHeader& header = file.header;
    image_.width = header.width;
    image_.height = header.height;
    image_.rgb.resize(std::size_t(header.width) * header.height * 3);
  }

  Image take() {
    bool complete = true;
    if (file_.header.interlaced) {
      for (const Pass& pass : kAdam7) complete = complete && read(pass);
    } else {
      complete = read(kWhole);
    }
    if (complete) stream_.finish();
    return std::move(image_);
  }

 private:
  /// False where the stream ended before the pass did.
  bool read(const Pass& pass) {
    const PngHeader& header = file_.header;
    const int width = count_of(header.width, pass.x, pass.across);
    const int height = count_of(header.height, pass.y, pass.down);
    const std::size_t bits = std::size_t(header.bit_depth) * header.channels();
    std::vector<Bytef> row((bits * width + 7) / 8 + 1);
    std::vector<Bytef> previous(row.size());
    for (int y = 0; y < height && width > 0; ++y) {
      if (!stream_.read(row)) return false;
      if (row[0] > 4) refuse("a row is filtered in an unknown way", label_);
      unfilter(row, previous, std::max<std::size_t>(bits / 8, 1));
      std::uint8_t* out = image_.rgb.data() + (std::size_t(pass.y + y * pass.down) * header.width + pass.x) * 3;
      for (int x = 0; x < width; ++x) put(row, x, out + std::size_t(x) * pass.across * 3);
      row.swap(previous);
    }
    return true;
  }

  void put(const std::vector<Bytef>& row, int x, std::uint8_t* rgb) const {
    const PngHeader& header = file_.header;
    if (header.has_palette()) {
      std::copy_n(palette_.data() + std::size_t(sample(row, x)) * 3, 3, rgb);
    } else if (header.channels() >= 3) {
      for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>(sample(row, x * header.channels() + c));
    } else {
      const int highest = header.bit_depth < 8 ? (1 << header.bit_depth) - 1 : 255;
      std::fill_n(rgb, 3, static_cast<std::uint8_t>(sample(row, x * header.channels()) * (255 / highest)));
    }
  }

  /// Of 16 bits the upper eight.
  [[nodiscard]] int sample(const std::vector<Bytef>& row, int index) const {
    const int depth = file_.header.bit_depth;
    if (depth == 8) return row[std::size_t(index) + 1];
    if (depth == 16) return row[std::size_t(index) * 2 + 1];
    const std::size_t bit = std::size_t(index) * depth;
    const int shift = 8 - depth - static_cast<int>(bit % 8);
    return (row[bit / 8 + 1] >> shift) & ((1 << depth) - 1);
  }

  const PngFile& file_;
  const std::string& label_;
  PixelStream stream_;
  std::array<std::uint8_t, std::size_t{256} * 3> palette_{};
  Image image_;
};

void require_room(const PngFile& file, const std::string& label) {
  std::uint64_t stored = 0;
  for (const std::string_view data : file.data) stored += data.size();
  const PngHeader& header = file.header;
  const std::uint64_t bits = std::uint64_t(header.width) * header.height * header.bit_depth * header.channels();
  if (bits / 8 / kLargestInflation > stored) {
    refuse(concat(stored, " bytes cannot hold ", header.width, "x", header.height, " pixels"), label);
  }
}

}  // namespace

Image png_pixels(const PngFile& file, const std::string& label) {
  require_room(file, label);
  return Pixels(file, label).take();
}

void visit_png_rows(const PngFile& file, const std::function<void(int y, const std::uint8_t* row)>& show) {
  const std::string label = "picture";
  const PngHeader& header = file.header;
  const std::size_t bits = std::size_t(header.bit_depth) * header.channels();
  require_room(file, label);
  PixelStream stream(file, label);
  std::vector<Bytef> row((bits * header.width + 7) / 8 + 1);
  std::vector<Bytef> previous(row.size());
  for (int y = 0; y < header.height && stream.read(row); ++y) {
    if (row[0] > 4) refuse("a row is filtered in an unknown way", label);
    unfilter(row, previous, std::max<std::size_t>(bits / 8, 1));
    show(y, row.data() + 1);
    row.swap(previous);
  }
}

}  // namespace tstitch
