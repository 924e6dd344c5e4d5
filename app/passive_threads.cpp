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
  // By its own path where that still is the program: the system names a process after what was executed.
  constexpr const char* kSelf = "/proc/self/exe";
  std::error_code problem;
  const std::filesystem::path program = std::filesystem::read_symlink(kSelf, problem);
  if (!problem && std::filesystem::equivalent(program, kSelf, problem)) ::execv(program.c_str(), argv);
  ::execv(kSelf, argv);
}

}  // namespace tstitch
