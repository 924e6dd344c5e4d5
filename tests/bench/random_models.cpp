#include "tests/bench/random_models.h"

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/configs/dit_config.h"
#include "core/configs/model_config.h"
#include "core/formats/safetensors_writer.h"
#include "core/networks/autoencoder_kl.h"
#include "core/networks/dit.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/weights/random_weights.h"

namespace tstitch {

namespace {

namespace fs = std::filesystem;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// The config last: a folder that has one is whole.
void write_part(const fs::path& folder, const std::string& config, const Shapes& shapes) {
  fs::create_directories(folder);
  const RandomWeights weights(shapes);
  std::map<std::string, at::Tensor> tensors;
  std::vector<SafetensorsItem> items;
  for (const auto& [name, shape] : shapes) {
    const at::Tensor& tensor = tensors[name] = weights.read(name, at::kHalf);
    items.push_back({name, SafetensorsType::F16, shape, tensor.const_data_ptr()});
  }
  write_safetensors(folder / "diffusion_pytorch_model.safetensors", items);
  write_text(folder / "config.json", config);
}

template <class... Networks, class Config>
Shapes shapes_of(const Config& config) {
  const RandomWeights none({});
  const WeightScope root(none, {.device = at::kMeta});
  (static_cast<void>(Networks(root, config)), ...);
  return root.taken();
}

void write_dit(const fs::path& folder, int layers, int heads, int head_width) {
  if (fs::exists(folder / "config.json")) return;
  const std::string config = concat(
      R"({"_class_name":"DiTTransformer2DModel","sample_size":32,"in_channels":4,"out_channels":8,"num_layers":)",
      layers, R"(,"num_attention_heads":)", heads, R"(,"attention_head_dim":)", head_width, "}\n");
  write_part(folder, config, shapes_of<Dit>(parse_dit_config(config, "config")));
}

}  // namespace

void write_random_taesd(const fs::path& folder, int latent_channels) {
  if (fs::exists(folder / "config.json")) return;
  const std::string config = concat(R"({"_class_name":"AutoencoderTiny","latent_channels":)", latent_channels, "}\n");
  write_part(folder, config, shapes_of<TinyEncoder, TinyDecoder>(parse_tiny_vae_config(config, "config")));
}

void write_random_dits(const fs::path& folder, const fs::path& small) {
  write_dit(folder / "transformer", 28, 16, 72);
  write_dit(small, 12, 6, 64);
  if (fs::exists(folder / "model_index.json")) return;
  const std::string vae = R"({"_class_name":"AutoencoderKL","latent_channels":4,"layers_per_block":2,
 "block_out_channels":[128,256,512,512],
 "down_block_types":["DownEncoderBlock2D","DownEncoderBlock2D","DownEncoderBlock2D","DownEncoderBlock2D"],
 "up_block_types":["UpDecoderBlock2D","UpDecoderBlock2D","UpDecoderBlock2D","UpDecoderBlock2D"]}
)";
  write_part(folder / "vae", vae, shapes_of<KlEncoder, KlDecoder>(parse_vae_config(vae, "config")));
  write_text(folder / "scheduler" / "scheduler_config.json",
             R"({"_class_name":"DDIMScheduler","beta_schedule":"linear","beta_start":0.0001,"beta_end":0.02,
 "clip_sample":false}
)");
  write_text(folder / "model_index.json", R"({"_class_name":"DiTPipeline",
 "transformer":["diffusers","DiTTransformer2DModel"],"vae":["diffusers","AutoencoderKL"],
 "scheduler":["diffusers","DDIMScheduler"]}
)");
}

}  // namespace tstitch
