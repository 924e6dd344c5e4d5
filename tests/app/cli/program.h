#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tstitch::test {

struct Ended {
  int exit = -1;  ///< exit status, or 128 + the signal that ended it
  std::string out;
  std::string err;
};

/// Variables that are set, in the words of `setenv`.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// The command line that is tested; TSTITCH_TEST_PROGRAM names another one, such as tstitch_over_worker.
std::string tested_program();

/// Runs the command line with these arguments, in `folder`, to its end. Standard input is empty. No models of this
/// machine's own are seen: the hub's cache is `hub` in that folder unless a variable says otherwise.
Ended run_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                  const Variables& variables = {});

/// Starts it, sends `signal` after `first_output` has appeared on stdout, and waits for its end.
Ended interrupt_program(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                        const std::string& first_output, int signal, const Variables& variables = {});

/// A folder of its own for one test, gone afterwards.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tstitch::test
