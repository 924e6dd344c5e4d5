#include "core/formats/zip_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/checksum.h"
#include "tests/support/torch_archive_bytes.h"

namespace tstitch {
namespace {

using test::zip_bytes;
using test::ZipRecord;
using testing::HasSubstr;

std::string refusal_of(const std::string& bytes) {
  try {
    read_zip_directory(MemoryBytes(bytes, "file.zip"));
  } catch (const BadInput& error) {
    return error.sentence();
  }
  return {};
}

const std::vector<ZipRecord> kTwo{{.name = "a/x", .data = "hello"}, {.name = "a/y", .data = ""}};

TEST(ZipDirectory, findsStoredEntries) {
  const std::string bytes = zip_bytes(kTwo);
  const ZipDirectory directory = read_zip_directory(MemoryBytes(bytes, "file.zip"));
  ASSERT_EQ(directory.size(), 2U);
  EXPECT_EQ(bytes.substr(directory.at("a/x").begin, directory.at("a/x").size), "hello");
  EXPECT_EQ(directory.at("a/y").size, 0U);
}

TEST(ZipDirectory, mayEndWithAComment) {
  EXPECT_EQ(refusal_of(zip_bytes(kTwo, "a comment")), "");
}

TEST(ZipDirectory, mayLeaveSizesToWhatFollowsTheData) {
  std::vector<ZipRecord> records = kTwo;
  records[0].flags = 0x0808;
  std::string bytes = zip_bytes(records);
  bytes.replace(18, 8, std::string(8, '\0'));  // of the first local header
  EXPECT_EQ(refusal_of(bytes), "");
  records[0].flags = 0;
  bytes = zip_bytes(records);
  bytes.replace(18, 8, std::string(8, '\0'));
  EXPECT_THAT(refusal_of(bytes), HasSubstr("two different sizes"));
}

TEST(ZipDirectory, refusesWhatTorchNeverWrites) {
  std::vector<ZipRecord> records = kTwo;
  records[0].method = 8;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("is compressed"));
  records = kTwo;
  records[0].flags = 1;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("is encrypted"));
}

TEST(ZipDirectory, refusesTwoViewsOfOneFile) {
  std::vector<ZipRecord> records = kTwo;
  records[0].local_name = "a/z";
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("has another name where its data is"));
  records = kTwo;
  records[1].name = "a/x";
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("\"a/x\" is given twice"));
}

TEST(ZipDirectory, refusesEntriesOverOneAnother) {
  std::vector<ZipRecord> records = kTwo;
  records[0].size_change = 1;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("lies over another one"));
  records = kTwo;
  records[1].size_change = 1;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("lies outside it"));
  records[1].size_change = 0;
  records[1].place_change = 1U << 30U;
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("lies outside it"));
}

TEST(ZipDirectory, boundsTheNumberOfEntries) {
  std::vector<ZipRecord> records;
  constexpr int kMost = 1 << 17;
  records.reserve(kMost + 1);
  for (int i = 0; i <= kMost; ++i) records.push_back({.name = std::to_string(i), .data = ""});
  EXPECT_THAT(refusal_of(zip_bytes(records)), HasSubstr("131073 entries; at most 131072"));
  records.pop_back();
  EXPECT_EQ(refusal_of(zip_bytes(records)), "");
}

TEST(ZipDirectory, refusesDataBehindTheDirectory) {
  std::string bytes = zip_bytes(kTwo);
  const std::size_t end64 = bytes.find("PK\x06\x06");
  bytes.insert(end64, "hidden");
  EXPECT_THAT(refusal_of(bytes), HasSubstr("64-bit end record is not where it should be"));
  EXPECT_THAT(refusal_of("PK\x03\x04 no directory follows"), HasSubstr("has no directory at its end"));
}

TEST(Checksum, isTheCrcOfZip) {
  EXPECT_EQ(crc32_of("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32_of(""), 0U);
}

}  // namespace
}  // namespace tstitch
