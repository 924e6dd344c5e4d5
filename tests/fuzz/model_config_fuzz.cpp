#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/configs/adapter_config.h"
#include "core/configs/dit_config.h"
#include "core/configs/lora_settings.h"
#include "core/configs/model_config.h"
#include "core/configs/vq_config.h"

namespace {

/// Runs one parser; refusals are an answer, everything else escapes.
template <class Parse>
void run(Parse parse) {
  try {
    parse();
  } catch (const tstitch::BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

void check_unet(const tstitch::UnetConfig& unet) {
  TSTITCH_CHECK(unet.down.size() == unet.up.size() && !unet.down.empty());
  for (const tstitch::UnetLevel& level : unet.down) {
    const bool attends = level.block == tstitch::UnetBlock::CrossAttention;
    TSTITCH_CHECK(level.channels % unet.norm_groups == 0);
    TSTITCH_CHECK(level.transformer_layers.size() == (attends ? static_cast<std::size_t>(level.layers) : 0U));
  }
}

void check_dit(const tstitch::DitConfig& dit) {
  TSTITCH_CHECK(dit.width() > 0 && dit.width() % 4 == 0 && dit.sample_size % dit.patch_size == 0);
}

void check_adapter(const tstitch::AdapterConfig& adapter) {
  for (const tstitch::AdapterBlock& block : adapter.blocks()) {
    TSTITCH_CHECK(block.in > 0 && block.out > 0 && block.stride >= adapter.unshuffle);
  }
}

void check_vq(const tstitch::VqConfig& vq) {
  TSTITCH_CHECK(!vq.block_out_channels.empty() && vq.level_attention.size() == vq.block_out_channels.size());
}

void check_lora(const tstitch::LoraSettings& settings) {
  tstitch::LoraModule module;
  module.path = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
  for (const int rank : {0, 4}) TSTITCH_CHECK(!std::isnan(settings.scale(module, rank)));
}

}  // namespace

/// Every config parser on the same bytes: files of one kind stand where another is expected.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  run([&] { check_unet(parse_unet_config(text, "input")); });
  run([&] { (void)parse_vae_config(text, "input"); });
  run([&] { check_vq(parse_vq_config(text, "input")); });
  run([&] { check_dit(parse_dit_config(text, "input")); });
  run([&] { check_adapter(parse_adapter_config(text, "input")); });
  run([&] { (void)parse_tiny_vae_config(text, "input"); });
  run([&] { (void)parse_clip_text_config(text, "input"); });
  run([&] { (void)parse_scheduler_config(text, "input"); });
  run([&] { (void)parse_tokenizer_config(text, text, "input", {}, text); });
  run([&] { (void)class_name_of(text, "input"); });
  run([&] { check_lora(parse_adapter_settings(text, "input")); });
  run([&] { check_lora(read_lora_metadata({{"lora_adapter_metadata", std::string(text)}}, "input")); });
  return 0;
}
