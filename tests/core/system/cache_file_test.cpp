#include "core/system/cache_file.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

TEST(CacheFile, readsBackWhatItWroteAndLeavesNoDraft) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "new" / "cache.json";
  write_cache_file(file, {{"a", 1.5}});
  EXPECT_EQ(read_cache_file(file), nlohmann::json({{"a", 1.5}}));
  const std::filesystem::directory_iterator entries(file.parent_path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(CacheFile, passesOverWhatIsMissingOrDamaged) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_cache_file(folder.path() / "missing"), nlohmann::json::object());
  EXPECT_EQ(read_cache_file(folder.write("half", "{\"a\": ")), nlohmann::json::object());
  EXPECT_EQ(read_cache_file(folder.write("list", "[1]")), nlohmann::json::object());
}

TEST(CacheFile, passesOverAPlaceThatCannotBeWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("file", "kept");
  EXPECT_NO_THROW(write_cache_file(file / "cache.json", {{"a", 1}}));
  EXPECT_EQ(read_cache_file(file / "cache.json"), nlohmann::json::object());
}

}  // namespace
}  // namespace tstitch
