#pragma once

#include <nlohmann/json.hpp>

namespace tstitch {

/// A workflow of ComfyUI with the nodes of its subgraphs (`definitions.subgraphs`) and of its group nodes, which came
/// before them (`extra.groupNodes`), in the place of the one node that stands for them: `nodes`, whose ids are `12:5`
/// for node 5 in 12, and `links`. Values that the one node shows for the nodes in it are in these nodes'
/// `widgets_values_named`. Bounded: 8 levels, 4,096 nodes; what lies beyond stays one node.
nlohmann::json without_subgraphs(const nlohmann::json& workflow);

}  // namespace tstitch
