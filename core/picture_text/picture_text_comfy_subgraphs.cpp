#include "core/picture_text/picture_text_comfy_subgraphs.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/picture_text/picture_text_programs.h"

namespace tstitch {

namespace {

using nlohmann::json;

constexpr int kDeepest = 8;
constexpr std::size_t kMostNodes = 4096;
constexpr int kLongestWalk = 64;
constexpr int kRuns = 0;  ///< a node's mode

std::string id_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? concat(value.get<std::int64_t>()) : std::string();
}

json field(const json& object, const char* key) {
  return object.is_object() ? object.value(key, json()) : json();
}

std::int64_t whole(const json& value) {
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

/// An output of a node.
using Slot = std::pair<std::string, std::int64_t>;

struct Link {
  std::string id;
  Slot from;
  Slot to;
  std::string type;
};

std::vector<Link> links_of(const json& graph) {
  std::vector<Link> links;
  for (const json& link : array_at(graph, "links")) {
    if (link.is_array() && link.size() >= 6) {
      links.push_back({id_of(link[0]),
                       {id_of(link[1]), whole(link[2])},
                       {id_of(link[3]), whole(link[4])},
                       link[5].is_string() ? link[5].get<std::string>() : std::string()});
    } else if (link.is_object()) {
      links.push_back({id_of(field(link, "id")),
                       {id_of(field(link, "origin_id")), whole(field(link, "origin_slot"))},
                       {id_of(field(link, "target_id")), whole(field(link, "target_slot"))},
                       text_at(link, "type")});
    }
  }
  return links;
}

std::string id_or(const json& node, const char* usual) {
  const std::string id = id_of(field(node, "id"));
  return id.empty() ? usual : id;
}

/// A group node as a subgraph: its nodes are known by their places, its inputs and outputs are those of its nodes that
/// no link inside has, and it lists all of its nodes' values one after the other.
class GroupReader {
 public:
  GroupReader(const json& group, const json& instance) : group_(group), instance_(instance) {
    for (const json& link : array_at(group_, "links")) {
      const bool isInside = link.is_array() && link.size() >= 4 && link[0].is_number_integer();  // else from without
      if (!isInside) continue;
      from_.emplace(whole(link[0]), whole(link[1]));
      const auto type = link.size() > 5 && link[5].is_string() ? link[5].get<std::string>() : std::string();
      add_link(concat("in", to_.size()), {id_of(link[0]), whole(link[1])}, {id_of(link[2]), whole(link[3])}, type);
      to_[{whole(link[2]), whole(link[3])}] = concat("in", to_.size());
    }
    for (const json& slot : array_at(group_, "external")) {
      if (slot.is_array() && slot.size() >= 2 && slot[0].is_number_integer())
        shown_.emplace(whole(slot[0]), whole(slot[1]));
    }
  }

  json subgraph() {
    json nodes = json::array();
    const json& own = array_at(group_, "nodes");
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (own[i].is_object()) nodes.push_back(node_at(own[i], static_cast<std::int64_t>(i)));
    }
    return {{"nodes", nodes}, {"links", links_}};
  }

 private:
  void add_link(const std::string& id, const Slot& from, const Slot& to, const std::string& type) {
    links_.push_back({{"id", id},
                      {"origin_id", from.first},
                      {"origin_slot", from.second},
                      {"target_id", to.first},
                      {"target_slot", to.second},
                      {"type", type}});
  }

  json node_at(const json& source, std::int64_t place) {
    json node = source;
    node["id"] = place;
    json inputs = json::array();
    const json& own = array_at(source, "inputs");
    for (std::size_t i = 0; i < own.size(); ++i)
      inputs.push_back(input_at(own[i], place, static_cast<std::int64_t>(i)));
    node["inputs"] = inputs;
    const auto outputs = static_cast<std::int64_t>(array_at(source, "outputs").size());
    for (std::int64_t i = 0; i < outputs; ++i) {
      if (from_.contains({place, i}) && !shown_.contains({place, i})) continue;
      add_link(concat("out", outputs_), {concat(place), i}, {"-20", outputs_}, {});
      ++outputs_;
    }
    const std::size_t values = array_at(source, "widgets_values").size();
    const json& all = array_at(instance_, "widgets_values");
    for (std::size_t i = 0; i < values && values_ + i < all.size(); ++i) node["widgets_values"][i] = all[values_ + i];
    values_ += values;
    return node;
  }

  json input_at(const json& source, std::int64_t place, std::int64_t slot) {
    json input = source.is_object() ? source : json::object();
    const auto inner = to_.find({place, slot});
    if (inner != to_.end()) {
      input["link"] = inner->second;
      return input;
    }
    const std::string id = concat("given", inputs_);
    add_link(id, {"-10", inputs_++}, {concat(place), slot}, text_at(input, "type"));
    input["link"] = id;
    return input;
  }

  const json& group_;
  const json& instance_;
  std::set<std::pair<std::int64_t, std::int64_t>> from_, shown_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> to_;
  json links_ = json::array();
  std::int64_t inputs_ = 0, outputs_ = 0;
  std::size_t values_ = 0;
};

class Flattener {
 public:
  explicit Flattener(const json& workflow) : groups_(object_at(object_at(workflow, "extra"), "groupNodes")) {
    take_subgraphs(object_at(workflow, "definitions"));
    take_subgraphs(object_at(object_at(workflow, "extra"), "definitions"));
  }

  [[nodiscard]] bool has_nothing() const { return subgraphs_.empty() && groups_.empty(); }

  json flat(const json& workflow) {
    add_graph(workflow, {}, 0);
    json links = json::array();
    for (const Link& link : links_) {
      const Slot from = origin(link.from);
      links.push_back({{"id", link.id}, {"origin_id", from.first}, {"origin_slot", from.second}, {"type", link.type}});
    }
    return {{"nodes", std::move(nodes_)}, {"links", std::move(links)}};
  }

 private:
  void take_subgraphs(const json& definitions) {
    const json all = field(definitions, "subgraphs");
    if (!all.is_structured()) return;
    for (const auto& [key, subgraph] : all.items()) subgraphs_.emplace(id_or(subgraph, key.c_str()), subgraph);
  }

  /// What the node stands for, if anything.
  [[nodiscard]] std::optional<json> inside(const json& node) const {
    std::string type = text_at(node, "type");
    const auto found = subgraphs_.find(type);
    if (found != subgraphs_.end()) return found->second;
    for (const std::string_view start : {"workflow/", "workflow>"}) {
      if (!type.starts_with(start)) continue;
      const json& group = object_at(groups_, type.substr(start.size()));
      if (!group.empty()) return GroupReader(group, node).subgraph();
    }
    return std::nullopt;
  }

  void add_graph(const json& graph, const std::string& prefix, int depth) {
    for (Link link : links_of(graph)) {
      link.id = prefix + link.id;
      link.from.first = prefix + link.from.first;
      links_.push_back(std::move(link));
    }
    for (const json& node : array_at(graph, "nodes")) {
      if (node.is_object()) add_node(node, prefix, depth);
    }
  }

  void add_node(json node, const std::string& prefix, int depth) {
    if (nodes_.size() >= kMostNodes) return;
    const std::string id = prefix + id_of(field(node, "id"));
    node["id"] = id;
    json inputs = array_at(node, "inputs");
    for (json& input : inputs) {
      const std::string link = id_of(field(input, "link"));
      if (!link.empty()) input["link"] = prefix + link;
    }
    node["inputs"] = std::move(inputs);
    for (const auto& [name, value] : shown_[id]) node["widgets_values_named"][name] = value;
    const auto own = depth < kDeepest && whole(field(node, "mode")) == kRuns ? inside(node) : std::nullopt;
    if (own) return add_inside(*own, node, id, depth);
    nodes_.push_back(std::move(node));
  }

  void add_inside(const json& subgraph, const json& node, const std::string& id, int depth) {
    const std::string prefix = id + ":";
    const std::string given = id_or(field(subgraph, "inputNode"), "-10");
    const std::string made = id_or(field(subgraph, "outputNode"), "-20");
    const json& inputs = array_at(node, "inputs");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::string link = id_of(field(inputs[i], "link"));
      if (!link.empty()) given_[{prefix + given, static_cast<std::int64_t>(i)}] = link;
    }
    const std::vector<Link> links = links_of(subgraph);
    for (const Link& link : links) {
      if (link.to.first == made) made_[{id, link.to.second}] = {prefix + link.from.first, link.from.second};
    }
    show_values(subgraph, node, prefix, given, links);
    add_graph(subgraph, prefix, depth + 1);
  }

  /// The values that the one node shows, in the order of its list of them: of a node inside, or of an input of its own.
  void show_values(const json& subgraph, const json& node, const std::string& prefix, const std::string& given,
                   const std::vector<Link>& links) {
    const json& values = array_at(node, "widgets_values");
    const json& named = object_at(node, "widgets_values_named");
    std::vector<std::pair<std::string, std::string>> places;
    for (const json& place : array_at(object_at(node, "properties"), "proxyWidgets")) {
      if (place.is_array() && place.size() >= 2) places.emplace_back(id_of(place[0]), id_of(place[1]));
    }
    if (places.empty()) {
      for (const json& input : array_at(node, "inputs")) {
        if (has_any(input, {"widget"})) places.emplace_back("-1", text_at(input, "name"));
      }
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto& [inner, name] = places[i];
      const json value = named.contains(name) ? named.at(name) : i < values.size() ? values[i] : json();
      if (value.is_null()) continue;
      if (inner != "-1") {
        shown_[prefix + inner][name] = value;
      } else {
        show_given(subgraph, name, value, prefix, given, links);
      }
    }
  }

  void show_given(const json& subgraph, const std::string& name, const json& value, const std::string& prefix,
                  const std::string& given, const std::vector<Link>& links) {
    const json& inputs = array_at(subgraph, "inputs");
    for (const Link& link : links) {
      const auto slot = static_cast<std::size_t>(link.from.second);
      if (link.from.first != given || slot >= inputs.size() || text_at(inputs[slot], "name") != name) continue;
      for (const json& target : array_at(subgraph, "nodes")) {
        const json& taken = array_at(target, "inputs");
        const auto place = static_cast<std::size_t>(link.to.second);
        if (id_of(field(target, "id")) != link.to.first || place >= taken.size()) continue;
        shown_[prefix + link.to.first][text_at(taken[place], "name")] = value;
      }
    }
  }

  /// Through the borders of subgraphs, both ways.
  [[nodiscard]] Slot origin(Slot slot) const {
    for (int steps = 0; steps < kLongestWalk; ++steps) {
      if (const auto inner = made_.find(slot); inner != made_.end()) {
        slot = inner->second;
        continue;
      }
      const auto outer = given_.find(slot);
      if (outer == given_.end()) return slot;
      const auto link =
          std::find_if(links_.begin(), links_.end(), [&](const Link& each) { return each.id == outer->second; });
      if (link == links_.end()) return slot;
      slot = link->from;
    }
    return slot;
  }

  std::map<std::string, json> subgraphs_;
  json groups_;
  json nodes_ = json::array();
  std::vector<Link> links_;
  std::map<Slot, Slot> made_;          ///< an output of a subgraph's node -> that of a node inside
  std::map<Slot, std::string> given_;  ///< what a subgraph is given -> the link outside that gives it
  std::map<std::string, std::map<std::string, json>> shown_;
};

}  // namespace

nlohmann::json without_subgraphs(const nlohmann::json& workflow) {
  Flattener flattener(workflow);
  return flattener.has_nothing() ? workflow : flattener.flat(workflow);
}

}  // namespace tstitch
