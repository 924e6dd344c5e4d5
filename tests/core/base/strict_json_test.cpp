#include "core/base/strict_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text, std::size_t limit = kJsonLimit) {
  try {
    parse_strict_json(text, "file.json", limit);
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "file.json");
    return error.what();
  }
  return "accepted";
}

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']');
}

TEST(StrictJson, ReadsOrdinaryJson) {
  const auto value = parse_strict_json(R"({"a":[1,{"b":null}],"c":18446744073709551615})", "x");
  EXPECT_EQ(value["a"][0], 1);
  EXPECT_EQ(value["c"].get<std::uint64_t>(), 18446744073709551615U);
}

TEST(StrictJson, RefusesAKeyThatStandsTwiceInOneObject) {
  EXPECT_THAT(refusal(R"({"a":1,"b":2,"a":3})"), HasSubstr("\"a\" twice"));
  EXPECT_THAT(refusal(R"([{"x":{"k":1,"k":1}}])"), HasSubstr("\"k\" twice"));
  EXPECT_EQ(refusal(R"({"a":{"a":1},"b":{"a":2}})"), "accepted");
}

TEST(StrictJson, BoundsTheDepth) {
  EXPECT_EQ(refusal(nested(kJsonDepthLimit)), "accepted");
  EXPECT_THAT(refusal(nested(kJsonDepthLimit + 1)), HasSubstr("deeper than 64"));
  EXPECT_THAT(refusal(std::string(500000, '[')), HasSubstr("deeper than 64"));
}

TEST(StrictJson, BoundsTheLength) {
  EXPECT_EQ(refusal("[1,2]", 5), "accepted");
  EXPECT_THAT(refusal("[1,22]", 5), HasSubstr("6 bytes; at most 5"));
}

TEST(StrictJson, RefusesWhatIsNotJsonOrNotUtf8) {
  for (const char* text : {"", "{", "{'a':1}", "[1,]", "[1] x", "nan", "[1e999]", "{\"a\"}"}) {
    EXPECT_THAT(refusal(text), HasSubstr("not JSON")) << text;
  }
  EXPECT_THAT(refusal("[\"\xFF\"]"), HasSubstr("UTF-8"));
}

TEST(JsonFieldsReader, NamesThePlaceOfABadField) {
  const auto object = nlohmann::json::parse(R"({"n":"x","o":{"i":1.5},"u":-1,"big":5000000000,"huge":1e300})");
  const JsonFields fields(object, "request");
  const auto place_of = [](auto read) {
    try {
      read();
    } catch (const BadInput& error) {
      return error.where();
    }
    return std::string("accepted");
  };
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.number("n")); }), "request.n");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.object("o").integer("i")); }), "request.o.i");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.unsigned_integer("u")); }), "request.u");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.integer("big")); }), "request.big");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.integer("huge")); }), "request.huge");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.text("missing")); }), "request.missing");
  EXPECT_EQ(place_of([&] { static_cast<void>(fields.array("o")); }), "request.o");
  EXPECT_EQ(fields.integer("u"), -1);
}

TEST(JsonFieldsReader, NamesEveryUnknownField) {
  const auto object = nlohmann::json::parse(R"({"a":1,"b":2,"c":3})");
  try {
    JsonFields(object, "request").refuse_others({"b"});
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(error.what(), HasSubstr("\"a\", \"c\""));
  }
  EXPECT_NO_THROW(JsonFields(object, "request").refuse_others({"a", "b", "c"}));
}

TEST(JsonFieldsReader, WantsAnObject) {
  EXPECT_THROW(JsonFields(nlohmann::json::array(), "request"), BadInput);
}

}  // namespace
}  // namespace tstitch
