#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace YAML {
class Node;
}

namespace tstitch {

/// Other programs' YAML: what is read of it is small.
inline constexpr std::size_t kLongestYaml = 256U << 10U;

/// Reads a text and hands its tree to `take`. Throws BadInput naming `file` for text that is no YAML, too long or not
/// UTF-8, and for a tree that is not as `take` expects it.
void read_yaml(std::string_view text, const std::string& file, const std::function<void(const YAML::Node&)>& take);

}  // namespace tstitch
