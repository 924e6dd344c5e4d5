#include "core/formats/zip_entry.h"

#include <algorithm>
#include <vector>

#include <zlib.h>

#include "core/base/bounded_json.h"
#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18U;

/// zlib's raw inflate.
class Inflate {
 public:
  Inflate() { TSTITCH_CHECK(inflateInit2(&stream_, -MAX_WBITS) == Z_OK); }
  ~Inflate() { inflateEnd(&stream_); }
  Inflate(const Inflate&) = delete;
  Inflate& operator=(const Inflate&) = delete;

  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

class Unpacking {
 public:
  Unpacking(const ByteSource& file, const std::string& name, const ZipEntry& entry,
            const std::function<void(std::string_view)>& sink, const std::stop_token& stop)
      : file_(file), name_(name), entry_(entry), sink_(sink), stop_(stop) {}

  void copy() {
    while (read_ < entry_.packed_size) hand_on(next_piece());
  }

  void inflate_all() {
    Inflate inflate;
    z_stream& stream = inflate.stream();
    std::vector<char> out(kPiece);
    std::string_view in;
    for (int state = Z_OK; state != Z_STREAM_END;) {
      if (in.empty() && read_ < entry_.packed_size) in = next_piece();
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));  // zlib does not write there
      stream.avail_in = static_cast<uInt>(in.size());
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      state = inflate_some(stream);
      in.remove_prefix(in.size() - stream.avail_in);
      hand_on({out.data(), out.size() - stream.avail_out});
    }
    if (!in.empty() || read_ < entry_.packed_size) refuse("holds more than it says");
  }

  void finish() const {
    if (written_ != entry_.size) refuse("has fewer bytes than it says");
    if (checksum_ != entry_.crc) refuse("does not match its checksum");
  }

 private:
  [[noreturn]] void refuse(const char* what) const {
    throw BadInput(concat("is a damaged zip archive: entry ", in_quotes(name_), " ", what, "."), file_.label());
  }

  int inflate_some(z_stream& stream) const {
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    if (state == Z_MEM_ERROR) throw OutOfMemory("There is no memory to unpack a file.", file_.label());
    if (state != Z_OK && state != Z_STREAM_END) refuse(state == Z_BUF_ERROR ? "ends early" : "cannot be unpacked");
    return state;
  }

  std::string_view next_piece() {
    stop_point(stop_);
    piece_ = file_.text(entry_.begin + read_,
                        static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, entry_.packed_size - read_)));
    read_ += piece_.size();
    return piece_;
  }

  void hand_on(std::string_view bytes) {
    if (bytes.size() > entry_.size - written_) refuse("holds more than it says");
    checksum_ = static_cast<std::uint32_t>(
        crc32(checksum_, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
    written_ += bytes.size();
    if (!bytes.empty()) sink_(bytes);
  }

  const ByteSource& file_;
  const std::string& name_;
  const ZipEntry& entry_;
  const std::function<void(std::string_view)>& sink_;
  const std::stop_token& stop_;
  std::string piece_;
  std::uint64_t read_ = 0;
  std::uint64_t written_ = 0;
  std::uint32_t checksum_ = 0;
};

}  // namespace

bool is_inner_path(std::string_view name) {
  const bool has_control = std::any_of(name.begin(), name.end(), [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F || letter == '\\';
  });
  if (name.empty() || has_control || !is_valid_utf8(name)) return false;
  const std::vector<std::string> parts = split(name, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

void unpack_zip_entry(const ByteSource& file, const std::string& name, const ZipEntry& entry,
                      const std::function<void(std::string_view bytes)>& sink, const std::stop_token& stop) {
  Unpacking unpacking(file, name, entry, sink, stop);
  if (entry.is_deflated) {
    unpacking.inflate_all();
  } else {
    unpacking.copy();
  }
  unpacking.finish();
}

}  // namespace tstitch
