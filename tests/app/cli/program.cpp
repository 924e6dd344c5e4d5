#include "tests/app/cli/program.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tstitch::test {
namespace fs = std::filesystem;

namespace {

struct Child {
  pid_t id = 0;
  int out = -1;
  int err = -1;
};

Child start(const std::vector<std::string>& arguments, const fs::path& folder, const Variables& variables) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (::pipe(out.data()) != 0 || ::pipe(err.data()) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words{tested_program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const pid_t id = ::fork();
  if (id == 0) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setenv("OMP_WAIT_POLICY", "PASSIVE", 1);
    ::setenv("HF_HUB_CACHE", (folder / "hub").c_str(), 1);
    for (const char* name :
         {"HF_HOME", "HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
          "SSL_CERT_FILE", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      ::unsetenv(name);
    }
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
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

std::string tested_program() {
  const char* chosen = std::getenv("TSTITCH_TEST_PROGRAM");
  return chosen == nullptr ? TSTITCH_PROGRAM : chosen;
}

Ended run_program(const std::vector<std::string>& arguments, const fs::path& folder, const Variables& variables) {
  return collect(start(arguments, folder, variables), {}, 0);
}

Ended interrupt_program(const std::vector<std::string>& arguments, const fs::path& folder,
                        const std::string& first_output, int signal, const Variables& variables) {
  return collect(start(arguments, folder, variables), first_output, signal);
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

}  // namespace tstitch::test
