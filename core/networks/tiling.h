#pragma once

#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

namespace tstitch {

/// How a latent is cut for decoding in pieces, or a picture for encoding: square tiles that share a border with their
/// neighbours.
struct Tiling {
  std::int64_t tile = 64;  ///< side of a tile, in latent pixels
  double overlap = 0.25;   ///< share of a tile that also belongs to the next one; its pictures are blended there
};

/// Decodes `latent` [B, C, h, w] tile by tile with `decode_tile` ([B, C, t, u] -> [B, 3, t*factor, u*factor]) and
/// blends neighbours linearly over their overlap, as diffusers' tiled decoding does. Returns [B, 3, h*factor,
/// w*factor]; holds the picture and two rows of tiles.
at::Tensor decode_in_tiles(const at::Tensor& latent, std::int64_t factor, const Tiling& tiling,
                           const std::function<at::Tensor(const at::Tensor&)>& decode_tile);

/// The other way, as diffusers' tiled encoding does it: `picture` [B, 3, H, W], sides multiples of the factor, in tiles
/// of tile*factor pixels -> latents [B, C, H/factor, W/factor].
at::Tensor encode_in_tiles(const at::Tensor& picture, std::int64_t factor, const Tiling& tiling,
                           const std::function<at::Tensor(const at::Tensor&)>& encode_tile);

}  // namespace tstitch
