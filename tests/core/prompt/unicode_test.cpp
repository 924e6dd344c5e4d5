#include "core/prompt/unicode.h"

#include <gtest/gtest.h>

namespace tstitch::unicode {
namespace {

TEST(UnicodeClasses, KnowLettersNumbersAndSpaces) {
  EXPECT_TRUE(is_letter(U'a') && is_letter(U'ß') && is_letter(U'東') && is_letter(0x1E900));
  EXPECT_FALSE(is_letter(U'1') || is_letter(U'_') || is_letter(0x301) || is_letter(0x10FFFF));
  EXPECT_TRUE(is_number(U'7') && is_number(U'½') && is_number(U'Ⅷ') && is_number(U'٣'));
  EXPECT_FALSE(is_number(U'九') || is_number(U'a'));
  EXPECT_TRUE(is_space(U' ') && is_space(0x85) && is_space(0x3000));
  EXPECT_FALSE(is_space(0x1C) || is_space(0x200B) || is_space(0xFEFF));
}

TEST(UnicodeCase, LowersEachCodePointByItself) {
  EXPECT_EQ(lower_case(U"ÀÉ ΣΑΣ ǅ"), U"àé σασ ǆ");
  EXPECT_EQ(lower_case(U"\u0130"), U"i\u0307");
  EXPECT_EQ(lower_case(U"\U00010400\u1E9E"), U"\U00010428ß");
  EXPECT_EQ(lower_case(U"ĀāĂă"), U"āāăă");
}

TEST(UnicodeNormalization, ComposesCanonically) {
  EXPECT_EQ(nfc(U"e\u0301"), U"é");
  EXPECT_EQ(nfc(U"q\u0307\u0323"), U"q\u0323\u0307");  // marks in canonical order
  EXPECT_EQ(nfc(U"a\u0301\u0323"), U"ạ\u0301");        // the lower mark joins first
  EXPECT_EQ(nfc(U"\u212B\u2126"), U"\u00C5\u03A9");    // singletons
  EXPECT_EQ(nfc(U"\u0958"), U"\u0915\u093C");          // excluded from composition
  EXPECT_EQ(nfc(U"\u1100\u1161\u11A8"), U"\uAC01");    // Hangul
  EXPECT_EQ(nfc(U"\uAC00\u11A8"), U"\uAC01");
  EXPECT_EQ(nfc(U"\uAC01\u11A8"), U"\uAC01\u11A8");
  EXPECT_EQ(nfc(U"\u0301a"), U"\u0301a");  // a mark without a base
  EXPECT_EQ(nfc(U"\U0002F800"), U"\u4E3D");
}

}  // namespace
}  // namespace tstitch::unicode
