#pragma once

namespace tstitch::cli {

/// Hands what was printed to the system. Throws BadInput with the system's reason when standard output does not take it
/// (a full disk, a pipe that nobody reads any more).
void require_output_written();

}  // namespace tstitch::cli
