#include "core/models/repository_manifest.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/models/hub_cache.h"
#include "core/models/model_index.h"
#include "core/models/pair_manifest.h"
#include "core/models/reference_preset.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSmallest = R"({"repository":1,"title":"Net","hub":"org/net","files":["config.json"]})";

class Repositories : public testing::Test {
 protected:
  fs::path describe(const std::string& text, const std::string& name = "net") {
    return folder_.write("models/repositories/" + name + ".json", text);
  }

  std::string refusal(const std::string& text) {
    try {
      read_repository(describe(text));
    } catch (const BadInput& error) {
      return error.sentence();
    }
    return "accepted";
  }

  [[nodiscard]] RepositoryIndex index() const { return {{folder_.path() / "models"}, folder_.path() / "hub"}; }

  /// A file of org/net in the snapshot of a commit.
  void cache(const std::string& commit, const std::string& file) {
    folder_.write("hub/models--org--net/snapshots/" + commit + "/" + file, "x");
  }

  test::TemporaryFolder folder_;
};

TEST_F(Repositories, AreReadWithEveryKey) {
  const RepositoryEntry entry = read_repository(describe(
      R"({"repository":1,"title":"Net","licence":"MIT","hub":"org/net","revision":"v1","model":"unet",
          "files":["a",["b","c"],{"names":["d"],"bytes":7,"sha256":")" +
      std::string(64, 'a') + R"("}]})"));
  EXPECT_EQ(entry.name, "net");
  EXPECT_EQ(entry.licence, "MIT");
  EXPECT_EQ(entry.revision, "v1");
  EXPECT_EQ(entry.model, "unet");
  ASSERT_THAT(entry.files, SizeIs(3));
  EXPECT_THAT(entry.files[1].names, ElementsAre("b", "c"));
  EXPECT_EQ(entry.files[2].bytes, 7);
  EXPECT_EQ(entry.files[2].sha256, std::string(64, 'a'));
}

TEST_F(Repositories, RefuseWhatIsWrongByKey) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = kSmallest;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(refusal(kSmallest), "accepted");
  EXPECT_THAT(refusal(with(":1", ":2")), HasSubstr("version 2"));
  EXPECT_THAT(refusal(with("org/net", "org/../net")), HasSubstr("hub"));
  EXPECT_THAT(refusal(with("org/net", "net")), HasSubstr("organisation/name"));
  EXPECT_THAT(refusal(with("\"hub\":\"org/net\",", "")), HasSubstr("where people get the files"));
  EXPECT_THAT(refusal(with("[\"config.json\"]", "[]")), HasSubstr("empty"));
  EXPECT_THAT(refusal(with("config.json", "../config.json")), HasSubstr("files[0]"));
  EXPECT_THAT(refusal(with("[\"config.json\"]", "[[\"/etc/passwd\"]]")), HasSubstr("files[0]"));
  EXPECT_THAT(refusal(with("\"title\"", "\"script\":1,\"title\"")), HasSubstr("\"script\""));
}

TEST_F(Repositories, AreFoundInTheHubsCacheWhenWhole) {
  describe(R"({"repository":1,"title":"Net","hub":"org/net","files":["config.json",["w.fp16","w"]]})");
  const RepositoryIndex known = index();
  const RepositoryEntry& entry = *known.find("net");
  EXPECT_FALSE(index().folder(entry));
  cache("c1", "config.json");
  EXPECT_FALSE(index().folder(entry)) << "the weights are missing";
  cache("c1", "w");
  const fs::path snapshots = folder_.path() / "hub/models--org--net/snapshots";
  EXPECT_EQ(index().folder(entry), snapshots / "c1");
  cache("c2", "config.json");
  cache("c2", "w.fp16");
  folder_.write("hub/models--org--net/refs/main", "c2");
  EXPECT_EQ(index().folder(entry), snapshots / "c2") << "the revision's own commit first";
  fs::remove(snapshots / "c2" / "config.json");
  EXPECT_EQ(index().folder(entry), snapshots / "c1") << "another whole one will do";
  folder_.write("hub/models--org--net/refs/main", "../../../elsewhere");
  EXPECT_EQ(index().folder(entry), snapshots / "c1");
}

TEST_F(Repositories, ThatNoHubHasLieInTheFolderOfModels) {
  describe(R"({"repository":1,"title":"Net","by_hand":"ask its authors","model":"net.pt","files":["net.pt"]})");
  EXPECT_FALSE(index().folder(*index().find("net")));
  folder_.write("models/net/net.pt", "x");
  EXPECT_EQ(index().folder(*index().find("net")), folder_.path() / "models/net");
}

TEST_F(Repositories, GiveAPairItsPlaces) {
  describe(kSmallest);
  describe(R"({"repository":1,"title":"Small","hub":"org/small","model":"unet","files":["unet/config.json"]})",
           "small");
  const fs::path manifest = folder_.write("models/pair.json", R"({"manifest":1,"name":"pair","title":"Pair",
      "latent_space":"sd","large":{"repository":"net"},"small":{"repository":"small"},
      "between":[{"name":"middle","repository":"net","inside":"other"}],"vae":{"repository":"net","inside":"vae"},
      "loras":[{"repository":"net","inside":"l.safetensors","strength":0.5,"on":"small"}],
      "defaults":{"ratio":[20,30,50],"rule":"dit-multi"}})");
  const RepositoryIndex known = index();
  const PairEntry absent = read_manifest(manifest, &known);
  EXPECT_EQ(absent.not_here, "not here: tstitch models fetch pair");
  EXPECT_THAT(absent.repositories, ElementsAre("small", "net"));
  EXPECT_EQ(absent.latent_space, "sd");
  ASSERT_THAT(absent.defaults.denoisers, SizeIs(3));
  EXPECT_EQ(absent.defaults.denoisers[1].name, "middle");
  EXPECT_EQ(absent.defaults.loras[0].denoiser, "small");
  EXPECT_EQ(absent.defaults.loras[0].strength, 0.5);

  cache("c1", "config.json");
  folder_.write("hub/models--org--small/snapshots/c9/unet/config.json", "{}");
  const PairEntry present = read_manifest(manifest, &known);
  EXPECT_EQ(present.not_here, "");
  EXPECT_EQ(present.small, folder_.path() / "hub/models--org--small/snapshots/c9/unet");
  EXPECT_EQ(present.defaults.vae->location, folder_.path() / "hub/models--org--net/snapshots/c1/vae");
  EXPECT_THROW(read_manifest(manifest), BadInput) << "nobody knows its repositories";
}

TEST(BundledRepositories, AreAllReadAndAllUsed) {
  const std::vector<fs::path> roots{fs::path(TSTITCH_SOURCE_DIR) / "models"};
  std::vector<std::string> problems;
  const RepositoryIndex repositories(roots, "nowhere", &problems);
  EXPECT_THAT(problems, IsEmpty());
  const std::vector<PairEntry> pairs = known_pairs(roots, &problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(pairs.front().name, "miniature");
  std::set<std::string> names;
  for (const PairEntry& pair : pairs) {
    EXPECT_TRUE(names.insert(pair.name).second) << pair.name;
    EXPECT_FALSE(pair.latent_space.empty()) << pair.name;
    EXPECT_FALSE(pair.licence.empty()) << pair.name;
  }
  // The pairs of the paper's reference.
  for (const char* name : {"dit-xl-s", "dit-xl-b-s", "ldm", "sd-1-4-bk-tiny", "sd-1-5-bk-small", "bk-sdm-base-bk-tiny",
                           "inkpunk-bk-tiny", "ghibli-bk-tiny", "sdxl-ssd-1b", "sdxl-lcm-ssd-1b"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(BundledPresets, NamePairsAndRepositoriesThatAreKnown) {
  const std::vector<fs::path> roots{fs::path(TSTITCH_SOURCE_DIR) / "models"};
  const RepositoryIndex repositories(roots, "nowhere");
  std::set<std::string> pairs;
  for (const PairEntry& pair : known_pairs(roots)) pairs.insert(pair.name);
  const std::vector<ReferencePreset> presets = known_references(roots);
  EXPECT_GE(presets.size(), 17U);
  for (const ReferencePreset& preset : presets) {
    EXPECT_TRUE(pairs.contains(preset.pair)) << preset.name;
    EXPECT_FALSE(preset.differs.empty()) << preset.name;
    for (const std::string& name : preset.repositories) EXPECT_NE(repositories.find(name), nullptr) << name;
  }
}

TEST(RepositoryIds, CannotLeadElsewhere) {
  EXPECT_TRUE(is_repository_id("stabilityai/stable-diffusion-xl-base-1.0"));
  for (const char* id :
       {"", "name", "/name", "org/", "a/b/c", "../name", "org/..", "org/.hidden", "org/a--b", "o rg/n"}) {
    EXPECT_FALSE(is_repository_id(id)) << id;
  }
}

}  // namespace
}  // namespace tstitch
