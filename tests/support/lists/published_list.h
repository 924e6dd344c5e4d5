#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace tstitch::test {

/// One list of tests/golden/keys/lists.gz; the folder is the test program's TSTITCH_GOLDEN_DIR.
/// Throws LogicError when there is none of that name.
nlohmann::json published_list(const std::string& golden_folder, const std::string& name);

}  // namespace tstitch::test
