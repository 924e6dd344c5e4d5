#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/discovery/place_search.h"
#include "core/models/model_identity.h"

namespace tstitch {

/// What lies at a place, or why that is no model of ours.
struct PlaceIdentity {
  std::optional<ModelRole> role;
  std::string family;
  std::string latent_space;
  std::int64_t parameters = 0;  ///< of the network where there is one
  std::string problem;
  friend bool operator==(const PlaceIdentity&, const PlaceIdentity&) = default;
};

/// Reads configs and the headers of weight files; never throws.
PlaceIdentity identify_place(const SearchedPlace& place);

}  // namespace tstitch
