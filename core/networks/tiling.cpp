#include "core/networks/tiling.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

/// Fades from the end of `before` into the start of `tile` along dimension `dim`, in place: `tile` is a fresh result.
void fade_in(const at::Tensor& before, const at::Tensor& tile, std::int64_t dim, std::int64_t extent) {
  const std::int64_t width = std::min({before.size(dim), tile.size(dim), extent});
  if (width == 0) return;
  std::vector<std::int64_t> along(4, 1);
  along[static_cast<std::size_t>(dim)] = width;
  const at::Tensor share = at::arange(width, tile.options()).div(static_cast<double>(width)).view(along);
  const at::Tensor start = tile.narrow(dim, 0, width);
  start.copy_(before.narrow(dim, before.size(dim) - width, width) * (1 - share) + start * share);
}

at::Tensor cut(const at::Tensor& tile, std::int64_t limit) {
  return tile.narrow(2, 0, std::min(limit, tile.size(2))).narrow(3, 0, std::min(limit, tile.size(3)));
}

/// Sides of a tile before and after its network.
struct TileSides {
  std::int64_t before;
  std::int64_t after;
};

at::Tensor in_tiles(const at::Tensor& whole, const TileSides& sides, double overlap,
                    const std::function<at::Tensor(const at::Tensor&)>& make_tile) {
  const auto stride = static_cast<std::int64_t>(static_cast<double>(sides.before) * (1 - overlap));
  TSTITCH_CHECK(stride > 0, "tile ", sides.before, ", overlap ", overlap);
  const auto extent = static_cast<std::int64_t>(static_cast<double>(sides.after) * overlap);
  const std::int64_t limit = sides.after - extent;
  std::vector<at::Tensor> rows;
  std::vector<at::Tensor> above;
  for (std::int64_t y = 0; y < whole.size(2); y += stride) {
    const at::Tensor band = whole.narrow(2, y, std::min(sides.before, whole.size(2) - y));
    std::vector<at::Tensor> tiles;
    std::vector<at::Tensor> pieces;
    for (std::int64_t x = 0; x < whole.size(3); x += stride) {
      at::Tensor tile = make_tile(band.narrow(3, x, std::min(sides.before, whole.size(3) - x)));
      if (!above.empty()) fade_in(above[tiles.size()], tile, 2, extent);
      if (!tiles.empty()) fade_in(tiles.back(), tile, 3, extent);
      pieces.push_back(cut(tile, limit));
      tiles.push_back(std::move(tile));
    }
    rows.push_back(at::cat(pieces, 3));
    above = std::move(tiles);
  }
  return at::cat(rows, 2);
}

}  // namespace

at::Tensor decode_in_tiles(const at::Tensor& latent, std::int64_t factor, const Tiling& tiling,
                           const std::function<at::Tensor(const at::Tensor&)>& decode_tile) {
  return in_tiles(latent, {tiling.tile, tiling.tile * factor}, tiling.overlap, decode_tile);
}

at::Tensor encode_in_tiles(const at::Tensor& picture, std::int64_t factor, const Tiling& tiling,
                           const std::function<at::Tensor(const at::Tensor&)>& encode_tile) {
  return in_tiles(picture, {tiling.tile * factor, tiling.tile}, tiling.overlap, encode_tile);
}

}  // namespace tstitch
