#include "core/base/utf8.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

TEST(Utf8, ReadsWhatItWrites) {
  const std::u32string corners{0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
  EXPECT_EQ(decode_utf8(encode_utf8(corners)), corners);
  EXPECT_EQ(encode_utf8(U"aé東😀"), "aé東😀");
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE6\x9D"}) {
    EXPECT_THROW((void)decode_utf8(text), BadInput);
  }
}

}  // namespace
}  // namespace tstitch
