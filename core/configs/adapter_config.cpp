#include "core/configs/adapter_config.h"

#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/formats/shape_reader.h"

namespace tstitch {
namespace {

constexpr int kWidest = 16'384;
constexpr std::size_t kMostLevels = 8;
constexpr int kMostResnets = 16;
constexpr int kMostUnshuffled = 64;
constexpr int kUnshuffledOfXl = 16;
constexpr int kLeastOfLight = 4;  ///< its blocks are a quarter as wide inside
constexpr const char* kFirstLayer = "adapter.conv_in.weight";
constexpr const char* kFirstLayerOfLight = "adapter.body.0.in_conv.weight";

constexpr std::array kKinds{ConfigName<AdapterKind>{"full_adapter", AdapterKind::Full},
                            ConfigName<AdapterKind>{"full_adapter_xl", AdapterKind::FullXl},
                            ConfigName<AdapterKind>{"light_adapter", AdapterKind::Light}};

/// What both ways to a config have to agree on.
template <class Refuse>
void require_consistent(const AdapterConfig& adapter, const Refuse& refuse) {
  const std::vector<int>& channels = adapter.channels;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (adapter.kind == AdapterKind::Light && channels[i] < kLeastOfLight) {
      refuse(concat("has a level of ", channels[i], " channels; a light adapter's have at least ", kLeastOfLight, "."));
    }
    if (adapter.kind == AdapterKind::FullXl && i >= 3 && channels[i] != channels[i - 1]) {
      refuse(concat("goes from ", channels[i - 1], " to ", channels[i],
                    " channels behind its third level, which an adapter for SDXL cannot."));
    }
  }
}

/// How a place with that many values was made: of one or three channels, whose pixels are a power of four.
std::optional<AdapterConfig> unshuffled_as(int values) {
  AdapterConfig adapter;
  for (adapter.unshuffle = 1; adapter.unshuffle <= kMostUnshuffled; adapter.unshuffle *= 2) {
    for (adapter.picture_channels = 1; adapter.picture_channels <= 3; adapter.picture_channels += 2) {
      if (adapter.unshuffled_channels() == values) return adapter;
    }
  }
  return std::nullopt;
}

/// The number behind `body.`, and what follows it.
struct BodyName {
  int number = 0;
  std::string rest;
};

std::optional<BodyName> body_name(std::string_view name) {
  constexpr std::string_view kBody = "body.";
  if (!name.starts_with(kBody)) return std::nullopt;
  BodyName body;
  const char* const end = name.data() + name.size();
  const auto [behind, problem] = std::from_chars(name.data() + kBody.size(), end, body.number);
  if (problem != std::errc() || body.number < 0 || behind == end || *behind != '.') return std::nullopt;
  body.rest.assign(behind + 1, end);
  return body;
}

/// The authors number all resnets of a full adapter; the first that changes the width begins the second level.
int resnets_of_original(const TensorShapes& tensors) {
  constexpr int kPublished = 2;
  for (int i = 1; i <= kMostResnets; ++i) {
    if (tensors.contains(concat("body.", i, ".in_conv.weight"))) return i;
  }
  return kPublished;
}

std::string our_name(const std::string& name, bool light, int resnets) {
  constexpr std::string_view kInner = "body.";
  const auto body = body_name(name);
  if (!body) return concat("adapter.", name);
  if (light) {
    const bool inner = body->rest.starts_with(kInner);
    return concat("adapter.body.", body->number, ".", inner ? "resnets." : "",
                  inner ? body->rest.substr(kInner.size()) : body->rest);
  }
  const std::string level = concat("adapter.body.", body->number / resnets, ".");
  if (body->rest.starts_with("in_conv.")) return level + body->rest;
  return concat(level, "resnets.", body->number % resnets, ".", body->rest);
}

}  // namespace

std::vector<AdapterBlock> AdapterConfig::blocks() const {
  std::vector<AdapterBlock> blocks;
  int width = kind == AdapterKind::Light ? unshuffled_channels() : channels.front();
  int stride = unshuffle;
  const auto add = [&](int out, bool halves) {
    if (halves) stride *= 2;
    blocks.push_back({width, out, halves, stride});
    width = out;
  };
  for (std::size_t i = 0; i < channels.size(); ++i) add(channels[i], kind == AdapterKind::FullXl ? i == 2 : i > 0);
  if (kind == AdapterKind::Light) add(channels.back(), true);
  return blocks;
}

AdapterConfig parse_adapter_config(std::string_view text, const std::string& file) {
  const ConfigReader config(text, file);
  config.require("_class_name", {"T2IAdapter"});
  config.refuse_quantised();
  config.require("in_channels", {1, 3});
  AdapterConfig adapter;
  adapter.kind = config.choice<AdapterKind>("adapter_type", kKinds).value_or(AdapterKind::Full);
  adapter.picture_channels = config.integer("in_channels", 3, 1, 3);
  adapter.channels = config.integers("channels", adapter.channels, 1, kWidest);
  adapter.resnets = config.integer("num_res_blocks", adapter.resnets, 1, kMostResnets);
  adapter.unshuffle = config.integer("downscale_factor", adapter.unshuffle, 1, kMostUnshuffled);
  if (adapter.channels.empty() || adapter.channels.size() > kMostLevels) {
    config.refuse("channels", concat("lists ", adapter.channels.size(), " levels."));
  }
  require_consistent(adapter, [&](const std::string& what) { config.refuse("channels", what); });
  return adapter;
}

bool is_adapter(const TensorShapes& tensors) {
  return tensors.contains(kFirstLayer) || tensors.contains(kFirstLayerOfLight);
}

bool is_original_adapter(const TensorShapes& tensors) {
  return tensors.contains("body.0.block1.weight") || tensors.contains("body.0.body.0.block1.weight");
}

TensorMap map_original_adapter(const TensorShapes& tensors) {
  const bool light = !tensors.contains("conv_in.weight");
  const int resnets = resnets_of_original(tensors);
  TensorMap map;
  for (const auto& [name, shape] : tensors) map[our_name(name, light, resnets)] = {.name = name, .shape = shape};
  return map;
}

AdapterConfig infer_adapter_config(const TensorShapes& tensors, const std::string& file) {
  const ShapeReader shapes(tensors, file);
  const bool light = !shapes.has(kFirstLayer);
  const std::string first = light ? kFirstLayerOfLight : kFirstLayer;
  const int values = shapes.side(first, 4, 1, std::int64_t{3} * kMostUnshuffled * kMostUnshuffled);
  const std::optional<AdapterConfig> unshuffled = unshuffled_as(values);
  if (!unshuffled) {
    shapes.refuse(first,
                  concat("takes ", values, " values a place, which no square of pixels of 1 or 3 channels has."));
  }
  AdapterConfig adapter = *unshuffled;
  adapter.kind = light                                  ? AdapterKind::Light
                 : adapter.unshuffle >= kUnshuffledOfXl ? AdapterKind::FullXl
                                                        : AdapterKind::Full;
  const std::string last = light ? ".out_conv.weight" : ".resnets.0.block1.weight";
  int levels = shapes.count("adapter.body.", last, static_cast<int>(kMostLevels));
  if (light && --levels == 0) shapes.refuse("adapter.body.1.out_conv.weight", "is missing.");
  adapter.channels.clear();
  for (int i = 0; i < levels; ++i) {
    adapter.channels.push_back(shapes.side(concat("adapter.body.", i, last), 4, 0, kWidest));
  }
  adapter.resnets = shapes.count("adapter.body.0.resnets.", ".block1.weight", kMostResnets);
  require_consistent(adapter, [&](const std::string& what) { shapes.refuse(first, what); });
  return adapter;
}

}  // namespace tstitch
