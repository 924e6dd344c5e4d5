#include "app/passive_threads.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <unistd.h>

namespace tstitch {

void use_passive_threads(char** argv) {
  constexpr const char* kPolicy = "OMP_WAIT_POLICY";
  if (std::getenv(kPolicy) != nullptr) return;
  if (::setenv(kPolicy, "PASSIVE", 0) != 0) return;
  // Two cores, fifty guided steps of the bundled pair alone, and two such programs at once: with 0 1.75 and 1.95 s,
  // with 300 1.41 and 2.17, with 600 1.29 and 2.41; in an earlier round with 1000 1.38 and 2.64, with 3000 1.31
  // and 3.89.
  ::setenv("GOMP_SPINCOUNT", "600", 0);
  // By its own path where that still is the program: the system names a process after what was executed.
  constexpr const char* kSelf = "/proc/self/exe";
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink(kSelf, problem);
  if (!problem && std::filesystem::equivalent(program, kSelf, problem)) ::execv(program.c_str(), argv);
  ::execv(kSelf, argv);
}

}  // namespace tstitch
