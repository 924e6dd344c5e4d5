#include "core/hub/hub_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "tests/support/hub/hub_test.h"

namespace tstitch {
namespace {

using test::Answer;
using test::Asked;
using test::LyingHub;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kRepository = "org/name";
constexpr const char* kPath = "a b.safetensors";
constexpr const char* kPathAsAsked = "a%20b.safetensors";
const std::string kBytes = "some weights";

class Descriptions : public test::HubTest {
 protected:
  std::optional<HubFile> describe(const std::string& path = kPath) {
    HubSettings with_token = settings();
    with_token.token = token_;
    HttpClient client(with_token);
    return describe_file(client, kRepository, "main", path, {});
  }

  std::string refusal() {
    return sentence_of([this] { describe(); });
  }

  std::string refusal_of(const Answer& answer) {
    lie([&](const Asked&, int) { return std::optional(answer); });
    return refusal();
  }

  void SetUp() override {
    hub_.put_large(kRepository, kPathAsAsked, kBytes);
    hub_.put_small(kRepository, "config.json", "{}");
  }

  std::string token_;
};

TEST_F(Descriptions, TellHashSizeAndCommit) {
  const auto large = describe();
  ASSERT_TRUE(large);
  EXPECT_EQ(large->hash, (ContentHash{ContentHash::Kind::Sha256, sha256_of(kBytes)}));
  EXPECT_EQ(large->bytes, static_cast<std::int64_t>(kBytes.size()));
  EXPECT_EQ(large->commit, LyingHub::commit());
  const auto small = describe("config.json");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->hash, (ContentHash{ContentHash::Kind::GitBlob, test::git_blob_hash("{}")}));
  EXPECT_FALSE(describe("absent.json"));
  EXPECT_EQ(hub_.asked()[0].path, "/org/name/resolve/main/a%20b.safetensors");
  for (const Asked& asked : hub_.asked()) EXPECT_EQ(asked.method, "HEAD");
}

TEST_F(Descriptions, AreReadFromTheRedirectToAStore) {
  lie([&](const Asked&, int) {
    return std::optional(Answer{302,
                                {{"Location", "https://store.example/elsewhere"},
                                 {"X-Repo-Commit", LyingHub::commit()},
                                 {"X-Linked-Etag", "\"" + sha256_of(kBytes) + "\""},
                                 {"X-Linked-Size", "12"},
                                 {"ETag", "\"something else\""}}});
  });
  const auto file = describe();
  ASSERT_TRUE(file);
  EXPECT_EQ(file->hash.hex, sha256_of(kBytes));
  EXPECT_EQ(file->bytes, 12);
  EXPECT_THAT(hub_.asked(), SizeIs(1));
}

TEST_F(Descriptions, FollowARepositoryThatMoved) {
  for (const int status : {301, 302, 307, 308}) {
    lie([&](const Asked& asked, int) -> std::optional<Answer> {
      if (asked.path.starts_with("/old")) return std::nullopt;
      if (asked.path.find("moved") == std::string::npos) return Answer{status, {{"Location", asked.path + "?moved"}}};
      Asked plain = asked;
      plain.path = asked.path.substr(0, asked.path.find('?'));
      return hub_.honest(plain);
    });
    EXPECT_TRUE(describe()) << status;
  }
}

TEST_F(Descriptions, RefuseCirclesAndLongChains) {
  lie([&](const Asked& asked, int) { return std::optional(Answer{302, {{"Location", asked.path}}}); });
  EXPECT_THAT(refusal(), HasSubstr("in a circle"));
  lie([&](const Asked&, int number) { return std::optional(Answer{302, {{"Location", concat("/step/", number)}}}); });
  EXPECT_THAT(refusal(), HasSubstr("too often"));
}

TEST_F(Descriptions, RefuseRedirectsIntoAPrivateNetwork) {
  EXPECT_THAT(refusal_of({302, {{"Location", "http://10.0.0.1/x"}}}), HasSubstr("private network"));
  EXPECT_THAT(refusal_of({302, {{"Location", "http://169.254.169.254/latest/meta-data"}}}),
              HasSubstr("private network"));
  EXPECT_THAT(refusal_of({302, {{"Location", "file:///etc/passwd"}}}), HasSubstr("no http address"));
}

TEST_F(Descriptions, KeepTheTokenForTheHubItself) {
  LyingHub store;
  store.put_large(kRepository, kPathAsAsked, kBytes);
  token_ = "hf_secret";
  lie([&](const Asked& asked, int) {
    return std::optional(Answer{302, {{"Location", store.address() + asked.path}}});
  });
  EXPECT_TRUE(describe());
  EXPECT_EQ(hub_.asked()[0].header("authorization"), "Bearer hf_secret");
  ASSERT_THAT(store.asked(), SizeIs(1));
  EXPECT_EQ(store.asked()[0].header("authorization"), "");
}

TEST_F(Descriptions, SayWhatAStatusMeans) {
  EXPECT_THAT(refusal_of({401}), HasSubstr("set HF_TOKEN"));
  EXPECT_THAT(refusal_of({403}), HasSubstr("refuses access"));
  EXPECT_THAT(refusal_of({404, {{"X-Error-Code", "RepoNotFound"}}}), HasSubstr("no such repository"));
  EXPECT_THAT(refusal_of({404, {{"X-Error-Code", "RevisionNotFound"}}}), HasSubstr("no such revision"));
  EXPECT_THAT(refusal_of({407}), HasSubstr("proxy"));
  EXPECT_THAT(refusal_of({410}), HasSubstr("answered 410"));
  EXPECT_THAT(refusal_of({500}), HasSubstr("answered 500"));
  token_ = "hf_old";
  EXPECT_THAT(refusal_of({401}), HasSubstr("does not accept the token"));
}

TEST_F(Descriptions, WantACommitAndAHash) {
  const std::string etag = "\"" + sha256_of(kBytes) + "\"";
  EXPECT_THAT(refusal_of({200, {{"ETag", etag}}}), HasSubstr("which commit"));
  EXPECT_THAT(refusal_of({200, {{"ETag", etag}, {"X-Repo-Commit", "../../../home"}}}), HasSubstr("which commit"));
  EXPECT_THAT(refusal_of({200, {{"X-Repo-Commit", LyingHub::commit()}}}), HasSubstr("no hash"));
  EXPECT_THAT(refusal_of({200, {{"ETag", "\"../x\""}, {"X-Repo-Commit", LyingHub::commit()}}}), HasSubstr("no hash"));
}

TEST_F(Descriptions, AskABusyHubAgain) {
  lie([&](const Asked&, int number) { return number < 3 ? std::optional(Answer{503}) : std::nullopt; });
  EXPECT_TRUE(describe());
  EXPECT_THAT(hub_.asked(), SizeIs(4));
}

}  // namespace
}  // namespace tstitch
