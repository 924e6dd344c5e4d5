#include "core/base/bounded_json.h"

#include <limits>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/process_locale.h"

namespace tstitch {
namespace {

std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
  try {
    (void)parse_bounded_json(text, "config.json", limits);
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "config.json");
    return error.what();
  }
  return "accepted";
}

std::string nested(int depth) {
  return concat(std::string(depth, '['), std::string(depth, ']'));
}

TEST(BoundedJson, readsEveryKindOfValue) {
  const std::string text = R"({"a":[1,-2,0.5,true,false,null,"x\n\u00e9"],"b":{"c":{}},"d":[[],[{}]]})";
  EXPECT_EQ(parse_bounded_json(text, "config.json"), nlohmann::json::parse(text));
  EXPECT_EQ(parse_bounded_json(" 5 ", "config.json"), 5);
}

TEST(BoundedJson, integersAreExact) {
  const auto json = parse_bounded_json("[18446744073709551615,-9223372036854775808,9007199254740993]", "config.json");
  EXPECT_EQ(json[0].get<std::uint64_t>(), 18446744073709551615U);
  EXPECT_EQ(json[1].get<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(json[2].get<std::int64_t>(), 9007199254740993);
  EXPECT_THAT(refusal("[18446744073709551616]"), testing::HasSubstr("does not fit 64 bits"));
}

TEST(BoundedJson, aKeyIsGivenOnce) {
  EXPECT_THAT(refusal(R"({"a":{"b":1,"b":2}})"), testing::HasSubstr("\"b\" is given twice"));
  EXPECT_EQ(refusal(R"({"a":{"b":1},"b":{"a":2}})"), "accepted");
}

TEST(BoundedJson, depthIsBounded) {
  EXPECT_EQ(refusal(nested(64)), "accepted");
  EXPECT_THAT(refusal(nested(65)), testing::HasSubstr("deeper than 64"));
  EXPECT_THAT(refusal(std::string(1'000'000, '[')), testing::HasSubstr("deeper than 64"));
}

TEST(BoundedJson, sizeAndCountAreBounded) {
  EXPECT_THAT(refusal("[1,2]", {.bytes = 4}), testing::HasSubstr("at most 4"));
  EXPECT_THAT(refusal("[1,2]", {.values = 2}), testing::HasSubstr("more than 2 values"));
  EXPECT_EQ(refusal("[1,2]", {.bytes = 5, .values = 3}), "accepted");
}

TEST(BoundedJson, whatIsNoJsonIsRefused) {
  for (const std::string_view text : {"", "{", "{]", "[1,]", "{\"a\":1,}", "nul", "NaN", "-Infinity", "1 2", "[1]x",
                                      "'a'", "\"\x01\"", "// a\n1", "01", "+1", ".5", "1e999"}) {
    EXPECT_THAT(refusal(text), testing::HasSubstr("not JSON")) << text;
  }
  EXPECT_THAT(refusal("\"\xC0\xAF\""), testing::HasSubstr("UTF-8"));
  EXPECT_THAT(refusal(std::string_view("{}\0{", 4)), testing::HasSubstr("zero byte"));
}

TEST(BoundedJson, readsAndWritesTheSameInEveryLocale) {
  const std::string text = R"({"beta_end":0.012,"list":[-1.5e-3,1e300,12345678901,0.1],"none":7})";
  const nlohmann::json expected = parse_bounded_json(text, "config.json");
  for (const char* name : test::kLocales) {
    const test::ProcessLocale locale(name);
    EXPECT_EQ(parse_bounded_json(text, "config.json"), expected) << name;
    EXPECT_EQ(parse_json(text), expected) << name;
    EXPECT_EQ(parse_bounded_json(text, "config.json").dump(), expected.dump()) << name;
    EXPECT_EQ(parse_ordered_json(text).dump(),
              R"({"beta_end":0.012,"list":[-0.0015,1e+300,12345678901,0.1],"none":7})");
    EXPECT_THAT(refusal("[18446744073709551616]"), testing::HasSubstr("does not fit 64 bits")) << name;
    EXPECT_THAT(refusal("[1e999]"), testing::HasSubstr("not JSON")) << name;
  }
}

TEST(ParseJson, discardsWhatIsNone) {
  EXPECT_TRUE(parse_json("{").is_discarded());
  EXPECT_TRUE(parse_json("").is_discarded());
  EXPECT_TRUE(parse_ordered_json("[1,]").is_discarded());
}

TEST(InQuotes, isShortAndHarmless) {
  EXPECT_EQ(in_quotes("a\nb"), "\"a?b\"");
  EXPECT_EQ(in_quotes(std::string(200, 'x')), '"' + std::string(100, 'x') + "...\"");
  EXPECT_EQ(in_quotes(std::string(99, 'x') + "\xC3\xA9"), '"' + std::string(99, 'x') + "...\"");
}

}  // namespace
}  // namespace tstitch
