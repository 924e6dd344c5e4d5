#include "core/picture_text/picture_text_comfy_graph.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.h"
#include "core/picture_text/picture_text_comfy_subgraphs.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

constexpr int kLongestWalk = 64;
constexpr std::size_t kLongestWords = 1U << 20U;

/// What a workflow's nodes call the values that it lists without names.
struct WidgetNames {
  std::string_view type;
  std::vector<std::string_view> names;
};

const std::vector<WidgetNames>& widget_names() {
  static const std::vector<WidgetNames> kNames{
      {"KSampler", {"seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"}},
      {"KSamplerAdvanced",
       {"add_noise", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler", "start_at_step", "end_at_step"}},
      {"SamplerCustom", {"add_noise", "noise_seed", "", "cfg"}},
      {"RandomNoise", {"noise_seed"}},
      {"KSamplerSelect", {"sampler_name"}},
      {"BasicScheduler", {"scheduler", "steps", "denoise"}},
      {"KarrasScheduler", {"steps"}},
      {"ExponentialScheduler", {"steps"}},
      {"CFGGuider", {"cfg"}},
      {"CLIPTextEncode", {"text"}},
      {"CLIPTextEncodeSDXL",
       {"width", "height", "crop_w", "crop_h", "target_width", "target_height", "text_g", "text_l"}},
      {"CLIPTextEncodeSDXLRefiner", {"ascore", "width", "height", "text"}},
      {"CLIPSetLastLayer", {"stop_at_clip_layer"}},
      {"CheckpointLoaderSimple", {"ckpt_name"}},
      {"CheckpointLoader", {"config_name", "ckpt_name"}},
      {"UNETLoader", {"unet_name"}},
      {"VAELoader", {"vae_name"}},
      {"LoraLoader", {"lora_name", "strength_model", "strength_clip"}},
      {"LoraLoaderModelOnly", {"lora_name", "strength_model"}},
      {"EmptyLatentImage", {"width", "height", "batch_size"}},
      {"EmptySD3LatentImage", {"width", "height", "batch_size"}},
      {"ControlNetApply", {"strength"}},
      {"ControlNetApplyAdvanced", {"strength", "start_percent", "end_percent"}},
      {"PrimitiveNode", {"value"}},
      {"PrimitiveInt", {"value"}},
      {"PrimitiveFloat", {"value"}},
      {"PrimitiveString", {"value"}},
      {"PrimitiveStringMultiline", {"value"}}};
  return kNames;
}

/// Inputs under which nodes hold a value, the more telling ones first.
constexpr std::array<std::string_view, 16> kHolders{
    "value", "populated_text", "text",   "string", "prompt", "STRING", "String", "seed", "noise_seed",
    "int",   "number",         "Number", "INT",    "float",  "text_g", "result"};

std::string id_of(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? concat(value.get<std::int64_t>()) : std::string();
}

/// A workflow's node is muted (2) or passed by (4).
constexpr int kMuted = 2;
constexpr int kPassedBy = 4;

/// A workflow's link: where it begins, and what it carries.
struct WorkflowLink {
  std::string node;
  int slot = 0;
  std::string type;
};

int whole(const nlohmann::json& value) {
  return value.is_number_integer() ? static_cast<int>(value.get<std::int64_t>()) : 0;
}

std::map<std::string, WorkflowLink> links_of(const nlohmann::json& json) {
  std::map<std::string, WorkflowLink> links;
  for (const nlohmann::json& link : array_at(json, "links")) {
    if (link.is_array() && link.size() >= 6) {
      links[id_of(link[0])] = {id_of(link[1]), whole(link[2]), link[5].is_string() ? link[5].get<std::string>() : ""};
    } else if (link.is_object()) {
      links[id_of(link.value("id", nlohmann::json()))] = {id_of(link.value("origin_id", nlohmann::json())),
                                                          whole(link.value("origin_slot", nlohmann::json())),
                                                          text_at(link, "type")};
    }
  }
  return links;
}

class WorkflowReader {
 public:
  explicit WorkflowReader(const nlohmann::json& json) : links_(links_of(json)) {
    for (const nlohmann::json& node : array_at(json, "nodes")) {
      if (node.is_object()) sources_[id_of(node.value("id", nlohmann::json()))] = &node;
    }
  }

  [[nodiscard]] std::optional<ComfyNode> read(const nlohmann::json& source) const {
    const int mode = whole(source.value("mode", nlohmann::json()));
    if (mode == kMuted || mode == kPassedBy) return std::nullopt;
    ComfyNode node;
    node.id = id_of(source.value("id", nlohmann::json()));
    node.type = text_at(source, "type");
    read_widgets(source, node);
    for (const nlohmann::json& input : array_at(source, "inputs")) {
      const auto link = link_of(input);
      if (!link) continue;
      node.links[text_at(input, "name")] = *link;
      node.values.erase(text_at(input, "name"));  // what its field showed before it was linked
    }
    return node;
  }

 private:
  static void read_widgets(const nlohmann::json& source, ComfyNode& node) {
    const nlohmann::json& named = object_at(source, "widgets_values");
    for (const auto& [name, value] : named.items()) node.values[name] = text_at(named, name);
    read_positions(source, node);
    const nlohmann::json& by_name = object_at(source, "widgets_values_named");
    for (const auto& [name, value] : by_name.items()) node.values[name] = text_at(by_name, name);
  }

  static void read_positions(const nlohmann::json& source, ComfyNode& node) {
    const auto names = std::find_if(widget_names().begin(), widget_names().end(),
                                    [&](const WidgetNames& one) { return one.type == node.type; });
    if (names == widget_names().end()) return;
    const nlohmann::json& values = array_at(source, "widgets_values");
    for (std::size_t i = 0; i < std::min(values.size(), names->names.size()); ++i) {
      const nlohmann::json pair{{"value", values[i]}};
      if (!names->names[i].empty()) node.values[std::string(names->names[i])] = text_at(pair, "value");
    }
  }

  /// Through nodes that are passed by: there what goes in comes out.
  [[nodiscard]] std::optional<ComfyLink> link_of(const nlohmann::json& input) const {
    auto link = links_.find(id_of(input.is_object() ? input.value("link", nlohmann::json()) : nlohmann::json()));
    for (int steps = 0; link != links_.end() && steps < kLongestWalk; ++steps) {
      const auto source = sources_.find(link->second.node);
      if (source == sources_.end()) return std::nullopt;
      if (whole(source->second->value("mode", nlohmann::json())) != kPassedBy) {
        return ComfyLink{link->second.node, link->second.slot};
      }
      link = passed_by(*source->second, link->second.type);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::map<std::string, WorkflowLink>::const_iterator passed_by(const nlohmann::json& node,
                                                                              const std::string& type) const {
    for (const nlohmann::json& input : array_at(node, "inputs")) {
      if (text_at(input, "type") == type) return links_.find(id_of(input.value("link", nlohmann::json())));
    }
    return links_.end();
  }

  std::map<std::string, WorkflowLink> links_;
  std::map<std::string, const nlohmann::json*> sources_;
};

}  // namespace

std::optional<ComfyGraph> ComfyGraph::of(const nlohmann::json& json) {
  ComfyGraph graph;
  if (has_any(json, {"nodes"}) && has_any(json, {"links", "last_node_id", "version"}) && json["nodes"].is_array()) {
    graph.read_workflow(json);
    return graph;
  }
  const nlohmann::json& prompt = object_at(json, "prompt").empty() ? json : object_at(json, "prompt");
  const bool is_prompt =
      prompt.is_object() && !prompt.empty() &&
      std::any_of(prompt.begin(), prompt.end(), [](const auto& node) { return has_any(node, {"class_type"}); });
  if (!is_prompt) return std::nullopt;
  graph.read_prompt(prompt);
  return graph;
}

void ComfyGraph::read_prompt(const nlohmann::json& json) {
  for (const auto& [id, source] : json.items()) {
    if (!has_any(source, {"class_type"})) continue;
    ComfyNode node;
    node.id = id;
    node.type = text_at(source, "class_type");
    const nlohmann::json& inputs = object_at(source, "inputs");
    for (const auto& [name, value] : inputs.items()) {
      if (value.is_array() && value.size() == 2 && !id_of(value[0]).empty() && value[1].is_number_integer()) {
        node.links[name] = {id_of(value[0]), whole(value[1])};
      } else if (value.is_object()) {
        node.objects[name] = value;
      } else {
        node.values[name] = text_at(inputs, name);
      }
    }
    add(std::move(node));
  }
}

void ComfyGraph::read_workflow(const nlohmann::json& json) {
  const nlohmann::json flat = without_subgraphs(json);
  const WorkflowReader reader(flat);
  for (const nlohmann::json& source : array_at(flat, "nodes")) {
    auto node = source.is_object() ? reader.read(source) : std::nullopt;
    if (node) add(std::move(*node));
  }
}

void ComfyGraph::add(ComfyNode node) {
  if (places_.emplace(node.id, nodes_.size()).second) nodes_.push_back(std::move(node));
}

const ComfyNode* ComfyGraph::node(const std::string& id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &nodes_[found->second];
}

const ComfyNode* ComfyGraph::linked(const ComfyNode& node, std::string_view input) const {
  const auto link = node.links.find(std::string(input));
  return link == node.links.end() ? nullptr : this->node(link->second.node);
}

std::string ComfyGraph::value(const ComfyNode& node, std::string_view input) const {
  return held(node, input, 0);
}

std::string ComfyGraph::held(const ComfyNode& node, std::string_view wanted, int depth) const {
  const auto own = node.values.find(std::string(wanted));
  if (own != node.values.end()) return own->second;
  const ComfyNode* next = linked(node, wanted);
  if (next == nullptr || depth == kLongestWalk) return {};
  if (std::string text = joined(*next, depth + 1); !text.empty()) return text;
  if (next->values.contains(std::string(wanted)) || next->links.contains(std::string(wanted))) {
    return held(*next, wanted, depth + 1);
  }
  for (const std::string_view holder : kHolders) {
    if (next->values.contains(std::string(holder)) || next->links.contains(std::string(holder))) {
      if (std::string text = held(*next, holder, depth + 1); !text.empty()) return text;
    }
  }
  // A node that only passes something on has one input.
  return next->links.size() == 1 && next->values.empty() ? held(*next, next->links.begin()->first, depth + 1)
                                                         : std::string();
}

std::string ComfyGraph::joined(const ComfyNode& node, int depth) const {
  const std::string type = lower_case(node.type);
  if (type.find("concat") == std::string::npos && type.find("join") == std::string::npos) return {};
  constexpr int kDeepestJoin = 8;  // joins may double what they join
  if (depth > kDeepestJoin) return {};
  std::set<std::string> inputs;
  for (const auto& [name, value] : node.values) inputs.insert(name);
  for (const auto& [name, link] : node.links) inputs.insert(name);
  const auto delimiter = node.values.find("delimiter");
  std::string text;
  for (const std::string& input : inputs) {
    const std::string name = lower_case(input);
    if (!name.starts_with("text") && !name.starts_with("string")) continue;
    const std::string part = held(node, input, depth);
    if (part.empty() || text.size() + part.size() > kLongestWords) continue;
    if (!text.empty()) text += delimiter == node.values.end() ? std::string(", ") : delimiter->second;
    text += part;
  }
  return text;
}

}  // namespace tstitch
