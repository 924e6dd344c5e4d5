#pragma once

#include <string>

namespace tstitch::test {

/// The text of a file that gzip made. Throws LogicError when it cannot be read.
std::string compressed_text(const std::string& path);

}  // namespace tstitch::test
