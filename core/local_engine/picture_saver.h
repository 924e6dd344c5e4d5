#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stop_token>

#include "core/engine/outcome.h"
#include "core/engine/settings.h"
#include "core/image/output_name.h"
#include "core/local_engine/picture_metadata.h"

namespace tstitch {

/// Writes a job's pictures under their final names, each complete and durable before it is told.
class PictureSaver {
 public:
  /// Refuses at once what cannot be written: UsageError for a file that exists, BadInput for a place that is not
  /// writable.
  PictureSaver(const OutputPlace& place, int pictures, const ResolvedRun& run, const ComputeChoice& compute,
               FileHashes& hashes, std::stop_token stop = {});

  /// `run` differs from the job's at most in its seed; `seconds` is what each denoiser took for this picture.
  SavedImage save(const ResolvedRun& run, const std::shared_ptr<const Image>& image,
                  const std::map<DenoiserName, double>& seconds, NoiseOrigin noise);

  /// The job's request with the hashes of its models' files, which are read on first use.
  const GenerationRequest& hashed_request();

 private:
  OutputNames names_;
  bool metadata_;
  const ResolvedRun& run_;
  const ComputeChoice& compute_;
  FileHashes& hashes_;
  std::stop_token stop_;
  std::optional<GenerationRequest> hashed_;
};

}  // namespace tstitch
