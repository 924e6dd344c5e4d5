#include "core/configs/config_reader.h"

#include <array>

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

const ConfigReader& reader() {
  static const ConfigReader kReader(
      R"({"int": 5, "real": 0.5, "flag": true, "text": "abc", "list": [1, 2], "texts": ["a"], "null": null})",
      "f.json");
  return kReader;
}

template <class Read>
std::string refusal(Read read) {
  try {
    (void)read();
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), "f.json");
    return error.what();
  }
  return "accepted";
}

TEST(ConfigReader, readsValuesAndDefaults) {
  EXPECT_EQ(reader().integer("int", 1, 0, 10), 5);
  EXPECT_EQ(reader().integer("absent", 1, 0, 10), 1);
  EXPECT_EQ(reader().integer("null", 0, 10), std::nullopt);
  EXPECT_EQ(reader().number("real", 1.0, 0.0, 1.0), 0.5);
  EXPECT_EQ(reader().number("int", 1.0, 0.0, 10.0), 5.0);
  EXPECT_EQ(reader().boolean("flag", false), true);
  EXPECT_EQ(reader().text("text"), "abc");
  EXPECT_EQ(reader().integers("list", {}, 0, 9), (std::vector<int>{1, 2}));
  EXPECT_EQ(reader().integer_per_level("int", 1, 3, 0, 9), (std::vector<int>{5, 5, 5}));
  EXPECT_EQ(reader().texts("absent", {"x"}), (std::vector<std::string>{"x"}));
  EXPECT_TRUE(reader().mentions("null"));
  EXPECT_FALSE(reader().has("null"));
}

TEST(ConfigReader, refusalsSayWhatWasFoundAndWhatWasExpected) {
  EXPECT_EQ(refusal([] { return reader().integer("int", 1, 6, 10); }), "int is \"5\", which is not in 6..10.");
  EXPECT_EQ(refusal([] { return reader().integer("real", 1, 6, 10); }),
            "real is \"0.5\"; a whole number was expected.");
  EXPECT_THAT(refusal([] { return reader().number("text", 0.0, 1.0); }), testing::HasSubstr("a number was expected"));
  EXPECT_THAT(refusal([] { return reader().boolean("int"); }), testing::HasSubstr("true or false was expected"));
  EXPECT_THAT(refusal([] { return reader().text("int"); }), testing::HasSubstr("a text was expected"));
  EXPECT_THAT(refusal([] { return reader().integers("texts", {}, 0, 9); }), testing::HasSubstr("texts is"));
  EXPECT_THAT(refusal([] { return reader().integer_per_level("list", 1, 3, 0, 9); }), testing::HasSubstr("3 levels"));
  EXPECT_THAT(refusal([] { return reader().texts("list", {}); }), testing::HasSubstr("list of texts"));
}

TEST(ConfigReader, choicesListWhatIsKnown) {
  constexpr std::array kNames{ConfigName<int>{"abc", 1}, ConfigName<int>{"def", 2}};
  constexpr std::array kOthers{ConfigName<int>{"x", 1}, ConfigName<int>{"y", 2}};
  EXPECT_EQ(reader().choice<int>("text", kNames), 1);
  EXPECT_EQ(reader().choice<int>("absent", kNames), std::nullopt);
  EXPECT_EQ(refusal([&] { return reader().choice<int>("text", kOthers); }),
            "text is \"abc\", which is not supported; known: x, y.");
}

TEST(ConfigReader, requireAcceptsTheListedValuesAndSilence) {
  reader().require("flag", {true});
  reader().require("null", {});
  reader().require("absent", {});
  EXPECT_EQ(refusal([] { return reader().require("text", {"xyz"}), 0; }),
            "text is \"abc\", which no supported model uses.");
}

}  // namespace
}  // namespace tstitch
