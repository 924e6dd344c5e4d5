#include "core/engine/wire/frame.h"

#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/checksum.h"

namespace tstitch::wire {

namespace {

constexpr std::size_t kNumberBytes = 4;
constexpr const char* kWhere = "frame";
/// A frame's JSON describes attachments and small values; what may grow long is an attachment itself.
constexpr JsonLimits kLimits{kMostFrameBytes, 64, std::size_t{1} << 20U};

std::string number_bytes(std::uint32_t number) {
  std::string bytes;
  for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((number >> shift) & 0xFFU);
  return bytes;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (unsigned i = 0; i < kNumberBytes; ++i) {
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return number;
}

[[noreturn]] void refuse(const std::string& what) {
  throw BadInput(what, kWhere);
}

/// The bytes behind the header, whose checksums are right.
Frame parsed(std::string_view body) {
  const std::size_t json_bytes = number_at(body, 0);
  body.remove_prefix(kNumberBytes);
  if (json_bytes > body.size()) {
    refuse(concat("its JSON is said to be ", json_bytes, " bytes, of ", body.size(), " that are there."));
  }
  Frame frame{parse_bounded_json(body.substr(0, json_bytes), kWhere, kLimits), std::string(body.substr(json_bytes))};
  if (!frame.head.is_object()) refuse("its JSON is no object.");
  return frame;
}

}  // namespace

std::string framed(std::string_view json, const std::vector<std::string_view>& attachments) {
  std::string body = number_bytes(static_cast<std::uint32_t>(json.size()));
  std::size_t size = body.size() + json.size();
  for (const std::string_view attachment : attachments) size += attachment.size();
  TSTITCH_CHECK(size + kFrameHeaderBytes <= kMostFrameBytes, size);
  body.reserve(size);
  body += json;
  for (const std::string_view attachment : attachments) body += attachment;
  const std::string length = number_bytes(static_cast<std::uint32_t>(body.size()));
  return concat(length, number_bytes(crc32_of(length)), number_bytes(crc32_of(body)), body);
}

void FrameCutter::add(std::string_view bytes) {
  bytes_.erase(0, std::exchange(at_, 0));
  bytes_ += bytes;
}

std::size_t FrameCutter::begun_length() const {
  return begun_bytes() < kNumberBytes ? 0 : kFrameHeaderBytes + number_at(bytes_, at_);
}

std::optional<Frame> FrameCutter::next() {
  const std::size_t length = begun_length();
  if (length == 0) return std::nullopt;
  if (length > kMostFrameBytes || length < kFrameHeaderBytes + kNumberBytes) {
    refuse(concat("a length of ", length - kFrameHeaderBytes, " bytes; ", kNumberBytes, " to ",
                  kMostFrameBytes - kFrameHeaderBytes, " are possible."));
  }
  const std::string_view there = rest();
  if (there.size() < kFrameHeaderBytes) return std::nullopt;
  if (crc32_of(there.substr(0, kNumberBytes)) != number_at(there, kNumberBytes)) {
    refuse("the checksum of its length is wrong.");
  }
  if (there.size() < length) return std::nullopt;
  const std::string_view body = there.substr(kFrameHeaderBytes, length - kFrameHeaderBytes);
  if (crc32_of(body) != number_at(there, 2 * kNumberBytes)) refuse("its checksum is wrong.");
  Frame frame = parsed(body);
  at_ += length;
  ++frames_;
  return frame;
}

}  // namespace tstitch::wire
