#include "core/local_engine/picture_saver.h"

#include <utility>

#include "core/image/png.h"

namespace tstitch {

PictureSaver::PictureSaver(const OutputPlace& place, int pictures, const ResolvedRun& run, const ComputeChoice& compute,
                           FileHashes& hashes, std::stop_token stop)
    : names_(place.path),
      metadata_(place.metadata),
      run_(run),
      compute_(compute),
      hashes_(hashes),
      stop_(std::move(stop)) {
  names_.require_writable(pictures);
}

const GenerationRequest& PictureSaver::hashed_request() {
  if (!hashed_) hashed_ = with_hashes(run_, hashes_, stop_);
  return *hashed_;
}

SavedImage PictureSaver::save(const ResolvedRun& run, const std::shared_ptr<const Image>& image,
                              const std::map<DenoiserName, double>& seconds, NoiseOrigin noise) {
  GenerationRequest request = hashed_request();
  request.seed = run.request.seed;
  request.class_label = run.request.class_label;
  std::vector<PictureText> texts;
  if (metadata_) texts = picture_texts(request, run, compute_, seconds, noise);
  return {names_.write(encode_png(*image, texts), request, request.seed), request.seed, image};
}

}  // namespace tstitch
