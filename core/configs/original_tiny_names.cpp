#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include "core/base/text.h"
#include "core/configs/original_names.h"

namespace tstitch {
namespace {

/// Where the halves of a TAESD lie: in one file together, as their authors and ComfyUI name them, or alone in a file.
struct HalfPlace {
  std::string_view prefix;
  std::string_view half;
};
constexpr std::array kTogether{HalfPlace{"taesd_encoder.", "encoder"}, HalfPlace{"taesd_decoder.", "decoder"},
                               HalfPlace{"encoder.", "encoder"}, HalfPlace{"decoder.", "decoder"}};

/// The authors count the limit on the latents as the decoder's first layer, diffusers does not.
std::string our_name(std::string_view rest, std::string_view half) {
  int layer = 0;
  const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
  if (problem != std::errc()) return concat(half, '.', rest);
  const int ours = half == "decoder" ? layer - 1 : layer;
  return concat(half, ".layers.", ours, rest.substr(static_cast<std::size_t>(end - rest.data())));
}

bool is_kernel(const TensorShapes& tensors, const std::string& name) {
  const auto found = tensors.find(name);
  return found != tensors.end() && found->second.size() == 4;
}

/// The authors' decoder begins with a layer without weights, and both have blocks of three convolutions.
bool has_decoder(const TensorShapes& tensors, std::string_view prefix) {
  return is_kernel(tensors, concat(prefix, "1.weight")) && is_kernel(tensors, concat(prefix, "3.conv.0.weight"));
}

bool has_encoder(const TensorShapes& tensors, std::string_view prefix) {
  return is_kernel(tensors, concat(prefix, "0.weight")) && is_kernel(tensors, concat(prefix, "1.conv.0.weight"));
}

void take_half(TensorMap& map, const TensorShapes& tensors, const HalfPlace& place) {
  for (const auto& [rest, shape] : part_of(tensors, place.prefix)) {
    map[our_name(rest, place.half)] = {.name = concat(place.prefix, rest), .shape = shape};
  }
}

}  // namespace

TensorMap map_original_tiny(const TensorShapes& tensors) {
  TensorMap map;
  for (const HalfPlace& place : kTogether) {
    const bool is_there =
        place.half == "decoder" ? has_decoder(tensors, place.prefix) : has_encoder(tensors, place.prefix);
    if (is_there) take_half(map, tensors, place);
  }
  if (!map.empty()) return map;
  if (is_kernel(tensors, "decoder.layers.0.weight") && is_kernel(tensors, "decoder.layers.2.conv.0.weight")) {
    for (const auto& [name, shape] : tensors) map[name] = {.name = name, .shape = shape};
    return map;
  }
  if (has_decoder(tensors, {})) take_half(map, tensors, {{}, "decoder"});
  if (map.empty() && has_encoder(tensors, {})) take_half(map, tensors, {{}, "encoder"});
  return map;
}

}  // namespace tstitch
