#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// PNG keywords: the text that other programs read, and our own JSON (picture_request_json()).
inline constexpr const char* kParametersKeyword = "parameters";
inline constexpr const char* kRequestKeyword = "io.github.tstitch.request";

/// A model as picture texts name it; no name = not part of the run.
struct PictureModel {
  std::string name;
  std::string sha256;  ///< lower-case hex, its first ten digits are written; may be empty
};

/// The AUTOMATIC1111 web UI's `parameters` text: prompt lines, `Negative prompt:` lines, one line `Key: value, ...`.
/// `request` is resolved. Model and Model hash name the large model, so that other readers recognise the picture; the
/// small one and the trajectory go into Stitch keys. A value with comma, colon or line end is a JSON string.
std::string a1111_parameters(const GenerationRequest& request, const std::vector<Segment>& segments,
                             const PictureModel& large, const PictureModel& small);

/// What such a text says, as far as it can be understood; every field may be absent.
struct PictureParameters {
  std::string prompt;
  std::optional<std::string> negative_prompt;
  std::optional<int> steps;
  std::optional<SamplerKind> sampler;
  std::optional<Spacing> spacing;
  std::optional<double> guidance_scale;
  std::optional<std::uint64_t> seed;
  std::optional<Extent> extent;
  std::optional<RatioSplit> ratio;
  std::optional<SegmentSplit> segments;
  std::map<std::string, std::string> pairs;  ///< every key with its value, the understood ones too

  /// `request` with the fields that are present put in; models are never changed.
  [[nodiscard]] GenerationRequest applied_to(GenerationRequest request) const;
};

/// Reads the text of any program that keeps this grammar. The last line counts as parameters only when it has at least
/// three pairs; else all of it is prompt. Never throws for odd content: what is not understood stays in `pairs`.
PictureParameters parse_a1111_parameters(std::string_view text);

}  // namespace tstitch
