#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// The version of the JSON form; raised when a reader of the old form would misread the new one.
inline constexpr int kRequestVersion = 1;

/// Whom the JSON is for. `Portable`: pictures, files and other machines; models and pictures by name and hash alone.
/// `Local`: this machine's own settings; with the places (`location`) of models and pictures, and possibly unfinished.
enum class RequestForm { Portable, Local };

/// The one JSON form of a request, compact, keys in a fixed order:
/// {"version":1,"prompt":..,"negative_prompt":..?,"prompt_syntax":..,"class"?,"denoisers":[{"name","model":{"name",
/// "family","files":[{"role","sha256"}],"location"?},"guidance"?}],"vae":{model}?,"split":{"rule":"floor","shares":[40]}
/// or {"segments":[{"denoiser","evaluations","guidance"?,"prompt"?}]},"width","height","steps","sampler","spacing",
/// "eta"?,"guidance_scale","seed","text","clip_skip"?,"seam","decoder","guidance_embedding"?,"guided_channels"?,
/// "null_class"?,"weights"?,"micro_conditioning":{"original":{"width","height"}?,"crop":{"left","top"},"target":{..}?,
/// "aesthetic_score","negative_aesthetic_score"}?,"source":{"picture":{"name","sha256","location"?},"strength","mask":
/// {picture}?,"mask_feather"?}?,"second_pass":{"scale","upscale","strength","steps"?,"share"?}?,"controls":[{"kind","picture":{"name","sha256","location"?},
/// "model":{model},"scale","start","end","denoiser"?,"map"?,"annotator":{model}?,"thresholds":{"low","high"}?,"fit"?}]?,
/// "loras":[{"model":{model},"strength","denoiser"?}]?,"embeddings":[{"model":{model},"word"}]?}.
/// Fields marked ? are absent when not given or, from "guidance_embedding" on, when they hold their defaults;
/// "location" is written in the local form only. Seeds are exact up to 2^64-1.
std::string to_json(const GenerationRequest& request, RequestForm form = RequestForm::Portable);

/// Reads that form back. The version is looked at first. Throws BadInput that names the field for anything missing,
/// unknown, of the wrong type or out of range (the local form is not validated), for duplicate keys, and beyond 1 MiB
/// or 64 levels.
GenerationRequest request_from_json(std::string_view json, RequestForm form = RequestForm::Portable);

/// How a picture was computed: what the request leaves open. Only read to tell what differs.
struct Made {
  std::string device;     ///< `cpu`, `cuda:0 NVIDIA ...`
  std::string precision;  ///< `fp32`
  int threads = 0;
  std::string program;        ///< `tstitch 0.1.0`
  std::string initial_noise;  ///< name and version of the generator of the start noise
  std::string step_noise;     ///< and of the noise between steps
  std::map<DenoiserName, double> seconds;
  /// By denoiser that a ControlNet of another structure acted on: how residuals went to its skips (residual_map.h).
  std::map<DenoiserName, std::string> residual_maps{};
  std::string engine{};  ///< the command whose engine made it; empty: the program itself did
  friend bool operator==(const Made&, const Made&) = default;
};

struct PictureRequest {
  GenerationRequest request;
  Made made;
};

/// What a picture of ours carries: {"tstitch":1,"request":{...},"made":{...}}.
std::string picture_request_json(const GenerationRequest& request, const Made& made);

/// Reads it back; `where` names the picture in messages. Unknown fields are refused inside `request` and ignored
/// outside of it; in `made`, which changes no pixel, fields of an unknown kind count as absent. Throws BadInput.
PictureRequest parse_picture_request(std::string_view json, const std::string& where = {});

/// One sentence for each fact in which two makings differ (device, precision, threads, program, noise); seconds do not
/// count. Empty when the same pixels are promised.
std::vector<std::string> differences(const Made& stored, const Made& here);

}  // namespace tstitch
