#include "core/hub/hub_settings.h"

#include <map>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/hub/content_hash.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

Environment given(const std::map<std::string, std::string>& values) {
  return [values](const char* name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(HubSettingsOf, FollowTheHubsOwnVariables) {
  const HubSettings usual = hub_settings(given({{"HOME", "/home/x"}}));
  EXPECT_EQ(usual.endpoint, "https://huggingface.co");
  EXPECT_EQ(usual.cache, fs::path("/home/x/.cache/huggingface/hub"));
  EXPECT_EQ(usual.token, "");
  EXPECT_FALSE(usual.offline);
  EXPECT_EQ(usual.certificates, fs::path());

  const HubSettings own = hub_settings(given({{"HOME", "/home/x"},
                                              {"HF_HOME", "~/hf"},
                                              {"HF_ENDPOINT", "http://mirror.example/"},
                                              {"HF_TOKEN", " hf_1 \n"},
                                              {"HF_HUB_OFFLINE", "yes"}}));
  EXPECT_EQ(own.endpoint, "http://mirror.example");
  EXPECT_EQ(own.cache, fs::path("/home/x/hf/hub"));
  EXPECT_EQ(own.token, "hf_1");
  EXPECT_TRUE(own.offline);
  EXPECT_TRUE(hub_settings(given({{"HOME", "/"}, {"TRANSFORMERS_OFFLINE", "1"}})).offline);
  EXPECT_FALSE(hub_settings(given({{"HOME", "/"}, {"HF_HUB_OFFLINE", "0"}})).offline);
}

TEST(HubSettingsOf, TrustTheCertificatesThatTheHubsClientsTrust) {
  std::map<std::string, std::string> values{{"HOME", "/"}, {"SSL_CERT_FILE", "/s.pem"}};
  EXPECT_EQ(hub_settings(given(values)).certificates, fs::path("/s.pem"));
  values["CURL_CA_BUNDLE"] = "/c.pem";
  EXPECT_EQ(hub_settings(given(values)).certificates, fs::path("/c.pem"));
  values["REQUESTS_CA_BUNDLE"] = "/r.pem";
  EXPECT_EQ(hub_settings(given(values)).certificates, fs::path("/r.pem"));
}

TEST(HubSettingsOf, LookForTheCacheInTheHubsOrder) {
  std::map<std::string, std::string> values{{"HOME", "/home/x"}};
  const auto cache = [&] { return hub_cache_folder(given(values)); };
  values["XDG_CACHE_HOME"] = "/c";
  EXPECT_EQ(cache(), fs::path("/c/huggingface/hub"));
  values["HF_HOME"] = "/h";
  EXPECT_EQ(cache(), fs::path("/h/hub"));
  values["HUGGINGFACE_HUB_CACHE"] = "/old";
  EXPECT_EQ(cache(), fs::path("/old"));
  values["HF_HUB_CACHE"] = "/new";
  EXPECT_EQ(cache(), fs::path("/new"));
  EXPECT_EQ(hub_cache_folder(given({})), fs::path());
}

TEST(HubSettingsOf, ReadTheTokenFromItsFiles) {
  const test::TemporaryFolder folder;
  const std::string home = folder.path().string();
  folder.write("token", "hf_home\n");
  folder.write("other", "hf_path\n");
  EXPECT_EQ(hub_settings(given({{"HF_HOME", home}})).token, "hf_home");
  EXPECT_EQ(hub_settings(given({{"HF_HOME", home}, {"HF_TOKEN_PATH", home + "/other"}})).token, "hf_path");
  EXPECT_EQ(hub_settings(given({{"HF_HOME", home}, {"HF_TOKEN", "hf_own"}})).token, "hf_own");
}

TEST(HubSettingsOf, RefuseWhatIsNoAddressAndNoPlace) {
  EXPECT_THROW(hub_settings(given({{"HOME", "/"}, {"HF_ENDPOINT", "mirror.example"}})), UsageError);
  EXPECT_THROW(hub_settings(given({})), UsageError);
}

TEST(ContentHashes, AreReadFromEtags) {
  const std::string sha256(64, 'a');
  const std::string sha1(40, 'b');
  EXPECT_EQ(hash_in_etag("\"" + sha256 + "\""), (ContentHash{ContentHash::Kind::Sha256, sha256}));
  EXPECT_EQ(hash_in_etag(sha256), (ContentHash{ContentHash::Kind::Sha256, sha256}));
  EXPECT_EQ(hash_in_etag("W/\"" + sha1 + "\""), (ContentHash{ContentHash::Kind::GitBlob, sha1}));
  for (const std::string& other : {std::string(), std::string("\"x\""), std::string(39, 'a'), std::string(64, 'G')}) {
    EXPECT_FALSE(hash_in_etag(other)) << other;
  }
}

TEST(SystemCertificates, AreLookedForWhereEachFamilyOfLinuxHasThem) {
  const test::TemporaryFolder folder;
  const fs::path here = folder.write("ca-bundle.crt", "PEM");
  EXPECT_EQ(system_certificates({folder.path() / "missing.crt", folder.path(), here}), here);
  EXPECT_EQ(system_certificates({folder.path() / "missing.crt"}), fs::path());
}

TEST(ContentHashes, AreGitsAndSha256s) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.write("f", "hello\n");
  // `git hash-object` and `sha256sum` of the same bytes.
  EXPECT_EQ(hash_of_file(ContentHash::Kind::GitBlob, file), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(hash_of_file(ContentHash::Kind::Sha256, file),
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
}

}  // namespace
}  // namespace tstitch
