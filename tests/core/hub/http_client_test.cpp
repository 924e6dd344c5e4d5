#include "core/hub/http_client.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/text.h"
#include "tests/support/hub/download_test.h"
#include "tests/support/hub/tls_front.h"

// What stands between a client and its hub: certificates and name servers.

namespace tstitch {
namespace {

using test::Answer;
using test::Asked;
using test::Claim;
using test::TlsFront;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// A hub behind https that asks for a file.
class SecureHub : public test::DownloadTest {
 protected:
  enum class Trust { Door, Nobody };

  /// Fetches through a door with such a certificate; the sentence of a refusal, else empty.
  std::string fetch_through(const Claim& claim, Trust trust, const std::string& token = {}) {
    const TlsFront door(hub_.port(), claim);
    HubSettings secure = settings();
    secure.endpoint = door.address();
    secure.token = token;
    if (trust == Trust::Door) secure.certificates = folder_.write("trusted.pem", door.certificate());
    return sentence_of([&] {
      HttpClient client(secure);
      const auto file = describe_file(client, kRepository, "main", kPath, {});
      if (!file) throw BadInput("no such file");
      std::filesystem::create_directories(blobs_);
      download_file(client, *file, blobs_, {}, {});
    });
  }

  void expect_nothing_asked(const std::string& sentence) {
    EXPECT_THAT(sentence, AllOf(HasSubstr("no connection: "), HasSubstr("https://127.0.0.1:")));
    EXPECT_THAT(hub_.asked(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(blobs_));
  }
};

TEST_F(SecureHub, IsUsedWhereItsCertificateHolds) {
  EXPECT_EQ(fetch_through({}, Trust::Door, "hf_secret"), "");
  expect_whole();
  EXPECT_EQ(hub_.asked()[0].header("authorization"), "Bearer hf_secret");
}

TEST_F(SecureHub, MayBreakOffATransfer) {
  lie([&](const Asked& asked, int number) -> std::optional<Answer> {
    if (!asked.is_get() || number > 0) return std::nullopt;
    Answer answer = hub_.honest(asked);
    answer.drop_after = 20000;
    return answer;
  });
  EXPECT_EQ(fetch_through({}, Trust::Door), "");
  expect_whole();
  EXPECT_THAT(hub_.gets().back().header("range"), testing::StartsWith("bytes="));
}

TEST_F(SecureHub, IsRefusedWhereNobodyVouchesForIt) {
  const std::string sentence = fetch_through({}, Trust::Nobody, "hf_secret");
  EXPECT_THAT(sentence, HasSubstr("self-signed certificate"));
  expect_nothing_asked(sentence);
}

TEST_F(SecureHub, IsRefusedUnderAnotherName) {
  for (const char* subject : {"DNS:hub.example", "IP:127.0.0.2"}) {
    const std::string sentence = fetch_through({subject}, Trust::Door, "hf_secret");
    EXPECT_THAT(sentence, HasSubstr("127.0.0.1"));
    EXPECT_THAT(sentence, HasSubstr("certificate"));
    expect_nothing_asked(sentence);
  }
}

TEST_F(SecureHub, IsRefusedBeforeAndAfterItsTime) {
  constexpr long kDay = 86400;
  const std::string over = fetch_through({"IP:127.0.0.1", -2 * kDay, -kDay}, Trust::Door);
  EXPECT_THAT(over, HasSubstr("certificate has expired"));
  expect_nothing_asked(over);
  const std::string early = fetch_through({"IP:127.0.0.1", kDay, 2 * kDay}, Trust::Door);
  EXPECT_THAT(early, HasSubstr("certificate is not yet valid"));
  expect_nothing_asked(early);
}

TEST_F(SecureHub, IsRefusedWhenTheTrustedCertificatesCannotBeRead) {
  HubSettings wrong = settings();
  wrong.endpoint = concat("https://127.0.0.1:", hub_.port());
  wrong.certificates = folder_.path() / "nowhere.pem";
  EXPECT_THAT(sentence_of([&] {
                HttpClient client(wrong);
                static_cast<void>(describe_file(client, kRepository, "main", kPath, {}));
              }),
              AllOf(HasSubstr("no connection: "), HasSubstr("nowhere.pem")));
}

class LostHub : public test::HubTest {
 protected:
  std::string describe_at(const std::string& endpoint) {
    HubSettings lost = settings();
    lost.endpoint = endpoint;
    return sentence_of([&] {
      HttpClient client(lost);
      static_cast<void>(describe_file(client, "org/name", "main", "a.json", {}));
    });
  }
};

TEST_F(LostHub, HasNoHostOfThatName) {
  const std::string host = test::unknown_host();
  EXPECT_THAT(describe_at("https://" + host), AllOf(HasSubstr("no connection: "), HasSubstr(host)));
}

TEST_F(LostHub, DoesNotAnswer) {
  std::uint16_t free_port = 0;
  { free_port = test::LyingHub().port(); }
  EXPECT_THAT(describe_at(concat("http://127.0.0.1:", free_port)), HasSubstr("no connection: "));
}

/// A proxy that leads nowhere is asked once.
TEST_F(LostHub, IsBehindAProxyThatRefuses) {
  ::setenv("https_proxy", hub_.address().c_str(), 1);
  for (const auto& [status, says] :
       {std::pair{407, "the proxy wants a user and a password"}, std::pair{403, "the proxy answered 403"}}) {
    const int refusing = status;
    lie([refusing](const Asked&, int) { return std::optional(Answer{refusing}); });
    EXPECT_THAT(describe_at("https://hub.example"), AllOf(HasSubstr("https://hub.example/"), HasSubstr(says)));
  }
  ::unsetenv("https_proxy");
  ASSERT_THAT(hub_.asked(), testing::SizeIs(2));
  EXPECT_EQ(hub_.asked()[0].method, "CONNECT");
  EXPECT_EQ(hub_.asked()[0].header("authorization"), "");
}

/// A plain server behind an https address: it waits for a question that never comes.
TEST_F(LostHub, SpeaksNoTls) {
  stall_ = std::chrono::milliseconds(100);
  EXPECT_THAT(describe_at(concat("https://127.0.0.1:", hub_.port())),
              AllOf(HasSubstr("broke off"), HasSubstr("again and again")));
}

}  // namespace
}  // namespace tstitch
