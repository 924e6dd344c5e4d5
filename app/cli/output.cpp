#include "app/cli/output.h"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <string>

#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch::cli {

namespace {

/// What the last write may have failed with; any other number is older.
std::string last_reason() {
  for (const int problem : {ENOSPC, EPIPE, EIO, EFBIG, EDQUOT, EBADF}) {
    if (errno == problem) return std::strerror(problem);
  }
  return "it takes nothing more";
}

}  // namespace

void require_output_written() {
  std::cout.flush();
  if (std::cout) return;
  static const std::string reason = last_reason();  // of the first failure: nothing is tried after it
  throw BadInput(concat("could not be written: ", reason, "."), "standard output", "Choose a place that has room.");
}

}  // namespace tstitch::cli
