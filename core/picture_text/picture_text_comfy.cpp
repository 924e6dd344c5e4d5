#include <algorithm>
#include <array>
#include <deque>
#include <set>

#include "core/base/text.h"
#include "core/picture_text/picture_text_comfy_graph.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

constexpr int kLongestWalk = 256;

/// Nodes beside the chain from checkpoint to sampler that change nothing about it.
constexpr std::array<std::string_view, 6> kHarmless{
    "reroute", "checkpointloader", "unetloader", "modelsamplingdiscrete", "getnode", "setnode"};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool is_sampler(const ComfyNode& node) {
  const bool seeded = node.values.contains("seed") || node.values.contains("noise_seed") ||
                      node.links.contains("seed") || node.links.contains("noise_seed") || node.links.contains("noise");
  const bool prompted = node.links.contains("positive") || node.links.contains("guider");
  return prompted && seeded;
}

bool is_output(const ComfyNode& node) {
  const std::string type = lower_case(node.type);
  return (contains(type, "save") || contains(type, "preview")) && contains(type, "image");
}

class Reader {
 public:
  explicit Reader(const ComfyGraph& graph) : graph_(graph), draft_(PictureProgram::ComfyUi) {}

  PictureParameters read() {
    const ComfyNode* sampler = saving_sampler();
    if (sampler == nullptr) return draft_.take();
    const ComfyNode& first = first_pass(*sampler);
    read_numbers(first);
    read_prompts(first);
    read_model(first);
    read_latent(first);
    return draft_.take();
  }

 private:
  /// The sampler that is nearest to a saved picture; to a previewed one where none is saved; else the first of those
  /// that no other one goes on from.
  const ComfyNode* saving_sampler() {
    for (const char* kind : {"save", "preview"}) {
      for (const ComfyNode& node : graph_.nodes()) {
        if (!is_output(node) || !contains(lower_case(node.type), kind)) continue;
        if (const ComfyNode* sampler = nearest_sampler(node)) return sampler;
      }
    }
    const ComfyNode* found = nullptr;
    for (const ComfyNode& node : graph_.nodes()) {
      if (is_sampler(node) && (found == nullptr || goes_on_from(node, *found))) found = &node;
    }
    return found;
  }

  bool goes_on_from(const ComfyNode& later, const ComfyNode& earlier) {
    const ComfyNode* latent = latent_of(later);
    return latent != nullptr && nearest_sampler(*latent) == &earlier;
  }

  /// Against the links, the nearer nodes first.
  const ComfyNode* nearest_sampler(const ComfyNode& from) {
    std::deque<const ComfyNode*> waiting{&from};
    std::set<const ComfyNode*> seen{&from};
    while (!waiting.empty()) {
      const ComfyNode* node = waiting.front();
      waiting.pop_front();
      if (is_sampler(*node)) return node;
      for (const auto& [name, link] : node->links) {
        const ComfyNode* next = graph_.node(link.node);
        if (next != nullptr && seen.insert(next).second) waiting.push_back(next);
      }
    }
    return nullptr;
  }

  const ComfyNode* latent_of(const ComfyNode& sampler) {
    const ComfyNode* latent = graph_.linked(sampler, "latent_image");
    return latent != nullptr ? latent : graph_.linked(sampler, "latent");
  }

  /// Later passes (upscaled, or by a refiner) go on from an earlier sampler, which decides what is drawn.
  const ComfyNode& first_pass(const ComfyNode& last) {
    const ComfyNode* sampler = &last;
    std::set<const ComfyNode*> seen{sampler};
    while (const ComfyNode* latent = latent_of(*sampler)) {
      const ComfyNode* earlier = nearest_sampler(*latent);
      if (earlier == nullptr || !seen.insert(earlier).second) break;
      const bool goes_on = sampler->values.contains("start_at_step");
      draft_.leave_out(goes_on ? LeftOutKind::Refiner : LeftOutKind::Hires);
      sampler = earlier;
    }
    return *sampler;
  }

  std::string first_value(const ComfyNode& node, std::initializer_list<const char*> inputs) {
    for (const char* input : inputs) {
      if (std::string value = graph_.value(node, input); !value.empty()) return value;
    }
    return {};
  }

  /// From the sampler itself, or from the nodes that hold its parts.
  std::string part_value(const ComfyNode& sampler, std::initializer_list<const char*> parts,
                         std::initializer_list<const char*> inputs) {
    if (std::string value = first_value(sampler, inputs); !value.empty()) return value;
    for (const char* part : parts) {
      const ComfyNode* node = graph_.linked(sampler, part);
      std::string value = node == nullptr ? std::string() : first_value(*node, inputs);
      if (!value.empty()) return value;
    }
    return {};
  }

  void read_numbers(const ComfyNode& sampler) {
    draft_.seed(part_value(sampler, {"noise"}, {"seed", "noise_seed"}));
    draft_.steps(part_value(sampler, {"sigmas"}, {"steps"}));
    draft_.guidance(part_value(sampler, {"guider"}, {"cfg"}));
    const std::string name = part_value(sampler, {"sampler"}, {"sampler_name"});
    const std::string schedule = schedule_of(sampler);
    draft_.sampler(comfy_sampler(name, schedule), name, schedule);
    const std::string denoise = part_value(sampler, {"sigmas"}, {"denoise"});
    if (!denoise.empty() && denoise != "1") draft_.leave_out(LeftOutKind::SourcePicture);
  }

  /// Nodes that make the noise levels may be named for what they make.
  std::string schedule_of(const ComfyNode& sampler) {
    if (std::string value = part_value(sampler, {"sigmas"}, {"scheduler"}); !value.empty()) return value;
    const ComfyNode* sigmas = graph_.linked(sampler, "sigmas");
    if (sigmas == nullptr) return {};
    const std::string type = lower_case(sigmas->type);
    if (contains(type, "karras")) return "karras";
    if (contains(type, "exponential") && !contains(type, "poly")) return "exponential";
    return contains(type, "alignyoursteps") ? "align_your_steps" : sigmas->type;
  }

  void read_prompts(const ComfyNode& sampler) {
    const ComfyNode* guider = graph_.linked(sampler, "guider");
    const ComfyNode& holder = guider != nullptr ? *guider : sampler;
    const bool basic = holder.links.contains("conditioning") && !holder.links.contains("positive");
    const auto positive = words_of(holder, basic ? "conditioning" : "positive", "positive");
    const auto negative = words_of(holder, "negative", "negative");
    if (positive) draft_.prompt_with_tags(*positive);
    if (negative && !trimmed(*negative).empty()) draft_.negative_prompt(*negative);
  }

  /// The words that reach an input as conditioning. `role` is the side that nodes with both sides are asked for.
  std::optional<std::string> words_of(const ComfyNode& from, const std::string& input, const std::string& role) {
    const ComfyNode* node = &from;
    std::string next = input;
    for (int steps = 0; steps < kLongestWalk; ++steps) {
      const auto link = node->links.find(next);
      if (link == node->links.end()) return std::nullopt;
      const int slot = link->second.slot;
      node = graph_.node(link->second.node);
      if (node == nullptr || contains(node->type, "ZeroOut")) return std::nullopt;
      note_conditioning(*node);
      if (auto words = own_words(*node, role)) return words;
      next = onward(*node, slot, role);
    }
    return std::nullopt;
  }

  std::optional<std::string> own_words(const ComfyNode& node, const std::string& role) {
    if (node.values.contains(role)) return node.values.at(role);  // loaders that hold both prompts
    const ComfyNode* clip = graph_.linked(node, "clip");
    if (clip != nullptr && role == "positive") read_clip(*clip);
    for (const char* input : {"text", "text_g", "prompt", "text_l"}) {
      if (!node.values.contains(input) && !node.links.contains(input)) continue;
      const std::string words = graph_.value(node, input);
      const std::string second = graph_.value(node, "text_l");
      if (std::string_view(input) == "text_g" && second != words) draft_.leave_out(LeftOutKind::Prompts);
      return words;
    }
    return std::nullopt;
  }

  static std::string onward(const ComfyNode& node, int slot, const std::string& role) {
    if (node.links.contains("positive") && node.links.contains("negative")) return slot == 1 ? "negative" : "positive";
    if (node.links.contains(role)) return role;
    for (const auto& [name, link] : node.links) {
      if (name.starts_with("conditioning")) return name;
    }
    return node.links.size() == 1 ? node.links.begin()->first : std::string();
  }

  void note_conditioning(const ComfyNode& node) {
    const std::string type = lower_case(node.type);
    if (contains(type, "controlnet") || contains(type, "ipadapter")) draft_.leave_out(LeftOutKind::ControlNet);
    if (contains(type, "combine") || contains(type, "concat") || contains(type, "average") || contains(type, "area")) {
      if (contains(type, "conditioning")) draft_.leave_out(LeftOutKind::Prompts);
    }
  }

  void read_clip(const ComfyNode& from) {
    const ComfyNode* node = &from;
    for (int steps = 0; node != nullptr && steps < kLongestWalk; ++steps) {
      const std::string layer = graph_.value(*node, "stop_at_clip_layer");
      if (layer.starts_with('-')) draft_.clip_skip(layer.substr(1));
      node = graph_.linked(*node, "clip");
    }
  }

  void read_model(const ComfyNode& sampler) {
    const ComfyNode* guider = graph_.linked(sampler, "guider");
    const ComfyNode* node = graph_.linked(guider != nullptr ? *guider : sampler, "model");
    for (int steps = 0; node != nullptr && steps < kLongestWalk; ++steps) {
      read_loras(*node);
      if (const std::string name = first_value(*node, {"ckpt_name", "unet_name", "base_ckpt_name"}); !name.empty()) {
        draft_.model(name);
        return;
      }
      note_model(*node);
      const ComfyNode* next = graph_.linked(*node, "model");
      if (next == nullptr && node->links.size() == 1) next = graph_.node(node->links.begin()->second.node);
      node = next;
    }
  }

  void read_loras(const ComfyNode& node) {
    if (node.values.contains("lora_name")) {
      draft_.lora(node.values.at("lora_name"), graph_.value(node, "strength_model"));
    }
    for (const auto& [name, entry] : node.objects) {  // lists of several
      const bool off = entry.contains("on") && entry.at("on") == false;
      if (name.starts_with("lora") && !off) draft_.lora(text_at(entry, "lora"), text_at(entry, "strength"));
    }
  }

  void note_model(const ComfyNode& node) {
    const std::string type = lower_case(node.type);
    const bool harmless =
        std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view name) { return contains(type, name); });
    if (!harmless && !contains(type, "lora")) draft_.leave_out(LeftOutKind::Nodes, node.type);
  }

  void read_latent(const ComfyNode& sampler) {
    const ComfyNode* node = latent_of(sampler);
    for (int steps = 0; node != nullptr && steps < kLongestWalk; ++steps) {
      const std::string width = first_value(*node, {"width", "empty_latent_width"});
      const std::string height = first_value(*node, {"height", "empty_latent_height"});
      if (!width.empty() && !height.empty()) return draft_.size(width, height);
      const std::string type = lower_case(node->type);
      if (contains(type, "encode") || contains(type, "loadimage") || contains(type, "loadlatent")) {
        return draft_.leave_out(LeftOutKind::SourcePicture);
      }
      const ComfyNode* next = graph_.linked(*node, "samples");
      if (next == nullptr) next = graph_.linked(*node, "latent");
      if (next == nullptr && node->links.size() == 1) next = graph_.node(node->links.begin()->second.node);
      node = next;
    }
  }

  const ComfyGraph& graph_;
  ParametersDraft draft_;
};

}  // namespace

std::optional<PictureParameters> read_comfy_json(const nlohmann::json& json) {
  const auto graph = ComfyGraph::of(json);
  if (!graph) return std::nullopt;
  return Reader(*graph).read();
}

}  // namespace tstitch
