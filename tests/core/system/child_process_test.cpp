#include "core/system/child_process.h"

#include <cerrno>
#include <csignal>
#include <memory>
#include <system_error>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace tstitch {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kLong{20000};

bool always() {
  return true;
}

std::string all_of(PipeEnd& end) {
  std::string text;
  char bytes[256];
  for (;;) {
    const auto got = end.read_some(bytes, sizeof(bytes), kLong);
    if (!got || *got == 0) return text;
    text.append(bytes, *got);
  }
}

bool is_there(long process) {
  return ::kill(static_cast<pid_t>(process), 0) == 0;
}

void wait_until_gone(long process) {
  for (int i = 0; i < 2000 && is_there(process); ++i) std::this_thread::sleep_for(milliseconds(5));
}

TEST(ChildProcess, hasItsStreamsAndEnding) {
  ChildProcess child({"sh", "-c", "cat; echo wrong >&2; exit 3"});
  ASSERT_TRUE(child.input().write_all("some text", always));
  child.input().close();
  EXPECT_EQ(all_of(child.output()), "some text");
  EXPECT_EQ(all_of(child.errors()), "wrong\n");
  const auto ending = child.wait(kLong);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->exit_code, 3);
  EXPECT_EQ(ending->phrase(), "ended with exit code 3");
}

TEST(ChildProcess, noShellReadsTheWords) {
  ChildProcess child({"printf", "%s|", "$HOME", "a b", "*", ""});
  EXPECT_EQ(all_of(child.output()), "$HOME|a b|*||");
}

TEST(ChildProcess, saysWhyItCannotBegin) {
  try {
    const ChildProcess child({"/nowhere/at/all"});
    FAIL();
  } catch (const ProcessNotStarted& problem) {
    EXPECT_THAT(problem.what(), HasSubstr(std::generic_category().message(ENOENT)));
  }
  EXPECT_THROW(ChildProcess({"/"}), ProcessNotStarted);
}

TEST(ChildProcess, namesTheSignalThatEndedIt) {
  ChildProcess child({"sh", "-c", "kill -SEGV $$"});
  const auto ending = child.wait(kLong);
  ASSERT_TRUE(ending);
  EXPECT_EQ(ending->phrase(), "was ended by signal 11 (SIGSEGV)");
}

TEST(ChildProcess, inheritsNoOtherDescriptorAndNoBlockedSignal) {
  const Pipe open = make_pipe();
  const int plain = ::dup(open.reading.descriptor());  // without close-on-exec
  ChildProcess lists({"ls", "/proc/self/fd"});
  ::close(plain);
  EXPECT_EQ(all_of(lists.output()), "0\n1\n2\n3\n") << "its streams, and the folder that it lists";
  ChildProcess tells({"grep", "SigBlk", "/proc/self/status"});
  EXPECT_EQ(all_of(tells.output()), "SigBlk:\t0000000000000000\n");
}

TEST(ChildProcess, hasAGroupOfItsOwnThatEndsWithIt) {
  long inner = 0;
  {
    ChildProcess child({"sh", "-c", "sleep 1000 & echo $!; wait"});
    char bytes[32];
    const auto got = child.output().read_some(bytes, sizeof(bytes), kLong);
    ASSERT_TRUE(got && *got > 0);
    for (std::size_t i = 0; i < *got && bytes[i] != '\n'; ++i) inner = inner * 10 + (bytes[i] - '0');
    EXPECT_EQ(::getpgid(static_cast<pid_t>(inner)), child.id());
    EXPECT_NE(::getpgid(0), child.id());
  }
  wait_until_gone(inner);
  EXPECT_FALSE(is_there(inner));
}

TEST(ChildProcess, leavesNoZombie) {
  long first = 0;
  long second = 0;
  {
    ChildProcess ended({"true"});
    first = ended.id();
    ASSERT_TRUE(ended.wait(kLong));
    const ChildProcess running({"sleep", "1000"});
    second = running.id();
    EXPECT_TRUE(is_there(second));
  }
  EXPECT_FALSE(is_there(first));
  EXPECT_FALSE(is_there(second));
}

TEST(ChildProcess, outlivesTheThreadThatStartedIt) {
  std::unique_ptr<ChildProcess> child;
  std::thread([&child] { child = std::make_unique<ChildProcess>(std::vector<std::string>{"sleep", "1000"}); }).join();
  EXPECT_FALSE(child->wait(milliseconds(50)));
}

TEST(ChildProcess, goesFirstWhereThatIsWished) {
  ChildProcess child({"cat", "/proc/self/oom_score_adj"}, {.goes_first = true});
  EXPECT_EQ(all_of(child.output()), "500\n");
}

TEST(PipeEnd, aReaderThatIsGoneEndsWriting) {
  Pipe pipe = make_pipe();
  pipe.reading.close();
  EXPECT_FALSE(pipe.writing.write_all("text", always));
  Pipe full = make_pipe();
  EXPECT_FALSE(full.writing.write_all(std::string(std::size_t{1} << 22U, 'x'), [] { return false; }));
}

TEST(PipeEnd, readingWaitsAndEnds) {
  Pipe pipe = make_pipe();
  char byte = 0;
  EXPECT_FALSE(pipe.reading.read_some(&byte, 1, milliseconds(1)));
  pipe.writing.write_all("x", always);
  EXPECT_EQ(pipe.reading.read_some(&byte, 1, kLong), 1U);
  pipe.writing.close();
  EXPECT_EQ(pipe.reading.read_some(&byte, 1, kLong), 0U);
}

}  // namespace
}  // namespace tstitch
