#include "core/image/inflated_text.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/image/picture.h"

namespace tstitch {
namespace {

std::string deflated(const std::string& text, Wrapping wrapping) {
  z_stream stream{};
  const int bits = wrapping == Wrapping::Gzip ? 16 + MAX_WBITS : MAX_WBITS;
  EXPECT_EQ(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string bytes(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(bytes.size() - stream.avail_out);
  deflateEnd(&stream);
  return bytes;
}

TEST(InflatedText, isTheTextInItsOwnWrappingOnly) {
  const std::string text = "a fox, 3d";
  for (const Wrapping wrapping : {Wrapping::Zlib, Wrapping::Gzip}) {
    const Wrapping other = wrapping == Wrapping::Zlib ? Wrapping::Gzip : Wrapping::Zlib;
    EXPECT_EQ(inflated_text(deflated(text, wrapping), wrapping), text);
    EXPECT_EQ(inflated_text(deflated(text, wrapping), other), std::nullopt);
  }
}

TEST(InflatedText, isNothingWhereItIsDamagedOrTooLong) {
  const std::string whole = deflated("a fox, 3d", Wrapping::Zlib);
  EXPECT_EQ(inflated_text(whole.substr(0, whole.size() - 5), Wrapping::Zlib), std::nullopt);
  EXPECT_EQ(inflated_text("", Wrapping::Zlib), std::nullopt);
  EXPECT_TRUE(inflated_text(deflated(std::string(kLargestText, 'a'), Wrapping::Zlib), Wrapping::Zlib));
  EXPECT_FALSE(inflated_text(deflated(std::string(kLargestText + 1, 'a'), Wrapping::Zlib), Wrapping::Zlib));
}

}  // namespace
}  // namespace tstitch
