#include "core/jobs/picture_saver.h"

#include "core/image/png.h"
#include "core/picture_text/picture_text.h"

namespace tstitch {

namespace {

PictureModel picture_model(const GenerationRequest& request, const DenoiserName& name) {
  for (const DenoiserChoice& choice : request.denoisers) {
    if (choice.name == name && !choice.model.files.empty()) {
      return {choice.model.name, choice.model.files.front().sha256};
    }
  }
  return {};
}

}  // namespace

std::vector<PictureText> picture_texts(const MadePicture& picture) {
  const GenerationRequest& request = picture.request;
  return {{kParametersKeyword, a1111_parameters(request, picture.segments, picture_model(request, "large"),
                                                picture_model(request, "small"))},
          {kRequestKeyword, picture_request_json(request, picture.made)}};
}

PictureSaver::PictureSaver(const OutputPlace& place, int pictures) : names_(place.path), metadata_(place.metadata) {
  names_.require_writable(pictures);
}

SavedImage PictureSaver::save(const MadePicture& picture) const {
  std::vector<PictureText> texts;
  if (metadata_) texts = picture_texts(picture);
  const std::uint64_t seed = picture.request.seed;
  return {names_.write(encode_png(*picture.image, texts), picture.request, seed), seed, picture.image};
}

}  // namespace tstitch
