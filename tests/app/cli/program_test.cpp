#include "tests/app/cli/program.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/text.h"

namespace tstitch::test {
namespace fs = std::filesystem;

namespace {

struct Child {
  pid_t id = 0;
  int out = -1;
  int err = -1;
};

Child start(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe(out.data()) != 0 || ::pipe(err.data()) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words{TSTITCH_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const pid_t id = ::fork();
  if (id == 0) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setenv("OMP_WAIT_POLICY", "PASSIVE", 1);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    for (const int end : {out[0], out[1], err[0], err[1]}) ::close(end);
    if (::chdir(folder.c_str()) != 0) ::_exit(127);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  return {id, out[0], err[0]};
}

/// Reads both streams to their ends; sends `signal` once when `trigger` has appeared on stdout.
Ended collect(const Child& child, const std::string& trigger, int signal) {
  Ended ended;
  std::array<pollfd, 2> streams{pollfd{child.out, POLLIN, 0}, pollfd{child.err, POLLIN, 0}};
  bool sent = signal == 0;
  for (int open = 2; open > 0;) {
    ::poll(streams.data(), streams.size(), -1);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      std::array<char, 4096> buffer{};
      const ssize_t got = ::read(streams[i].fd, buffer.data(), buffer.size());
      if (got <= 0) {
        streams[i].fd = -1;
        --open;
      } else {
        (i == 0 ? ended.out : ended.err).append(buffer.data(), static_cast<std::size_t>(got));
      }
    }
    if (!sent && ended.out.find(trigger) != std::string::npos) {
      ::kill(child.id, signal);
      sent = true;
    }
  }
  ::close(child.out);
  ::close(child.err);
  int status = 0;
  ::waitpid(child.id, &status, 0);
  ended.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

}  // namespace

Ended run_program(const std::vector<std::string>& arguments, const fs::path& folder) {
  return collect(start(arguments, folder), {}, 0);
}

Ended interrupt_program(const std::vector<std::string>& arguments, const fs::path& folder,
                        const std::string& first_output, int signal) {
  return collect(start(arguments, folder), first_output, signal);
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "tstitch-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

/// The tools themselves: exit codes and both streams arrive.
TEST(Program, saysItsVersionAndHelp) {
  const ScratchFolder scratch;
  const Ended version = run_program({"--version"}, scratch.path());
  EXPECT_EQ(version.exit, 0);
  EXPECT_TRUE(version.out.starts_with("tstitch ")) << version.out;
  const Ended help = run_program({"--help"}, scratch.path());
  EXPECT_EQ(help.exit, 0);
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
  for (const char* command : {"generate", "grid", "plan", "inspect", "bench", "annotate"}) {
    EXPECT_NE(help.out.find(command), std::string::npos) << command;
    EXPECT_EQ(run_program({command, "--help"}, scratch.path()).exit, 0) << command;
  }
}

TEST(Program, endsWithTwoForWrongUsage) {
  const ScratchFolder scratch;
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"draw"},
      {"generate"},
      {"generate", "x", "--steps"},
      {"generate", "x", "--steps", "0"},
      {"generate", "x", "--steps", "1001"},
      {"generate", "x", "--steps", "ten"},
      {"generate", "x", "--ratio", "0.123"},
      {"generate", "x", "--ratio", "101%"},
      {"generate", "x", "--size", "100x100"},
      {"generate", "x", "--size", "16392x16392"},
      {"generate", "x", "--sampler", "magic"},
      {"generate", "x", "--sampler", "ddim", "--spacing", "karras"},
      {"generate", "x", "--seed", "-1"},
      {"generate", "x", "--guidance", "nan"},
      {"generate", "x", "--segments", "small:3,large:4"},
      {"generate", "x", "--nonsense"},
      {"generate", "\xff\xfe"},
  };
  for (const auto& arguments : wrong) {
    const Ended ended = run_program(arguments, scratch.path());
    EXPECT_EQ(ended.exit, 2) << join(arguments, " ") << ": " << ended.err;
    EXPECT_FALSE(ended.err.empty()) << join(arguments, " ");
  }
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

}  // namespace tstitch::test
