#include "core/engine/wire/parcel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/sha256.h"
#include "tests/support/temporary_folder.h"

namespace tstitch::wire {
namespace {

class ParcelShelfTest : public testing::Test {
 protected:
  static Parcel parcel(const std::string& name, const std::string& text) {
    return {{"folder"}, {{name, text.size(), sha256_of(text)}}};
  }
  std::filesystem::path put(ParcelShelf& shelf, const std::string& name, const std::string& text) {
    shelf.add(parcel(name, text), 0, 0, text);
    return shelf.finish(parcel(name, text));
  }
  [[nodiscard]] std::filesystem::path place() const { return folder_.path() / "shelf"; }
  test::TemporaryFolder folder_;
};

TEST_F(ParcelShelfTest, keepsWhatCame) {
  ParcelShelf shelf(place(), 100);
  EXPECT_FALSE(shelf.find(parcel("a", "text")));
  shelf.add(parcel("a", "text"), 0, 0, "te");
  shelf.add(parcel("a", "text"), 0, 2, "xt");
  EXPECT_FALSE(shelf.find(parcel("a", "text")));
  const auto file = shelf.finish(parcel("a", "text"));
  EXPECT_EQ(shelf.find(parcel("a", "text")), file);
  EXPECT_EQ(hashed_file(file).sha256, sha256_of("text"));
  EXPECT_EQ(file.parent_path().filename(), "folder");
  EXPECT_FALSE(shelf.find(parcel("b", "text"))) << "another name is another parcel";
}

TEST_F(ParcelShelfTest, refusesWhatLeadsOutOfIt) {
  ParcelShelf shelf(place(), 100);
  for (const char* name : {"", ".", "..", "a/b", "../a"}) {
    EXPECT_THROW(shelf.add(parcel(name, "x"), 0, 0, "x"), BadInput) << name;
    EXPECT_THROW(shelf.find({{name}, {{"a", 1, "b"}}}), BadInput) << name;
  }
  EXPECT_THROW(shelf.find({}), BadInput);
}

TEST_F(ParcelShelfTest, refusesBytesThatAreNotThoseOfTheParcel) {
  ParcelShelf shelf(place(), 100);
  const Parcel told = parcel("a", "text");
  EXPECT_THROW(shelf.add(told, 1, 0, "x"), BadInput);
  EXPECT_THROW(shelf.add(told, 0, 2, "xt"), BadInput);
  EXPECT_THROW(shelf.add(told, 0, 0, "text and more"), BadInput);
  shelf.add(told, 0, 0, "TEXT");
  EXPECT_THROW(shelf.finish(told), BadInput);
  shelf.add(told, 0, 0, "text");
  shelf.finish(told);
}

TEST_F(ParcelShelfTest, isBounded) {
  {
    ParcelShelf shelf(place(), 10);
    put(shelf, "old", "12345");
    EXPECT_THROW(put(shelf, "large", "12345678901"), BadInput);
    EXPECT_THROW(put(shelf, "more", "123456"), BadInput) << "what this session uses stays";
  }
  ParcelShelf next(place(), 10);
  EXPECT_TRUE(next.find(parcel("old", "12345")));
  ParcelShelf last(place(), 10);
  put(last, "new", "1234567");
  EXPECT_FALSE(last.find(parcel("old", "12345")));
}

TEST_F(ParcelShelfTest, leavesNothingUnfinishedBehind) {
  {
    ParcelShelf shelf(place(), 100);
    shelf.add(parcel("a", "text"), 0, 0, "te");
  }
  EXPECT_TRUE(std::filesystem::is_empty(place()));
}

}  // namespace
}  // namespace tstitch::wire
