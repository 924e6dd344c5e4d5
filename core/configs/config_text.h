#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstitch {

/// Bytes of a model's config that are read.
inline constexpr std::uintmax_t kLongestConfig = 8U << 20U;

/// The text of a config as plain JSON: Python writes an infinite number as a bare word, which is none. -Infinity, the
/// default of `lambda_min_clipped` in every saved multistep solver, becomes null (silence).
std::string plain_json(std::string_view text);

/// The text with a point behind every whole number of more than 64 bits, which Python writes, too: transformers'
/// `model_max_length` of 10^30.
std::string with_long_numbers(std::string_view text);

/// Whether a config says of which class its part is (`_class_name` or `architectures`).
bool tells_class(std::string_view config, const std::string& file);

/// A config with the class that model_index.json gives its part, which counts before its own: `_class_name` of
/// diffusers' configs, `architectures` of transformers'. An empty class changes nothing. Throws BadInput naming `file`.
std::string with_class(std::string_view config, const std::string& class_name, const std::string& file);
std::string with_architecture(std::string_view config, const std::string& class_name, const std::string& file);

}  // namespace tstitch
