#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/engine/library.h"
#include "ui/engine/engine_client.h"

namespace tstitch::ui {

/// What `inspect` found at several places, or the sentence that says why nothing was found at one of them.
struct Inspection {
  std::vector<ModelFacts> models;
  std::string problem;
};

/// The question for what lies at these places.
inline auto inspecting(std::vector<std::filesystem::path> places) {
  return [places = std::move(places)](Library& library) {
    std::vector<ModelFacts> models;
    for (const auto& place : places) models.push_back(library.inspect(place));
    return models;
  };
}

inline Inspection inspectionOf(const Reply<std::vector<ModelFacts>>& reply) {
  return {reply.value.value_or(std::vector<ModelFacts>()), reply.problem};
}

}  // namespace tstitch::ui
