#include "core/base/text.h"

#include <cmath>
#include <limits>
#include <locale>

#include <gtest/gtest.h>

#include "core/base/number_text.h"

namespace tstitch {
namespace {

/// A locale that writes 1.234,5.
struct CommaNumbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

class CommaLocale {
 public:
  CommaLocale() : before_(std::locale::global(std::locale(std::locale::classic(), new CommaNumbers))) {}
  ~CommaLocale() { std::locale::global(before_); }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;

 private:
  std::locale before_;
};

TEST(Concat, JoinsWhateverPrints) {
  EXPECT_EQ(concat("got ", 7, 'x', 0.5), "got 7x0.5");
}

TEST(Concat, OfNothingIsEmpty) {
  EXPECT_EQ(concat(), "");
}

TEST(Concat, WritesNumbersAlikeInEveryLocale) {
  const CommaLocale locale;
  EXPECT_EQ(concat(1234.5), "1234.5");
  EXPECT_EQ(concat(1234567), "1234567");
}

TEST(Join, PutsTheSeparatorBetween) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Split, KeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

TEST(Trimmed, TakesBlanksFromBothSides) {
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
}

TEST(Utf8, TakesEveryPlane) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain"));
  EXPECT_TRUE(is_valid_utf8("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  const std::vector<std::string> bad{
      "\x80",              // continuation without a lead
      "\xC0\x80",          // overlong
      "\xC1\xBF",          // overlong
      "\xE0\x9F\xBF",      // overlong
      "\xF0\x8F\xBF\xBF",  // overlong
      "\xED\xA0\x80",      // surrogate
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xF5\x80\x80\x80",  // above U+10FFFF
      "\xE2\x82",          // cut short
      "\xE2\x28\xA1",      // second byte
      "\xE2\x82\x28",      // third byte
      "\xFF",
  };
  for (const std::string& text : bad) EXPECT_FALSE(is_valid_utf8(text)) << testing::PrintToString(text);
}

TEST(NumberText, IsShortAndReadsBackExactly) {
  EXPECT_EQ(number_text(7.5), "7.5");
  EXPECT_EQ(number_text(0.18215), "0.18215");
  for (const double value : {0.1, 1.0 / 3.0, 1e-300, 123456789.123456789, -0.0}) {
    EXPECT_EQ(read_number<double>(number_text(value)), value);
  }
}

TEST(NumberText, KnowsNoLocale) {
  const CommaLocale locale;
  EXPECT_EQ(number_text(1234.5), "1234.5");
}

TEST(NumberText, NamesWhatIsNoNumber) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(number_text(std::nan("")), "nan");
}

TEST(LowerCase, MakesOnlyAsciiCapitalsSmall) {
  EXPECT_EQ(lower_case("Golden RETRIEVER-2 Zz@["), "golden retriever-2 zz@[");
  EXPECT_EQ(lower_case("\xC3\x84\xC3\xA4"), "\xC3\x84\xC3\xA4");
  EXPECT_EQ(lower_case(""), "");
}

}  // namespace
}  // namespace tstitch
