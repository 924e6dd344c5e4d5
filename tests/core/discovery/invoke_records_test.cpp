#include "core/discovery/invoke_records.h"

#ifdef TSTITCH_HAS_SQLITE
#include <sqlite3.h>
#endif

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/discovery/model_finder.h"
#include "tests/support/sparse_file.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(InvokeRecords, ofOldVersionsAreInAFileOfYaml) {
  const test::TemporaryFolder folder;
  folder.write("configs/models.yaml",
               "__metadata__:\n  version: 3.0.0\n"
               "sd-1/main/dreamlike:\n  path: sd-1/main/dreamlike\n  model_format: diffusers\n"
               "older:\n  weights: /disk/older.ckpt\n"
               "empty:\n  description: nothing\n");
  EXPECT_THAT(invoke_records(folder.path()),
              ElementsAre(InvokeRecord{"dreamlike", folder.path() / "models/sd-1/main/dreamlike"},
                          InvokeRecord{"older", "/disk/older.ckpt"}));
  EXPECT_THROW((void)parse_invoke_models("a: [", "/models", "models.yaml"), BadInput);
}

TEST(InvokeRecords, areInTheFolderThatTheSettingsName) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(invoke_models_folder(folder.path()), folder.path() / "models");
  folder.write("invokeai.yaml", "schema_version: 4.0.2\nmodels_dir: weights\n");
  EXPECT_EQ(invoke_models_folder(folder.path()), folder.path() / "weights");
  folder.write("invokeai.yaml", "InvokeAI:\n  Paths:\n    models_dir: /disk/models\n");
  EXPECT_EQ(invoke_models_folder(folder.path()), "/disk/models");
  folder.write("invokeai.yaml", "InvokeAI: [");
  EXPECT_EQ(invoke_models_folder(folder.path()), folder.path() / "models");
}

TEST(InvokeRecords, ofADamagedDatabaseAreNone) {
  const test::TemporaryFolder folder;
  folder.write("databases/invokeai.db", "SQLite format 3, but no more");
  EXPECT_THAT(invoke_records(folder.path()), IsEmpty());
}

#ifdef TSTITCH_HAS_SQLITE

void make_database(const std::filesystem::path& file, const std::string& statements) {
  std::filesystem::create_directories(file.parent_path());
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST(InvokeRecords, ofNewVersionsAreInADatabase) {
  const test::TemporaryFolder folder;
  make_database(folder.path() / "a %?#/databases/invokeai.db",
                "CREATE TABLE models(id TEXT, config TEXT NOT NULL);"
                R"(INSERT INTO models VALUES('1','{"name":"Fox","path":"1234/fox.safetensors"}');)"
                R"(INSERT INTO models VALUES('2','{"path":"/disk/in place.safetensors"}');)"
                "INSERT INTO models VALUES('3','no JSON');");
  const auto root = folder.path() / "a %?#";
  EXPECT_THAT(invoke_records(root), ElementsAre(InvokeRecord{"Fox", root / "models/1234/fox.safetensors"},
                                                InvokeRecord{"", "/disk/in place.safetensors"}));
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(root / "databases")) ++entries;
  EXPECT_EQ(entries, 1U) << "no journal appears beside it";
}

TEST(InvokeRecords, nameModelsThatLieElsewhere) {
  const test::TemporaryFolder folder;
  const TensorShapes embedding{{"emb_params", {2, 768}}};
  test::write_sparse_file(folder.path() / "root/models/1234/file.safetensors", embedding);
  test::write_sparse_file(folder.path() / "disk/zz.safetensors", embedding);
  make_database(folder.path() / "root/databases/invokeai.db",
                "CREATE TABLE model_config(id TEXT, config TEXT);"
                R"(INSERT INTO model_config VALUES('1','{"name":"Nice name","path":"1234/file.safetensors"}');)"
                "INSERT INTO model_config VALUES('2','{\"name\":\"Mine\",\"path\":\"" +
                    (folder.path() / "disk/zz.safetensors").string() + "\"}');");
  ModelFinder finder({folder.path() / "cache", {}, false});
  const FoundModels found = finder.find({folder.path() / "root"});
  ASSERT_EQ(found.models.size(), 2U);
  EXPECT_EQ(found.models[0].name, "Nice name");
  EXPECT_EQ(found.models[1].name, "Mine");
  EXPECT_EQ(found.models[1].program, "InvokeAI");
}

#endif

}  // namespace
}  // namespace tstitch
