#include "core/base/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

using testing::HasSubstr;

TEST(JsonFieldsReader, NamesThePlaceOfABadField) {
  const auto object = nlohmann::json::parse(R"({"n":"x","o":{"i":1.5},"u":-1,"big":5000000000,"huge":1e300})");
  const JsonFields fields(object, {}, "request");
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

TEST(JsonFieldsReader, NamesFileAndPath) {
  const auto object = nlohmann::json::parse(R"({"a":{"list":[{"n":1},{"n":"x"}]}})");
  const JsonFields fields(object, "a.json");
  EXPECT_EQ(fields.place("a"), "a.json: a");
  const std::vector<JsonFields> elements = fields.object("a").objects("list");
  ASSERT_EQ(elements.size(), 2U);
  EXPECT_EQ(elements[0].integer("n"), 1);
  EXPECT_EQ(elements[1].place("n"), "a.json: a.list[1].n");
}

TEST(JsonFieldsReader, WantsAnObject) {
  const nlohmann::json list = nlohmann::json::array();
  EXPECT_THROW(JsonFields(list, "request"), BadInput);
}

}  // namespace
}  // namespace tstitch
