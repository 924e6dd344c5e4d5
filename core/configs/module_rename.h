#pragma once

#include <string_view>

namespace tstitch::detail {

/// A module of an original checkpoint and what it is called here (internal to core/configs).
struct Rename {
  std::string_view original;
  std::string_view ours;
};

}  // namespace tstitch::detail
