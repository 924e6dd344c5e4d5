#include "core/system/places.h"

#include <cstdlib>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

/// A folder for each test, variables as it sets.
class PlacesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "places ü XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    for (const char* name : kVariables) {
      if (const char* value = std::getenv(name)) saved_[name] = value;
      ::unsetenv(name);
    }
  }

  void TearDown() override {
    for (const char* name : kVariables) ::unsetenv(name);
    for (const auto& [name, value] : saved_) ::setenv(name.c_str(), value.c_str(), 1);
    fs::remove_all(folder_);
  }

  void write_marker(const std::string& text) const {
    fs::create_directories(folder_ / "bin");
    std::ofstream(folder_ / "bin" / "tstitch.root") << text;
  }

  fs::path folder_;

 private:
  static constexpr std::array kVariables{"HOME",           "XDG_DATA_HOME",  "XDG_CONFIG_HOME",
                                         "XDG_STATE_HOME", "XDG_CACHE_HOME", "TMPDIR"};
  std::map<std::string, std::string> saved_;
};

TEST_F(PlacesTest, InstalledShapeIsFoundFromTheExecutable) {
  const Places places = places_of(folder_ / "bin" / "tstitch");
  EXPECT_EQ(places.models, folder_ / "share/tstitch/models");
  EXPECT_EQ(places.tokenizer, folder_ / "share/tstitch/tokenizer");
  EXPECT_EQ(places.licences, folder_ / "share/tstitch/licences");
  EXPECT_EQ(places.torch, folder_ / "lib/tstitch/torch/lib");
  EXPECT_EQ(places.plugins, folder_ / "lib/tstitch");
}

TEST_F(PlacesTest, MarkerOfABuildTreeWins) {
  write_marker("models = /somewhere/with space/models\n\ntokenizer=../tables\n");
  const Places places = places_of(folder_ / "bin" / "tstitch");
  EXPECT_EQ(places.models, "/somewhere/with space/models");
  EXPECT_EQ(places.tokenizer, folder_ / "tables");
}

TEST_F(PlacesTest, UnknownLineOfAMarkerIsRefusedByItsText) {
  write_marker("model /a\n");
  try {
    places_of(folder_ / "bin" / "tstitch");
    FAIL();
  } catch (const BadInput& error) {
    EXPECT_THAT(error.sentence(), testing::HasSubstr("model /a"));
    EXPECT_EQ(error.where(), folder_ / "bin/tstitch.root");
  }
}

TEST_F(PlacesTest, ThisTestFindsTheBundledModels) {
  EXPECT_TRUE(fs::is_directory(installed_places().models));
}

TEST_F(PlacesTest, ProfileHoldsEverything) {
  ::setenv("HOME", "/home/somebody", 1);
  const UserPlaces places = user_places(folder_);
  EXPECT_EQ(places.models, folder_ / "data/models");
  EXPECT_EQ(places.cache, folder_ / "cache");
  EXPECT_EQ(places.note, "");
}

TEST_F(PlacesTest, XdgFoldersWinOverHomeAndRelativeOnesAreIgnored) {
  ::setenv("HOME", "/home/somebody", 1);
  ::setenv("XDG_CACHE_HOME", "/fast/cache", 1);
  ::setenv("XDG_STATE_HOME", "relative", 1);
  const UserPlaces places = user_places(std::nullopt);
  EXPECT_EQ(places.models, "/home/somebody/.local/share/tstitch/models");
  EXPECT_EQ(places.settings, "/home/somebody/.config/tstitch");
  EXPECT_EQ(places.state, "/home/somebody/.local/state/tstitch");
  EXPECT_EQ(places.cache, "/fast/cache/tstitch");
}

TEST_F(PlacesTest, WithoutHomeAFolderOfOursIsMadeAndSaid) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  const UserPlaces places = user_places(std::nullopt);
  EXPECT_EQ(places.cache.parent_path().parent_path(), folder_);
  EXPECT_THAT(places.note, testing::HasSubstr("HOME is not set"));
  struct stat facts = {};
  ASSERT_EQ(::stat(places.cache.parent_path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
  EXPECT_EQ(user_places(std::nullopt).cache, places.cache);
}

TEST_F(PlacesTest, WithoutHomeAFolderThatOthersMayWriteIsRefused) {
  ::setenv("TMPDIR", folder_.c_str(), 1);
  const fs::path cache = user_places(std::nullopt).cache;
  fs::permissions(cache.parent_path(), fs::perms::all);
  EXPECT_THROW(user_places(std::nullopt), BadInput);
}

}  // namespace
}  // namespace tstitch
