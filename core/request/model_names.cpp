#include "core/request/model_names.h"

#include <algorithm>

namespace tstitch {

const DenoiserChoice* find_denoiser(const GenerationRequest& request, const DenoiserName& name) {
  const auto found = std::find_if(request.denoisers.begin(), request.denoisers.end(),
                                  [&](const DenoiserChoice& choice) { return choice.name == name; });
  return found == request.denoisers.end() ? nullptr : &*found;
}

const DenoiserChoice* principal_denoiser(const GenerationRequest& request) {
  if (const DenoiserChoice* large = find_denoiser(request, "large")) return large;
  return request.denoisers.empty() ? nullptr : &request.denoisers.back();
}

std::string short_hash(const ModelReference& model) {
  const auto network =
      std::find_if(model.files.begin(), model.files.end(), [](const ModelFile& file) { return file.role == "unet"; });
  if (network != model.files.end()) return network->sha256.substr(0, 10);
  return model.files.empty() ? std::string() : model.files.front().sha256.substr(0, 10);
}

}  // namespace tstitch
