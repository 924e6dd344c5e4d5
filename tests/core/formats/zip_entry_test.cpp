#include "core/formats/zip_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/deflated_record.h"

namespace tstitch {
namespace {

using test::deflated_record;
using test::zip_bytes;
using test::ZipRecord;
using testing::HasSubstr;

const std::string kText(100'000, 'a');

/// What the only entry holds, or why it is refused.
std::string unpacked(const ZipRecord& record) {
  const std::string bytes = zip_bytes({record});
  const MemoryBytes file(bytes, "archive");
  std::string text;
  try {
    const ZipDirectory entries = read_zip_directory(file, ZipEntries::Deflated);
    unpack_zip_entry(file, record.name, entries.at(record.name), [&](std::string_view piece) { text += piece; });
  } catch (const BadInput& error) {
    EXPECT_LE(text.size(), kText.size());
    return error.sentence();
  }
  return text;
}

TEST(ZipEntries, AreUnpackedWhetherStoredOrDeflated) {
  EXPECT_EQ(unpacked(deflated_record("a", kText)), kText);
  EXPECT_EQ(unpacked(deflated_record("a", "")), "");
  EXPECT_EQ(unpacked({.name = "a", .data = "fox", .crc = deflated_record("a", "fox").crc}), "fox");
}

TEST(ZipEntries, ThatSayOtherwiseThanTheyAreAreRefused) {
  ZipRecord more = deflated_record("a", kText);
  more.unpacked_more -= 99'990;
  EXPECT_THAT(unpacked(more), HasSubstr("holds more than it says"));
  ZipRecord fewer = deflated_record("a", kText);
  fewer.unpacked_more += 1;
  EXPECT_THAT(unpacked(fewer), HasSubstr("fewer bytes than it says"));
  ZipRecord cut = deflated_record("a", kText);
  cut.data.resize(cut.data.size() / 2);
  EXPECT_THAT(unpacked(cut), HasSubstr("ends early"));
  ZipRecord tail = deflated_record("a", kText);
  tail.data += "tail";
  EXPECT_THAT(unpacked(tail), HasSubstr("holds more than it says"));
  ZipRecord garbage = deflated_record("a", kText);
  garbage.data.assign(garbage.data.size(), '\xFF');
  EXPECT_THAT(unpacked(garbage), HasSubstr("cannot be unpacked"));
  ZipRecord other = deflated_record("a", kText);
  other.crc ^= 1U;
  EXPECT_THAT(unpacked(other), HasSubstr("checksum"));
  EXPECT_THAT(unpacked({.name = "a", .data = "fox", .crc = 1}), HasSubstr("checksum"));
}

TEST(ZipEntries, OfOtherKindsAreRefused) {
  EXPECT_THAT(unpacked({.name = "a", .data = "fox", .method = 14}), HasSubstr("packed by method 14"));
  EXPECT_THAT(unpacked({.name = "a", .data = "/etc", .mode = 0xA1FF}), HasSubstr("is a link or a device"));
  const std::string bytes = zip_bytes({deflated_record("a", kText)});
  EXPECT_THROW(read_zip_directory(MemoryBytes(bytes, "archive")), BadInput) << "a reader of torch files takes none";
}

TEST(InnerPaths, LeadNowhereElse) {
  for (const char* name : {"a", "a/b.so", "nvidia/cu13/lib/libcufft.so.12", "a..b/..c", "\u00FC/x"}) {
    EXPECT_TRUE(is_inner_path(name)) << name;
  }
  for (const char* name :
       {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a\\b", "C:\\a", "a\nb", "\xFF"}) {
    EXPECT_FALSE(is_inner_path(name)) << name;
  }
}

}  // namespace
}  // namespace tstitch
