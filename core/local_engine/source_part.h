#pragma once

#include <memory>

#include <ATen/core/Tensor.h>

#include "core/base/image.h"
#include "core/local_engine/picture_shelf.h"
#include "core/request/generation_request.h"
#include "core/system/file_stamp.h"

namespace tstitch {

/// The picture that a run starts from and its mask, at their own sizes.
struct SourcePart {
  std::shared_ptr<const Image> picture;
  FileStamp picture_file;
  std::shared_ptr<const Image> mask;  ///< null: all is drawn anew
  FileStamp mask_file;
};

/// Throws BadInput for what cannot be read.
SourcePart read_source_part(const SourceChoice& choice, PictureShelf& pictures);

/// The size of a run that names none: the picture's own, down to the multiple. Throws BadInput where nothing is left.
Extent own_extent(const SourceChoice& choice, const Image& picture, int multiple);

/// The picture in a run of that size: covering it, its middle cut out, by Lanczos.
Image fitted_source(const Image& picture, const Extent& extent);

/// What of it is drawn anew, [1, 1, H, W] of 1 and 0, at the size of the run: a mask is stretched to the shape of its
/// picture (as diffusers does) and then cut as that is; a level of at least half is 1.
at::Tensor fitted_mask(const SourcePart& source, const Extent& extent);

/// `made`, with the source pasted back beyond the mask. Within `feather` pixels around it the one fades into the other;
/// what lies further off is the source to the bit.
Image pasted_back(const Image& made, const Image& source, const at::Tensor& mask, int feather);

}  // namespace tstitch
