#include "core/image/exif.h"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/image/foreign_pictures.h"

namespace tstitch {
namespace {

using test::exif_block;
using test::unicode_comment;

std::optional<std::string> user_comment(const std::string& block) {
  const std::vector<PictureText> texts = exif_texts(block);
  return texts.empty() ? std::nullopt : std::optional(texts.back().text);
}

TEST(Exif, ReadsAUserCommentInUtf16) {
  EXPECT_EQ(user_comment(exif_block(unicode_comment("a cat\nSteps: 20"))), "a cat\nSteps: 20");
  const std::string emoji = std::string("UNICODE\0", 8) + std::string("\xD8\x3D\xDE\x00", 4);
  EXPECT_EQ(user_comment(exif_block(emoji)), "😀");
}

TEST(Exif, ReadsLittleEndianTextOfOtherWriters) {
  EXPECT_EQ(user_comment(exif_block(std::string("UNICODE\0h\0i\0!\0", 14))), "hi!");
}

TEST(Exif, ReadsOneByteTexts) {
  EXPECT_EQ(user_comment(exif_block(std::string("ASCII\0\0\0plain\0\0", 15))), "plain");
  EXPECT_EQ(user_comment(exif_block(std::string("\0\0\0\0\0\0\0\0caf\xC3\xA9", 13))), "café");
  EXPECT_EQ(user_comment(exif_block(std::string("ASCII\0\0\0caf\xE9", 12))), "café");
}

TEST(Exif, TellsTheByteOrderOfTextThatIsHardlyAscii) {
  const std::string big = std::string("UNICODE\0", 8) + std::string("\x96\xEA\x72\xD0\0\n", 6);
  const std::string little = std::string("UNICODE\0", 8) + std::string("\xEA\x96\xD0\x72\n\0", 6);
  EXPECT_EQ(user_comment(exif_block(big)), "雪狐\n");
  EXPECT_EQ(user_comment(exif_block(little)), "雪狐\n");
  EXPECT_EQ(user_comment(exif_block(std::string("UNICODE\0\xFF\xFE\xEA\x96", 12))), "雪");
  EXPECT_EQ(user_comment(exif_block(std::string("UNICODE\0a red fox", 17))), "a red fox") << "UTF-8 after all";
}

/// A little-endian block with one ASCII tag in its main folder.
std::string block_with_make(const std::string& text) {
  std::string block("II*\0\x08\0\0\0\1\0\x0F\1\2\0", 14);
  block += static_cast<char>(text.size());
  return block + std::string("\0\0\0\x1A\0\0\0\0\0\0\0", 11) + text;
}

TEST(Exif, ReadsTheGraphsOfComfyUi) {
  const std::vector<PictureText> expected{{"workflow", "{\"nodes\": []}"}};
  EXPECT_EQ(exif_texts(block_with_make("workflow:{\"nodes\": []}")), expected);
  EXPECT_EQ(exif_texts(block_with_make("Workflow: {\"nodes\": []}")), expected);
  EXPECT_TRUE(exif_texts(block_with_make("Canon: a camera")).empty());
}

TEST(Exif, ReplacesHalfAPair) {
  EXPECT_EQ(user_comment(exif_block(std::string("UNICODE\0\xD8\x3D\0a", 12))), "\uFFFDa");
}

TEST(Exif, SaysNothingForADamagedBlock) {
  const std::string whole = exif_block(unicode_comment("text"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(user_comment(whole.substr(0, size)), std::nullopt) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = '\xFF';
    (void)user_comment(changed);  // whatever it says, it must not read outside
  }
  EXPECT_EQ(user_comment("GIF"), std::nullopt);
}

}  // namespace
}  // namespace tstitch
