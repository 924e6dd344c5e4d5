#pragma once

#include <string>
#include <vector>

#include "core/picture_text/picture_text_reading.h"
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

}  // namespace tstitch
