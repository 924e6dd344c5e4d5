#include "core/prompt/prompt_tags.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tstitch {
namespace {

TEST(PromptTags, LeaveTheWords) {
  const TaggedPrompt taken = take_tags("a red fox <lora:foxStyle:0.8> <lyco:b c:1:0.5>, <hypernet:x>");
  EXPECT_EQ(taken.words, "a red fox  , ");
  EXPECT_EQ(taken.tags, (std::vector<PromptTag>{
                            {"lora", {"foxStyle", "0.8"}}, {"lyco", {"b c", "1", "0.5"}}, {"hypernet", {"x"}}}));
  EXPECT_EQ(text_of(taken.tags[0]), "<lora:foxStyle:0.8>");
}

/// What the web UI's own two patterns make of them.
TEST(PromptComments, LeaveTheWords) {
  EXPECT_EQ(without_comments("a red fox"), "a red fox");
  EXPECT_EQ(without_comments("a red fox # , snow"), "a red fox \n");
  EXPECT_EQ(without_comments("# style\na red fox"), "\na red fox");
  EXPECT_EQ(without_comments("a red fox\n# snow\non a hill"), "a red fox\non a hill");
  EXPECT_EQ(without_comments("a\n#b\n#c\nd"), "a\n\nd");
  EXPECT_EQ(without_comments("a #b\nc\n"), "a \nc\n");
  EXPECT_EQ(without_comments("#"), "\n");
  EXPECT_EQ(without_comments(""), "");
}

TEST(PromptTags, AreNothingElse) {
  for (const char* words :
       {"a <cat-toy> b", "<lora>", "<lora:>", "<lora:x", "1 < 2: 3", "<a b:c>", "<<>>", "<", "<:x>"}) {
    EXPECT_EQ(take_tags(words).words, words);
    EXPECT_TRUE(take_tags(words).tags.empty()) << words;
  }
  EXPECT_EQ(take_tags("<a<lora:x:1>").words, "<a");
}

TEST(PromptTags, FindWhatMeansSomethingElsewhere) {
  EXPECT_EQ(foreign_syntax("a cat AND a dog, {red|blue} __colour__"),
            (std::vector<std::string>{"AND", "{red|blue}", "__colour__"}));
  EXPECT_TRUE(foreign_syntax("a BAND, {x} {y, _z_ a__b ____ __a b__").empty());
}

TEST(PromptTags, FindWholeWords) {
  EXPECT_EQ(find_word("a band, and b", "and"), 8U);
  EXPECT_EQ(find_word("band", "and"), std::string::npos);
  EXPECT_EQ(find_word("<cat-toy>", "<cat-toy>"), 0U);
}

}  // namespace
}  // namespace tstitch
