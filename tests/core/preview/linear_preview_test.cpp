#include "core/preview/linear_preview.h"

#include <cmath>
#include <stop_token>
#include <string>

#include <ATen/TensorOperators.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/formats/text_file.h"
#include "core/networks/tensor_image.h"
#include "core/weights/weight_source.h"

namespace tstitch {
namespace {

const std::string kBundledVae = std::string(TSTITCH_SOURCE_DIR) + "/models/miniature/large/vae";

/// Pearson's of two pictures.
double correlation(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = (a - a.mean()).flatten().to(at::kDouble);
  const at::Tensor y = (b - b.mean()).flatten().to(at::kDouble);
  return x.dot(y).item<double>() / std::sqrt(x.dot(x).item<double>() * y.dot(y).item<double>());
}

struct BundledVae {
  VaeConfig config = parse_vae_config(read_text_file(kBundledVae + "/config.json"), "config.json");
  std::unique_ptr<WeightSource> weights = open_weights(kBundledVae, "diffusion_pytorch_model");
  WeightScope root{*weights, {}};
  KlEncoder encoder{root, config};
  KlDecoder decoder{root, config};
};

/// A latent pixel stands for 8 x 8 of the picture: the best linear map of just these latents reaches 0.89 to 0.97.
TEST(LinearPreview, showsWhatTheFullDecoderShows) {
  const BundledVae vae;
  const LinearPreview preview = fit_linear_preview(vae.encoder, vae.config, {});
  const auto golden = open_weight_file(std::string(TSTITCH_GOLDEN_DIR) + "/preview-latents.safetensors");
  const at::Tensor latents = golden->read("latents", at::kFloat) * vae.config.scaling_factor;
  for (std::int64_t i = 0; i < latents.size(0); ++i) {
    const at::Tensor latent = latents.narrow(0, i, 1);
    const at::Tensor decoded = vae.decoder(latent / vae.config.scaling_factor, {});
    const at::Tensor reduced = at::avg_pool2d(to_tensor(to_image(decoded)), vae.config.factor());
    EXPECT_GT(correlation(to_tensor(preview(latent)), reduced), 0.88) << "picture " << i;
  }
}

TEST(LinearPreview, isFittedTheSameEveryTime) {
  const BundledVae vae;
  EXPECT_EQ(fit_linear_preview(vae.encoder, vae.config, {}), fit_linear_preview(vae.encoder, vae.config, {}));
}

TEST(LinearPreview, stopsFittingWhenAsked) {
  const BundledVae vae;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(fit_linear_preview(vae.encoder, vae.config, stop.get_token()), Interrupted);
}

TEST(LinearPreview, mapsEachPixelLinearly) {
  const LinearPreview preview{{{{1, 0}, {0, 1}, {0.5, 0.5}}}, {0, -1, 0.2}};
  at::Tensor latent = at::zeros({1, 2, 2, 3});
  latent[0][0][1][2] = 0.5;
  latent[0][1][1][2] = 1.0;
  const Image image = preview(latent);
  EXPECT_EQ(image.width, 3);
  EXPECT_EQ(image.height, 2);
  const std::vector<std::uint8_t> first(image.rgb.begin(), image.rgb.begin() + 3);
  const std::vector<std::uint8_t> last(image.rgb.end() - 3, image.rgb.end());
  EXPECT_EQ(first, (std::vector<std::uint8_t>{128, 0, 153}));
  EXPECT_EQ(last, (std::vector<std::uint8_t>{191, 128, 249}));
  EXPECT_THROW(preview(at::zeros({1, 4, 2, 3})), LogicError);
}

TEST(LinearPreview, isKnownForThePublishedLatentSpaces) {
  VaeConfig config{.block_out_channels = {128, 256, 512, 512}};
  const auto sd = known_linear_preview(config);
  ASSERT_TRUE(sd.has_value());
  EXPECT_EQ((*sd)(at::zeros({1, 4, 1, 1})).rgb, (std::vector<std::uint8_t>{128, 128, 128}));
  config.scaling_factor = 0.13025;
  const auto sdxl = known_linear_preview(config);
  ASSERT_TRUE(sdxl.has_value());
  EXPECT_EQ((*sdxl)(at::zeros({1, 4, 1, 1})).rgb, (std::vector<std::uint8_t>{150, 140, 130}));
  EXPECT_EQ((*sdxl)(at::full({1, 4, 1, 1}, 0.5)).rgb, (std::vector<std::uint8_t>{128, 150, 145}));
  config.shift_factor = 0.1;
  EXPECT_FALSE(known_linear_preview(config).has_value());
}

TEST(LinearPreview, isNotKnownForTheBundledPair) {
  const VaeConfig config = parse_vae_config(read_text_file(kBundledVae + "/config.json"), "config.json");
  EXPECT_FALSE(known_linear_preview(config).has_value());
}

}  // namespace
}  // namespace tstitch
