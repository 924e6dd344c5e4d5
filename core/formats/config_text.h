#pragma once

#include <string>
#include <string_view>

namespace tstitch {

/// The text of a config as plain JSON. Python writes what is no JSON: infinite numbers and NaN as bare words, which
/// become null (silence), and whole numbers of any length, of which those beyond 64 bits become numbers with a point
/// (transformers' `model_max_length` of 10^30).
std::string plain_json(std::string_view text);

/// Whether a config says of which class its part is (`_class_name` or `architectures`).
bool tells_class(std::string_view config, const std::string& file);

/// A config with the class that model_index.json gives its part, which counts before its own: `_class_name` of
/// diffusers' configs, `architectures` of transformers'. An empty class changes nothing. Throws BadInput naming `file`.
std::string with_class(std::string_view config, const std::string& class_name, const std::string& file);
std::string with_architecture(std::string_view config, const std::string& class_name, const std::string& file);

}  // namespace tstitch
