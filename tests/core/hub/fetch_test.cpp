#include "core/hub/fetch.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/formats/sha256.h"
#include "tests/support/hub/hub_test.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Asked;
using test::LyingHub;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kWeights(5000, 'w');

class Fetches : public test::HubTest {
 protected:
  Fetches() {
    hub_.put_small("org/name", "unet/config.json", "{}");
    hub_.put_large("org/name", "unet/weights.safetensors", kWeights);
    entry_.name = "name";
    entry_.hub = "org/name";
    entry_.files = {{{"unet/config.json"}, {}, {}},
                    {{"unet/weights.fp16.safetensors", "unet/weights.safetensors"}, {}, {}}};
  }

  FetchReport fetch(const std::vector<RepositoryEntry>& entries) {
    return fetch_repositories(entries, settings(), {}, [this](const FetchProgress& progress) {
      told_.insert(progress.path);
      EXPECT_LE(progress.bytes, progress.of);
    });
  }

  std::string refusal() {
    return sentence_of([this] { fetch({entry_}); });
  }

  [[nodiscard]] fs::path repository() const { return folder_.path() / "hub" / "models--org--name"; }

  RepositoryEntry entry_;
  std::set<std::string> told_;
};

TEST_F(Fetches, LeaveTheHubsOwnLayout) {
  const FetchReport report = fetch({entry_});
  ASSERT_THAT(report.files, SizeIs(2));
  EXPECT_EQ(report.files[1].path, "unet/weights.safetensors") << "the second name, since the first is not there";
  EXPECT_EQ(report.files[1].bytes, 5000);
  EXPECT_EQ(test::bytes_of(repository() / "refs" / "main"), LyingHub::commit());
  const fs::path snapshot = repository() / "snapshots" / LyingHub::commit();
  EXPECT_EQ(test::bytes_of(snapshot / "unet/config.json"), "{}");
  EXPECT_EQ(test::bytes_of(snapshot / "unet/weights.safetensors"), kWeights);
  EXPECT_EQ(fs::read_symlink(snapshot / "unet/weights.safetensors"), fs::path("../../../blobs") / sha256_of(kWeights));
  EXPECT_EQ(fs::read_symlink(snapshot / "unet/config.json"), fs::path("../../../blobs") / test::git_blob_hash("{}"));
  EXPECT_EQ(told_.size(), 2U);

  const RepositoryIndex none({}, folder_.path() / "hub");
  EXPECT_EQ(none.folder(entry_), snapshot);
}

TEST_F(Fetches, BringWhatTwoManifestsShareOnce) {
  RepositoryEntry other = entry_;
  other.name = "again";
  fetch({entry_, other});
  EXPECT_THAT(hub_.gets(), SizeIs(2));
  fetch({entry_});
  EXPECT_THAT(hub_.gets(), SizeIs(2));
}

TEST_F(Fetches, StayWithTheFirstFilesCommit) {
  fetch({entry_});
  EXPECT_THAT(hub_.asked()[0].path, HasSubstr("/resolve/main/"));
  for (std::size_t i = 1; i < hub_.asked().size(); ++i) {
    EXPECT_THAT(hub_.asked()[i].path, HasSubstr("/resolve/" + LyingHub::commit() + "/"));
  }
}

TEST_F(Fetches, PointTheRevisionAtNothingHalf) {
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    const bool is_weights = asked.path.ends_with("weights.safetensors");
    return asked.is_get() && is_weights ? std::optional(Answer{403}) : std::nullopt;
  });
  EXPECT_THAT(refusal(), HasSubstr("refuses access"));
  EXPECT_FALSE(fs::exists(repository() / "refs" / "main"));
  EXPECT_FALSE(RepositoryIndex({}, folder_.path() / "hub").folder(entry_));
}

TEST_F(Fetches, SeeThatTheDiskHasRoomBeforeAnythingIsFetched) {
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    Answer answer = hub_.honest(asked);
    if (answer.status == 200) answer.headers["X-Linked-Size"] = "8000000000000000000";
    return answer;
  });
  EXPECT_THAT(refusal(), HasSubstr("the downloads need 16000000000017 MB, and"));
  EXPECT_THAT(hub_.gets(), IsEmpty());
}

TEST_F(Fetches, CompareTheHubWithTheManifest) {
  entry_.files[1] = {{"unet/weights.safetensors"}, 5000, std::string(64, 'a')};
  EXPECT_THAT(refusal(), HasSubstr(std::string(64, 'a')));
  EXPECT_THAT(hub_.gets(), IsEmpty());
  entry_.files[1].sha256 = sha256_of(kWeights);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Fetches, NameTheFileThatTheRepositoryLacks) {
  entry_.files[1].names = {"a.safetensors", "b.bin"};
  EXPECT_THAT(refusal(), HasSubstr("org/name/a.safetensors or b.bin"));
}

TEST_F(Fetches, ReplaceALinkToSomethingElse) {
  fetch({entry_});
  const fs::path link = repository() / "snapshots" / LyingHub::commit() / "unet/weights.safetensors";
  fs::remove(link);
  folder_.write(fs::relative(link, folder_.path()), "old bytes");
  fetch({entry_});
  EXPECT_EQ(test::bytes_of(link), kWeights);
}

}  // namespace
}  // namespace tstitch
