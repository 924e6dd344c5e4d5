#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tstitch {

/// What a node's input hangs on: an output of another node.
struct ComfyLink {
  std::string node;
  int slot = 0;
};

struct ComfyNode {
  std::string id;
  std::string type;
  std::map<std::string, std::string> values;      ///< inputs that are texts or numbers
  std::map<std::string, ComfyLink> links;         ///< inputs that come from other nodes
  std::map<std::string, nlohmann::json> objects;  ///< inputs that are objects
};

/// ComfyUI's graph, from either of its forms. Every walk below is bounded: graphs from files may have loops.
class ComfyGraph {
 public:
  /// Nothing where the JSON is neither a prompt (nodes by id, each with `class_type`) nor a workflow (`nodes`,
  /// `links`).
  static std::optional<ComfyGraph> of(const nlohmann::json& json);

  /// In file order.
  [[nodiscard]] const std::vector<ComfyNode>& nodes() const { return nodes_; }
  /// Null where there is no such input, or what it hangs on is not there.
  [[nodiscard]] const ComfyNode* linked(const ComfyNode& node, std::string_view input) const;
  [[nodiscard]] const ComfyNode* node(const std::string& id) const;

  /// An input's value, through links to nodes that hold one or put texts together; empty where there is none.
  [[nodiscard]] std::string value(const ComfyNode& node, std::string_view input) const;

 private:
  void read_prompt(const nlohmann::json& json);
  void read_workflow(const nlohmann::json& json);
  void add(ComfyNode node);
  [[nodiscard]] std::string held(const ComfyNode& node, std::string_view wanted, int depth) const;
  [[nodiscard]] std::string joined(const ComfyNode& node, int depth) const;

  std::vector<ComfyNode> nodes_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace tstitch
