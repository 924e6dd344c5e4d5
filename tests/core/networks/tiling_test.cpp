#include "core/networks/tiling.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

/// A decoder that looks at one pixel only: every one becomes a square.
at::Tensor enlarge(const at::Tensor& tile) {
  return tile.repeat_interleave(4, 2).repeat_interleave(4, 3);
}

TEST(Tiling, changesNothingForADecoderThatLooksAtSinglePixels) {
  const at::Tensor latent = at::arange(3 * 19 * 30, at::kFloat).view({1, 3, 19, 30});
  const at::Tensor tiled = decode_in_tiles(latent, 4, {.tile = 8, .overlap = 0.25}, enlarge);
  EXPECT_LT(test::relative_difference(tiled, enlarge(latent)), 1e-6);
}

TEST(Tiling, handsOutTilesOfTheGivenSizeOnly) {
  int tiles = 0;
  decode_in_tiles(at::zeros({1, 4, 12, 20}), 2, {.tile = 8, .overlap = 0.25}, [&](const at::Tensor& tile) {
    ++tiles;
    EXPECT_LE(tile.size(2), 8);
    EXPECT_LE(tile.size(3), 8);
    return tile.narrow(1, 0, 3).repeat_interleave(2, 2).repeat_interleave(2, 3);
  });
  EXPECT_EQ(tiles, 2 * 4);
}

TEST(Tiling, fadesFromTileToTile) {
  float level = 0;
  const auto flat = [&](const at::Tensor& tile) {
    return at::full({1, 3, tile.size(2), tile.size(3)}, level++, tile.options());
  };
  const at::Tensor row = decode_in_tiles(at::zeros({1, 4, 8, 14}), 1, {.tile = 8, .overlap = 0.5}, flat)[0][0][0];
  EXPECT_EQ(row[3].item<float>(), 0.0F);
  EXPECT_EQ(row[4].item<float>(), 0.0F);  // the second tile starts here, with nothing of it yet
  EXPECT_EQ(row[5].item<float>(), 0.25F);
  EXPECT_EQ(row[7].item<float>(), 0.75F);
}

TEST(Tiling, refusesTilesThatOverlapWholly) {
  EXPECT_THROW(decode_in_tiles(at::zeros({1, 4, 8, 8}), 1, {.tile = 8, .overlap = 1.0}, enlarge), LogicError);
}

}  // namespace
}  // namespace tstitch
