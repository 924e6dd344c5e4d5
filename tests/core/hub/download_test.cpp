#include "core/hub/download.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "tests/support/hub/download_test.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Asked;
using test::LyingHub;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Downloads : public test::DownloadTest {};

TEST_F(Downloads, TakeTheFinalNameWithTheRightBytes) {
  std::int64_t last = 0;
  here_ = [&](std::int64_t bytes) {
    EXPECT_GT(bytes, last);
    last = bytes;
  };
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(last, 40000);
  EXPECT_EQ(hub_.gets()[0].path, "/org/name/resolve/" + LyingHub::commit() + "/unet/weights.safetensors");
  EXPECT_EQ(hub_.gets()[0].header("accept-encoding"), "identity");
}

TEST_F(Downloads, GoOnWhereATransferBrokeOff) {
  for (const std::size_t after : {0U, 1U, 4000U, 20000U, 39999U}) {
    SCOPED_TRACE(after);
    fs::remove_all(blobs_);
    const std::size_t gets = hub_.gets().size();
    lie([&, gets](const Asked& asked, int number) -> std::optional<Answer> {
      if (!asked.is_get() || number != static_cast<int>(gets)) return std::nullopt;
      Answer answer = hub_.honest(asked);
      answer.drop_after = after;
      return answer;
    });
    EXPECT_EQ(fetch(), "");
    expect_whole();
    ASSERT_THAT(hub_.gets(), SizeIs(gets + 2));
    const Asked again = hub_.gets().back();
    EXPECT_EQ(again.header("range"), after == 0 ? "" : concat("bytes=", after, "-"));
    EXPECT_EQ(again.header("if-range"), after == 0 ? "" : "\"" + hash_ + "\"");
  }
}

TEST_F(Downloads, GoOnWithThePartOfAnEarlierRun) {
  leave_part(30000, "\"" + hash_ + "\"");
  EXPECT_EQ(fetch(), "");
  expect_whole();
  ASSERT_THAT(hub_.gets(), SizeIs(1));
  EXPECT_EQ(hub_.gets()[0].header("range"), "bytes=30000-");
}

TEST_F(Downloads, AskForNothingWhenThePartIsWhole) {
  leave_part(40000);
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_THAT(hub_.gets(), IsEmpty());
}

TEST_F(Downloads, FindAPartThatIsNotThisFiles) {
  folder_.write(concat("blobs/", hash_, ".part"), std::string(30000, 'x'));
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_THAT(hub_.gets(), SizeIs(2)) << "the rest, then everything once more";
  fs::remove_all(blobs_);
  folder_.write(concat("blobs/", hash_, ".part"), std::string(50000, 'x'));
  EXPECT_EQ(fetch(), "");
  expect_whole();
}

TEST_F(Downloads, StartOverWhenTheServerSendsEverything) {
  leave_part(30000);
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    Asked without = asked;
    without.headers.erase("range");
    return hub_.honest(without);
  });
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_THAT(hub_.gets(), SizeIs(1));
}

TEST_F(Downloads, StartOverWhenTheEtagHasChanged) {
  leave_part(30000, "\"older\"");
  EXPECT_EQ(fetch(), "");
  expect_whole();
  ASSERT_THAT(hub_.gets(), SizeIs(1));
  EXPECT_EQ(hub_.gets()[0].header("if-range"), "\"older\"");
}

TEST_F(Downloads, NeverAskIfRangeWithAWeakEtag) {
  lie([&](const Asked& asked, int number) -> std::optional<Answer> {
    if (!asked.is_get()) return std::nullopt;
    Answer answer = hub_.honest(asked);
    answer.headers["ETag"] = "W/\"" + hash_ + "\"";
    if (number == 0) answer.drop_after = 100;
    return answer;
  });
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(hub_.gets().back().header("range"), "bytes=100-");
  EXPECT_EQ(hub_.gets().back().header("if-range"), "");
}

TEST_F(Downloads, StartOverAfterAnotherRangeThanAsked) {
  for (const char* range :
       {"bytes 0-39999/40000", "bytes 29999-39999/40000", "bytes 30000-39999/40001", "rows 3-4/9", ""}) {
    SCOPED_TRACE(range);
    fs::remove_all(blobs_);
    leave_part(30000);
    lie([&](const Asked& asked, int) -> std::optional<Answer> {
      if (asked.header("range").empty()) return std::nullopt;
      return Answer{206, {{"Content-Range", range}}, bytes_.substr(0, 10000)};
    });
    EXPECT_EQ(fetch(), "");
    expect_whole();
  }
}

TEST_F(Downloads, StartOverAfter416) {
  for (const char* range : {"bytes */30000", ""}) {
    fs::remove_all(blobs_);
    leave_part(30000);
    lie([&](const Asked& asked, int) -> std::optional<Answer> {
      if (asked.header("range").empty()) return std::nullopt;
      return Answer{416, {{"Content-Range", range}}};
    });
    EXPECT_EQ(fetch(), "");
    expect_whole();
  }
}

TEST_F(Downloads, RefuseWrongBytesWithBothHashesAfterASecondTry) {
  std::string wrong = bytes_;
  wrong[20000] = static_cast<char>(wrong[20000] ^ 1);
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    return asked.is_get() ? std::optional(Answer{200, {}, wrong}) : std::nullopt;
  });
  const std::string sentence = fetch();
  EXPECT_THAT(sentence, HasSubstr(sha256_of(wrong)));
  EXPECT_THAT(sentence, HasSubstr(hash_));
  EXPECT_THAT(hub_.gets(), SizeIs(2));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Downloads, AreSavedByTheSecondTry) {
  lie([&](const Asked& asked, int number) -> std::optional<Answer> {
    return asked.is_get() && number == 0 ? std::optional(Answer{200, {}, std::string(40000, 'x')}) : std::nullopt;
  });
  EXPECT_EQ(fetch(), "");
  expect_whole();
}

TEST_F(Downloads, DoNotTrustContentLength) {
  for (const char* length : {"", "39000", "41000"}) {
    SCOPED_TRACE(length);
    fs::remove_all(blobs_);
    lie([&](const Asked& asked, int number) -> std::optional<Answer> {
      if (!asked.is_get() || number > 20) return std::nullopt;
      Answer answer = hub_.honest(asked);
      if (asked.header("range").empty()) answer.length = length;
      return answer;
    });
    EXPECT_EQ(fetch(), "");
    expect_whole();
  }
}

TEST_F(Downloads, AreCutWhereMoreComesThanPromised) {
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    return asked.is_get() ? std::optional(Answer{200, {}, bytes_ + "more"}) : std::nullopt;
  });
  EXPECT_THAT(fetch(), HasSubstr("more bytes than the 40000"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(Downloads, RefuseWhatIsNotTheFileItself) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + hash_ + "\nsize 40000\n";
  const std::vector<std::pair<Answer, std::string>> lies{
      {Answer{200, {}, pointer}, "the pointer of a large file"},
      {Answer{200, {}, "<!DOCTYPE html><p>Log in"}, "a web page"},
      {Answer{200, {{"Content-Type", "text/html; charset=utf-8"}}, "hello"}, "a web page"},
      {Answer{200, {{"Content-Encoding", "gzip"}}, bytes_}, "encoded (gzip)"},
  };
  for (const auto& [answer, sentence] : lies) {
    SCOPED_TRACE(sentence);
    fs::remove_all(blobs_);
    const Answer& body = answer;
    lie([&](const Asked& asked, int) { return asked.is_get() ? std::optional(body) : std::nullopt; });
    EXPECT_THAT(fetch(), HasSubstr(sentence));
    EXPECT_FALSE(fs::exists(blobs_ / hash_));
  }
}

TEST_F(Downloads, BreakOffAStalledTransferAndGoOn) {
  stall_ = std::chrono::milliseconds(100);
  stall_the_first_transfer();
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(hub_.gets().back().header("range"), "bytes=5000-");
}

TEST_F(Downloads, KeepThePartWhenAskedToStop) {
  lie([&](const Asked& asked, int) -> std::optional<Answer> {
    if (!asked.is_get()) return std::nullopt;
    Answer answer = hub_.honest(asked);
    answer.drop_after = 5000;
    answer.stall = true;
    return answer;
  });
  std::stop_source stop;
  here_ = [&](std::int64_t bytes) {
    if (bytes == 5000) stop.request_stop();
  };
  EXPECT_THROW(fetch(stop.get_token()), Interrupted);
  EXPECT_EQ(test::bytes_of(blobs_ / (hash_ + ".part")), bytes_.substr(0, 5000));
  lie({});
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(hub_.gets().back().header("range"), "bytes=5000-");
}

TEST_F(Downloads, AskABusyHubAgainButNotForEver) {
  for (const int status : {408, 429, 500, 502, 503}) {
    SCOPED_TRACE(status);
    fs::remove_all(blobs_);
    const std::size_t gets = hub_.gets().size();
    lie([&, gets](const Asked& asked, int number) -> std::optional<Answer> {
      return asked.is_get() && number < static_cast<int>(gets) + 2 ? std::optional(Answer{status}) : std::nullopt;
    });
    EXPECT_EQ(fetch(), "");
    expect_whole();
    EXPECT_THAT(hub_.gets(), SizeIs(gets + 3));
  }
  fs::remove_all(blobs_);
  lie([&](const Asked& asked, int) { return asked.is_get() ? std::optional(Answer{503}) : std::nullopt; });
  const std::size_t gets = hub_.gets().size();
  EXPECT_THAT(fetch(), HasSubstr("answered 503"));
  EXPECT_THAT(hub_.gets(), SizeIs(gets + 5));
}

TEST_F(Downloads, TellHowLongABusyHubAsksToWait) {
  lie([&](const Asked& asked, int) {
    return asked.is_get() ? std::optional(Answer{429, {{"Retry-After", "7200"}}}) : std::nullopt;
  });
  EXPECT_THAT(fetch(), HasSubstr("asks to wait for 7200 s"));
  EXPECT_THAT(hub_.gets(), SizeIs(1));
}

TEST_F(Downloads, ReplaceADamagedFileAndLeaveAGoodOneAlone) {
  folder_.write(concat("blobs/", hash_), std::string(40000, 'x'));
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(fetch(), "");
  EXPECT_THAT(hub_.gets(), SizeIs(1));
}

TEST_F(Downloads, SayWhatTheyCannotWrite) {
  folder_.write("blobs", "a file where the folder should be");
  HttpClient client(settings());
  EXPECT_THROW(download_file(client, described(), blobs_, {}, {}), BadInput);
}

}  // namespace
}  // namespace tstitch
