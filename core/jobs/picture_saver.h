#pragma once

#include "core/engine/outcome.h"
#include "core/image/output_name.h"
#include "core/image/picture.h"
#include "core/jobs/job.h"

namespace tstitch {

/// What a picture carries: A1111's `parameters` and our own JSON.
std::vector<PictureText> picture_texts(const MadePicture& picture);

/// Writes a job's pictures under their final names, each complete and durable before it is told.
class PictureSaver {
 public:
  /// Refuses at once what cannot be written: UsageError for a file that exists, BadInput for a place that is not
  /// writable.
  PictureSaver(const OutputPlace& place, int pictures);

  [[nodiscard]] SavedImage save(const MadePicture& picture) const;

 private:
  OutputNames names_;
  bool metadata_;
};

}  // namespace tstitch
