#include "core/formats/shard_index.h"

#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

TEST(ShardIndexFile, placesTensors) {
  const test::TemporaryFolder folder;
  const auto index = folder.path() / "m.safetensors.index.json";
  std::ofstream(folder.path() / "m-1.safetensors") << "x";
  std::ofstream(index) << R"({"metadata": {}, "weight_map": {"a": "m-1.safetensors", "b": "m-1.safetensors"}})";
  const ShardIndex shards = read_shard_index(index, "label");
  EXPECT_EQ(shards.shard_of.size(), 2U);
  EXPECT_EQ(shards.shard_of.at("b"), "m-1.safetensors");
}

TEST(ShardIndexFile, namesThatLeaveTheFolderAreRefused) {
  const test::TemporaryFolder folder;
  const auto index = folder.path() / "m.safetensors.index.json";
  for (const std::string name : {"../m.safetensors", "/m.safetensors", "a/m.safetensors", "..", ".m.safetensors", "",
                                 "m.safetensors/", "NUL:.safetensors", "m.bin"}) {
    std::ofstream(index) << concat(R"({"weight_map": {"a": ")", name, "\"}}");
    try {
      (void)read_shard_index(index, "label");
      ADD_FAILURE() << name << " was accepted";
    } catch (const BadInput& error) {
      EXPECT_EQ(error.where(), "label");
      EXPECT_THAT(error.what(),
                  testing::AllOf(testing::HasSubstr('"' + name + '"'), testing::HasSubstr("no plain name")));
    }
  }
}

}  // namespace
}  // namespace tstitch
