#include "core/base/number_text.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/process_locale.h"

namespace tstitch {
namespace {

TEST(ReadNumber, takesTheWholeTextOnly) {
  EXPECT_EQ(read_number<double>("7.5"), 7.5);
  EXPECT_EQ(read_number<double>("-1.5e3"), -1500);
  EXPECT_EQ(read_number<int>("-12"), -12);
  EXPECT_EQ(read_number<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text :
       {"", "7,5", "1.234,5", "1 000", "+7", " 7", "7 ", "0x10", "inf", "nan", "1e999", "\xD9\xA7"}) {
    EXPECT_FALSE(read_number<double>(text)) << text;
  }
  EXPECT_FALSE(read_number<int>("7.5"));
  EXPECT_FALSE(read_number<std::uint64_t>("-1"));
  EXPECT_FALSE(read_number<std::uint64_t>("18446744073709551616"));
}

TEST(LeadingNumber, leavesOutBlanksAndWhatFollows) {
  EXPECT_EQ(leading_number<int>("  16284 kB"), 16284);
  EXPECT_EQ(leading_number<double>("3.5\t7"), 3.5);
  EXPECT_FALSE(leading_number<int>("max"));
  EXPECT_FALSE(leading_number<int>("  "));
}

TEST(FixedText, hasThatManyDecimals) {
  EXPECT_EQ(fixed_text(0.5, 2), "0.50");
  EXPECT_EQ(fixed_text(1234567.25, 1), "1234567.2");
  EXPECT_EQ(fixed_text(-2.0 / 3.0, 3), "-0.667");
  EXPECT_EQ(fixed_text(std::numeric_limits<double>::max(), 0).size(), 309U);
}

TEST(NumbersInText, areTheSameInEveryLocale) {
  for (const char* name : test::kLocales) {
    const test::ProcessLocale locale(name);
    EXPECT_EQ(read_number<double>("7.5"), 7.5) << name;
    EXPECT_FALSE(read_number<double>("7,5")) << name;
    EXPECT_EQ(number_text(1234.5), "1234.5") << name;
    EXPECT_EQ(fixed_text(1234.5, 2), "1234.50") << name;
    EXPECT_EQ(concat(1234567, ' ', 0.5), "1234567 0.5") << name;
    EXPECT_EQ(lower_case("INFO"), "info") << name;
    EXPECT_FALSE(is_ascii_letter('\xE4')) << name;
  }
}

}  // namespace
}  // namespace tstitch
