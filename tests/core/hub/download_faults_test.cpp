#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/formats/sha256.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/hub/download_test.h"

// What happens to a download on this machine: its folder goes away, the disk fills, another client fetches the same.

namespace tstitch {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::Asked;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

class DownloadFaults : public test::DownloadTest {};

TEST_F(DownloadFaults, TheFolderGoesAway) {
  here_ = [&](std::int64_t) { fs::remove_all(blobs_); };
  EXPECT_THAT(fetch(), AllOf(HasSubstr("cannot rename the file: No such file or directory"), HasSubstr("fetch again")));
  EXPECT_FALSE(fs::exists(blobs_));
  here_ = {};
  EXPECT_EQ(fetch(), "");
  expect_whole();
}

TEST_F(DownloadFaults, TheFolderGoesAwayBetweenTwoTries) {
  lie([&](const Asked& asked, int number) -> std::optional<Answer> {
    if (!asked.is_get()) return std::nullopt;
    Answer answer = hub_.honest(asked);
    if (number == 0) answer.drop_after = 5000;
    return answer;
  });
  here_ = [&](std::int64_t bytes) {
    if (bytes == 5000) fs::remove_all(blobs_);
  };
  EXPECT_THAT(fetch(), HasSubstr("No such file or directory"));
  EXPECT_FALSE(fs::exists(blobs_));
}

TEST_F(DownloadFaults, FilesMayNotBeThatLong) {
  std::signal(SIGXFSZ, SIG_IGN);  // as the programs do
  {
    const test::FileSizeLimit limit(20000);
    EXPECT_THAT(fetch(), AllOf(HasSubstr("cannot write the file: File too large"), HasSubstr("what is here is kept")));
  }
  EXPECT_EQ(test::bytes_of(blobs_ / (hash_ + ".part")), bytes_.substr(0, 20000));
  EXPECT_FALSE(fs::exists(blobs_ / hash_));
  EXPECT_EQ(fetch(), "");
  expect_whole();
  EXPECT_EQ(hub_.gets().back().header("range"), "bytes=20000-");
}

/// What a process of its own says that has 64 KB of disk for the downloads; `skipped` where it cannot have that.
template <class Fetch>
std::string said_on_a_small_disk(const fs::path& folder, Fetch fetch) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_alone = ::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
    const bool is_small = is_alone && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                          ::mount("none", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
    const std::string said = is_small ? fetch() : "skipped";
    const bool is_told = ::write(pipe[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(is_told ? 0 : 1);
  }
  ::close(pipe[1]);
  std::string said;
  std::array<char, 1024> buffer{};
  for (ssize_t got = 0; (got = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    said.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return said;
}

TEST_F(DownloadFaults, TheDiskIsFull) {
  bytes_ = test::some_bytes(200000);
  hash_ = sha256_of(bytes_);
  hub_.put_large(kRepository, kPath, bytes_);
  fs::create_directories(blobs_);
  const std::string said = said_on_a_small_disk(blobs_, [&] {
    const std::string sentence = fetch();
    const bool has_part = fs::file_size(blobs_ / (hash_ + ".part")) > 0;
    return sentence + (has_part && !fs::exists(blobs_ / hash_) ? " The part stays." : " Something else is there.");
  });
  if (said == "skipped") GTEST_SKIP() << "no disk of its own for a test here";
  EXPECT_THAT(said, AllOf(HasSubstr("cannot write the file: No space left on device"), HasSubstr("Make room"),
                          HasSubstr("The part stays.")));
}

/// The first transfer is held up until the other client waits for its turn.
TEST_F(DownloadFaults, TwoClientsFetchOneFile) {
  lie([](const Asked& asked, int) -> std::optional<Answer> {
    if (asked.is_get()) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return std::nullopt;
  });
  fs::create_directories(blobs_);
  const HubFile file = described();
  std::array<std::string, 2> sentences;
  std::array<std::thread, 2> clients;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i] = std::thread([&, i] {
      sentences[i] = sentence_of([&] {
        HttpClient client(settings());
        download_file(client, file, blobs_, {}, {});
      });
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(sentences, testing::Each(std::string()));
  EXPECT_THAT(hub_.gets(), SizeIs(1));
  expect_whole();
}

/// The one that waits goes on where the first one gave up.
TEST_F(DownloadFaults, TheClientWhoseTurnItWasGivesUp) {
  stall_the_first_transfer();
  fs::create_directories(blobs_);
  const HubFile file = described();
  std::stop_source stop;
  std::atomic<bool> has_begun = false;
  std::thread first([&] {
    HttpClient client(settings());
    EXPECT_THROW(
        download_file(client, file, blobs_, stop.get_token(), [&](std::int64_t bytes) { has_begun = bytes == 5000; }),
        Interrupted);
  });
  while (!has_begun) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::string sentence;
  std::thread second([&] {
    sentence = sentence_of([&] {
      HttpClient client(settings());
      download_file(client, file, blobs_, {}, {});
    });
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  stop.request_stop();
  first.join();
  second.join();
  EXPECT_EQ(sentence, "");
  expect_whole();
  EXPECT_EQ(hub_.gets().back().header("range"), "bytes=5000-");
}

}  // namespace
}  // namespace tstitch
