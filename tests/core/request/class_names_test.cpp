#include "core/request/class_names.h"

#include <set>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

int imagenet(std::string_view text) {
  return parse_class(text, 1000, imagenet_class_names());
}

std::string refusal(std::string_view text) {
  try {
    static_cast<void>(imagenet(text));
  } catch (const UsageError& error) {
    return error.sentence();
  }
  return {};
}

TEST(ClassNames, numbersAndNamesMeanClasses) {
  EXPECT_EQ(imagenet("207"), 207);
  EXPECT_EQ(imagenet("golden retriever"), 207);
  EXPECT_EQ(imagenet(" Golden Retriever "), 207);
  EXPECT_EQ(imagenet("Ailurus fulgens"), 387);
  EXPECT_EQ(imagenet("arctic fox"), 279);
  EXPECT_EQ(imagenet("0"), 0);
  EXPECT_EQ(imagenet("999"), 999);
}

TEST(ClassNames, theTableHasAThousandClassesEachWithAName) {
  ASSERT_EQ(imagenet_class_names().size(), 1000U);
  for (const std::string& names : imagenet_class_names()) {
    for (const std::string_view name : split_class_names(names)) EXPECT_FALSE(name.empty()) << names;
  }
  const std::set<std::string> distinct(imagenet_class_names().begin(), imagenet_class_names().end());
  EXPECT_EQ(distinct.size(), 999U);  // two are called "crane" and nothing else
}

TEST(ClassNames, whatIsNoClassIsRefusedWithWhatIsNear) {
  EXPECT_NE(refusal("1000").find("999"), std::string::npos) << refusal("1000");
  EXPECT_NE(refusal("retriever").find("golden retriever (207)"), std::string::npos) << refusal("retriever");
  EXPECT_NE(refusal("crane").find("134 (crane), 517 (crane)"), std::string::npos) << refusal("crane");
  for (const char* text : {"", "-1", "1.5", "retriever", "crane", "1000", "99999999999999999999"}) {
    EXPECT_FALSE(refusal(text).empty()) << text;
  }
}

TEST(ClassNames, aListMixesNumbersAndNames) {
  EXPECT_EQ(parse_class_list("207, otter,88", 1000, imagenet_class_names()), (std::vector{207, 360, 88}));
  EXPECT_THROW(parse_class_list("207,", 1000, imagenet_class_names()), UsageError);
}

TEST(ClassNames, aModelsOwnNamesCount) {
  const ClassNames names{"red, crimson", "blue"};
  EXPECT_EQ(parse_class("crimson", 2, names), 0);
  EXPECT_THROW(parse_class("2", 2, names), UsageError);
  EXPECT_THROW(parse_class("otter", 2, names), UsageError);
}

}  // namespace
}  // namespace tstitch
