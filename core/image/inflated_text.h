#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tstitch {

/// How compressed bytes are wrapped.
enum class Wrapping { Zlib, Gzip };

/// A text of a picture, uncompressed; nothing where it is damaged or longer than kLargestText.
std::optional<std::string> inflated_text(std::string_view compressed, Wrapping wrapping);

}  // namespace tstitch
