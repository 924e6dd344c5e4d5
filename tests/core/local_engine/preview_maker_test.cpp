#include "core/local_engine/preview_maker.h"

#include <algorithm>
#include <cstdlib>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/local_engine/source_latents.h"
#include "core/preview/synthetic_pictures.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPlenty = std::int64_t{1} << 40U;

class PreviewMakers : public ::testing::Test {
 protected:
  PreviewMakers() : run_(pair_.resolved()) {
    run_.request.decoder = DecoderKind::Full;
    latents_ = at::randn({1, 4, 12, 16}, at::detail::createCPUGenerator(5), at::kFloat);
  }

  std::shared_ptr<const Image> preview(PreviewKind kind) {
    return make_preview_maker(kind, run_, pair_.workshop(), {})(latents_)();
  }

  Image picture(const ResolvedRun& run, const at::Tensor& latents, std::int64_t available_memory) {
    return picture_decoder(run, pair_.workshop(), {}, available_memory)(latents);
  }

  /// The fitted matrices that were kept.
  [[nodiscard]] std::vector<fs::path> kept() const {
    std::vector<fs::path> files;
    if (!fs::exists(pair_.folder() / "cache")) return files;
    for (const auto& entry : fs::directory_iterator(pair_.folder() / "cache")) {
      if (entry.path().filename().string().starts_with("linear-preview-")) files.push_back(entry.path());
    }
    return files;
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ResolvedRun run_;
  at::Tensor latents_;
};

TEST_F(PreviewMakers, makeNothingWhereNoneIsWanted) {
  EXPECT_FALSE(make_preview_maker(PreviewKind::None, run_, pair_.workshop(), {}));
}

TEST_F(PreviewMakers, showALinearOneOfTheLatentsSize) {
  const auto image = preview(PreviewKind::Linear);
  EXPECT_EQ(image->width, 16);
  EXPECT_EQ(image->height, 12);
}

TEST_F(PreviewMakers, showAFullOneThatIsThePicture) {
  EXPECT_EQ(*preview(PreviewKind::Full), picture(run_, latents_, kPlenty));
}

TEST_F(PreviewMakers, fitTheLinearOneOnceAndKeepIt) {
  const auto fitted = preview(PreviewKind::Linear);
  ASSERT_EQ(kept().size(), 1U);
  EXPECT_EQ(*preview(PreviewKind::Linear), *fitted);
  std::ofstream(kept().front()) << R"({"matrix": [[0,0,0,0],[0,0,0,0],[0,0,0,0]], "bias": [1, 1, 1]})";
  const auto from_the_file = preview(PreviewKind::Linear);
  EXPECT_EQ(from_the_file->rgb, std::vector<std::uint8_t>(from_the_file->rgb.size(), 255));
}

TEST_F(PreviewMakers, fitAgainWhatIsDamagedOrOfOtherChannels) {
  const auto fitted = preview(PreviewKind::Linear);
  const fs::path file = kept().at(0);
  for (const char* text : {"", "[]", R"({"matrix": [[0,0,0],[0,0,0],[0,0,0]], "bias": [1, 1, 1]})"}) {
    std::ofstream(file, std::ios::trunc) << text;
    EXPECT_EQ(*preview(PreviewKind::Linear), *fitted) << text;
  }
}

TEST_F(PreviewMakers, keepOneForEachAutoencoderThatARunUses) {
  test::SmallModel other;
  other.shared_seed = 8;
  pair_.write("other", other);
  const auto own = preview(PreviewKind::Linear);
  GenerationRequest request = pair_.request();
  request.vae = ModelReference{"other", {}, {}, pair_.folder() / "other/vae"};
  run_ = resolve_run(request, {});
  EXPECT_NE(*preview(PreviewKind::Linear), *own);
  EXPECT_EQ(kept().size(), 2U);
}

TEST_F(PreviewMakers, row3ShowTheLinearOneWhereThereIsNoTinyDecoder) {
  EXPECT_EQ(possible_preview(PreviewKind::Tiny, run_), PreviewKind::Linear);
  EXPECT_EQ(possible_preview(PreviewKind::Full, run_), PreviewKind::Full);
  EXPECT_EQ(possible_preview(PreviewKind::None, run_), PreviewKind::None);
}

TEST_F(PreviewMakers, refuseATinyDecoderThatIsNotThere) {
  EXPECT_THROW(preview(PreviewKind::Tiny), UsageError);
  run_.request.decoder = DecoderKind::Tiny;
  EXPECT_THROW(picture(run_, latents_, kPlenty), UsageError);
}

TEST_F(PreviewMakers, enlargeTheLinearPictureToTheSizeAskedFor) {
  run_.request.decoder = DecoderKind::Linear;
  const Image image = picture(run_, latents_, kPlenty);
  EXPECT_EQ(image.width, 64);
  EXPECT_EQ(image.height, 48);
}

/// The bundled autoencoder on 2 x 2 tiles that all hold the same pattern. A tile's norms see that tile only, so where
/// tiles differ their tone does too (autoencoder_kl.h), as in the reference; here nothing but the borders may differ.
TEST_F(PreviewMakers, decodeALargePictureInTilesThatDoNotShow) {
  const fs::path bundled = fs::path(TSTITCH_SOURCE_DIR) / "models/miniature/large";
  GenerationRequest request = pair_.request(0);
  request.denoisers = {{"large", {"large", {}, {}, bundled}, std::nullopt}};
  request.extent = {768, 640};
  const ResolvedRun run = resolve_run(request, {});
  const at::Tensor pattern = synthetic_pictures(64).back();
  const at::Tensor latents = (*pair_.workshop().store.kl_encoder(run.vae, {}))(pattern, {}).repeat({1, 1, 10, 12});
  const Image whole = picture(run, latents, kPlenty);
  const Image tiled = picture(run, latents, 0);
  ASSERT_EQ(whole.rgb.size(), tiled.rgb.size());
  EXPECT_NE(whole, tiled) << "it was not cut";
  int furthest = 0;
  double sum = 0;
  for (std::size_t i = 0; i < whole.rgb.size(); ++i) {
    const int off = std::abs(int{whole.rgb[i]} - int{tiled.rgb[i]});
    furthest = std::max(furthest, off);
    sum += off;
  }
  EXPECT_LE(furthest, 8);
  EXPECT_LE(sum / static_cast<double>(whole.rgb.size()), 0.3);
}

TEST_F(PreviewMakers, decodeASmallPictureInOneTile) {
  EXPECT_EQ(picture(run_, latents_, 0), picture(run_, latents_, kPlenty));
}

TEST_F(PreviewMakers, decodeInBf16BesideFp16WhereTheConfigAsks) {
  LoadOptions load;
  load.type = at::kHalf;
  load.wide = at::kBFloat16;
  auto& config = std::get<VaeConfig>(run_.vae.config);
  ASSERT_TRUE(config.force_upcast);
  EXPECT_EQ(decoder_options(config, load).type, at::kBFloat16);
  EXPECT_EQ(autoencoder_options(config, load).type, at::kFloat) << "of the encoder";
  const Image plain = picture(run_, latents_, kPlenty);
  const Image bf16 = picture_decoder(run_, pair_.workshop(), load, kPlenty)(latents_);
  ASSERT_EQ(bf16.rgb.size(), plain.rgb.size());
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < plain.rgb.size(); ++i) sum += std::abs(int{bf16.rgb[i]} - int{plain.rgb[i]});
  EXPECT_GT(sum, 0);
  EXPECT_LT(static_cast<double>(sum) / static_cast<double>(plain.rgb.size()), 2.0) << "levels of 255";
  config.force_upcast = false;
  EXPECT_EQ(decoder_options(config, load).type, at::kHalf);
  load.type = at::kFloat;
  config.force_upcast = true;
  EXPECT_EQ(decoder_options(config, load).type, at::kFloat) << "--precision fp32";
}

}  // namespace
}  // namespace tstitch
