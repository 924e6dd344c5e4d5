#include "core/models/catalog.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

TEST(CatalogTest, namesWhatIsAndWhatIsNotHere) {
  const test::TemporaryFolder folder;
  folder.write("models/repositories/tiny-net.json",
               R"({"repository":1,"title":"Tiny","licence":"MIT","hub":"someone/tiny","files":["config.json"]})");
  folder.write("models/broken.json", "{");
  const Catalog catalog = catalog_of({folder.path() / "models"}, folder.path() / "hub");
  ASSERT_EQ(catalog.models.size(), 1U);
  EXPECT_EQ(catalog.models[0].name, "tiny-net");
  EXPECT_EQ(catalog.models[0].hub, "someone/tiny");
  EXPECT_FALSE(catalog.models[0].place);
  ASSERT_EQ(catalog.problems.size(), 1U);
  EXPECT_NE(catalog.problems[0].find("broken.json"), std::string::npos);
}

}  // namespace
}  // namespace tstitch
