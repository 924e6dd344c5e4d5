#include "core/configs/config_text.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

TEST(ConfigText, whatOnlyPythonWritesBecomesJson) {
  EXPECT_EQ(plain_json(R"({"a":-Infinity,"b":"-Infinity","c":NaN})"), R"({"a":null,"b":"-Infinity","c":NaN})");
  EXPECT_EQ(plain_json(R"({"a":"\"-Infinity\\","b":1e30})"), R"({"a":"\"-Infinity\\","b":1e30})");
  EXPECT_EQ(plain_json(R"("cut off)"), R"("cut off)");
  EXPECT_EQ(plain_json(R"("cut off\)"), R"("cut off\)");
}

TEST(ConfigText, longWholeNumbersGetAPoint) {
  EXPECT_EQ(with_long_numbers(R"({"n":1000000000000000019884624838656,"m":-12,"s":"1000000000000000019884624838656"})"),
            R"({"n":1000000000000000019884624838656.0,"m":-12,"s":"1000000000000000019884624838656"})");
  EXPECT_EQ(with_long_numbers("[1e300, 0.12345678901234567890123, -]"), "[1e300, 0.12345678901234567890123, -]");
}

TEST(ConfigText, aClassFromOutsideCountsFirst) {
  EXPECT_EQ(with_class(R"({"_class_name":"A"})", "B", "f"), R"({"_class_name":"B"})");
  EXPECT_EQ(with_class(R"({"_class_name":"A"})", "", "f"), R"({"_class_name":"A"})");
  EXPECT_EQ(with_architecture("{}", "B", "f"), R"({"architectures":["B"]})");
  EXPECT_THROW(with_class("[]", "B", "f"), BadInput);
  EXPECT_TRUE(tells_class(R"({"architectures":["A"]})", "f"));
  EXPECT_FALSE(tells_class(R"({"_class_name":null})", "f"));
}

}  // namespace
}  // namespace tstitch
