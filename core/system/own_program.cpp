#include "core/system/own_program.h"

#include <system_error>

namespace tstitch {

std::filesystem::path program_beside(std::string_view name) {
  std::error_code problem;
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", problem);
  return problem ? std::filesystem::path(name) : own.parent_path() / name;
}

}  // namespace tstitch
