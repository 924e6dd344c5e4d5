#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// One setting that two requests do not have in common. `field` is its way in the JSON form, parts with dots between
/// them: `guidance_scale`, `denoisers.large.model`, `loras.1.strength`; `ratio` and `size` stand for what the form
/// spells out. Values as people write them: `40 %`, `128x128`, `"3d fox"`; nothing where the setting is not given.
struct SettingDifference {
  std::string field;
  std::optional<std::string> a;
  std::optional<std::string> b;
  friend bool operator==(const SettingDifference&, const SettingDifference&) = default;
};

/// Every setting that differs, in the order of the JSON form, those that only `b` has at the end; where a model is
/// another one, its hashes are not told on top of its name. Empty when the requests are equal.
std::vector<SettingDifference> setting_differences(const GenerationRequest& a, const GenerationRequest& b);

}  // namespace tstitch
