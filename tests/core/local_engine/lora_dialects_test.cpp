// One adapter as each trainer and program writes it: all of the files change the model's tensors alike.
#include <algorithm>
#include <fstream>
#include <functional>
#include <random>

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/local_engine/lora_set.h"
#include "core/local_engine/part_weights.h"
#include "core/weights/lora.h"
#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

constexpr double kAlpha = 8.0;
constexpr std::int64_t kRank = 4;

/// A layer that the adapter changes, under all of its names.
struct Layer {
  LoraComponent component;
  std::string ours;      ///< of the network in diffusers, of the text encoder in transformers
  std::string original;  ///< of the network when it was first published
};

const std::vector<Layer>& layers() {
  const std::string block = "transformer_blocks.0.";
  static const std::vector<Layer> kLayers{
      {LoraComponent::Network, "down_blocks.0.attentions.0." + block + "attn1.to_q",
       "input_blocks.1.1." + block + "attn1.to_q"},
      {LoraComponent::Network, "down_blocks.0.attentions.0." + block + "attn2.to_k",
       "input_blocks.1.1." + block + "attn2.to_k"},
      {LoraComponent::Network, "mid_block.attentions.0." + block + "attn2.to_out.0",
       "middle_block.1." + block + "attn2.to_out.0"},
      {LoraComponent::TextEncoder, "text_model.encoder.layers.0.self_attn.q_proj", ""},
      {LoraComponent::TextEncoder, "text_model.encoder.layers.0.self_attn.out_proj", ""},
      {LoraComponent::TextEncoder, "text_model.encoder.layers.0.mlp.fc1", ""},
  };
  return kLayers;
}

std::string underscored(std::string path) {
  std::replace(path.begin(), path.end(), '.', '_');
  return path;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

bool is_network(const Layer& layer) {
  return layer.component == LoraComponent::Network;
}

/// How a dialect names a layer and its two factors, and whether it writes alpha (or has it in the factors).
struct Dialect {
  const char* name;
  std::function<std::string(const Layer&)> stem;
  const char* down;
  const char* up;
  const char* alpha = nullptr;
  at::ScalarType alpha_type = at::kFloat;
};

/// diffusers before 0.18: layers of their own beside the attentions; of text encoders the attentions' names only.
std::string first_generation(const Layer& layer) {
  std::string path = layer.ours;
  for (const char* part : {".to_q", ".to_k", ".to_out.0"})
    path = replaced(path, part, std::string(".processor") + part);
  path = replaced(path, ".to_out.0", ".to_out");
  path = replaced(replaced(path, "q_proj", "to_q"), "out_proj", "to_out");
  const bool is_mlp = path.ends_with("fc1");
  return (is_network(layer) ? "unet." : "text_encoder.") + path + (is_mlp ? ".lora_linear_layer" : "_lora");
}

std::vector<Dialect> dialects() {
  const auto kohya = [](const Layer& layer) {
    return (is_network(layer) ? "lora_unet_" : "lora_te_") + underscored(layer.ours);
  };
  const auto diffusers = [](const Layer& layer) {
    return (is_network(layer) ? "unet." : "text_encoder.") + layer.ours;
  };
  return {
      {"kohya", kohya, ".lora_down.weight", ".lora_up.weight", ".alpha"},
      {"kohya, converted by diffusers", kohya, ".lora_down.weight", ".lora_up.weight", ".alpha", at::kLong},
      {"kohya for SDXL",
       [](const Layer& layer) {
         return is_network(layer) ? "lora_unet_" + underscored(layer.original) : "lora_te1_" + underscored(layer.ours);
       },
       ".lora_down.weight", ".lora_up.weight", ".alpha", at::kBFloat16},
      {"diffusers, first generation", first_generation, ".down.weight", ".up.weight"},
      {"diffusers, second generation",
       [](const Layer& layer) {
         return is_network(layer) ? "unet." + layer.ours + ".lora"
                                  : "text_encoder." + layer.ours + ".lora_linear_layer";
       },
       ".down.weight", ".up.weight"},
      {"diffusers with peft", diffusers, ".lora_A.weight", ".lora_B.weight"},
      {"SimpleTuner", diffusers, ".lora_A.weight", ".lora_B.weight", ".alpha"},
      {"peft's names of adapters", diffusers, ".lora_A.default_0.weight", ".lora_B.default_0.weight"},
      {"peft", [](const Layer& layer) { return "base_model.model." + layer.ours; }, ".lora_A.weight", ".lora_B.weight"},
      {"ComfyUI",
       [](const Layer& layer) {
         return is_network(layer) ? "diffusion_model." + layer.original
                                  : "text_encoders.clip_l.transformer." + layer.ours;
       },
       ".lora_down.weight", ".lora_up.weight", ".alpha"},
      {"OneTrainer",
       [](const Layer& layer) { return is_network(layer) ? "unet." + layer.original : "clip_l." + layer.ours; },
       ".lora_down.weight", ".lora_up.weight", ".alpha", at::kDouble},
      {"OneTrainer, internal",
       [](const Layer& layer) { return (is_network(layer) ? "lora_unet." : "lora_te.") + layer.ours; },
       ".lora_down.weight", ".lora_up.weight", ".alpha"},
  };
}

class LoraDialects : public testing::Test {
 protected:
  LoraDialects() {
    for (const Layer& layer : layers()) {
      const WeightSource& base = is_network(layer) ? *network_ : *text_;
      shapes_.push_back(base.entries().at(layer.ours + ".weight").shape);
    }
  }

  [[nodiscard]] at::Tensor down(std::size_t i) const {
    return test::generated_tensor("down" + std::to_string(i), {kRank, shapes_[i][1]}, 1);
  }
  [[nodiscard]] at::Tensor up(std::size_t i) const {
    return test::generated_tensor("up" + std::to_string(i), {shapes_[i][0], kRank}, 1) * 0.25;
  }

  [[nodiscard]] Tensors tensors(const Dialect& dialect) const {
    Tensors tensors;
    for (std::size_t i = 0; i < layers().size(); ++i) {
      const std::string stem = dialect.stem(layers()[i]);
      tensors[stem + dialect.down] = down(i);
      tensors[stem + dialect.up] = dialect.alpha == nullptr ? up(i) * (kAlpha / kRank) : up(i);
      if (dialect.alpha != nullptr) tensors[stem + dialect.alpha] = at::full({}, kAlpha, dialect.alpha_type);
    }
    return tensors;
  }

  /// Every tensor of the model with that file.
  [[nodiscard]] Tensors changed(const Tensors& tensors) const {
    const auto path = pair_.folder() / "dialect.safetensors";
    test::write_tensors(path, tensors);
    return changed_by(path);
  }

  [[nodiscard]] Tensors changed_by(const std::filesystem::path& path) const {
    const std::vector<AppliedLora> loras{{read_lora_part(path).file, 0.7}};
    Tensors result;
    const auto add = [&](const WeightSource& base, LoraComponent component, const auto& aliases) {
      const LoraFit fit = loras[0].file->fit(component, base, aliases);
      EXPECT_EQ(fit.fitting, layers().size() / 2) << fit.first_misfit;
      const LoraSource source(base, component, loras, aliases);
      for (const auto& [name, entry] : base.entries()) result[name] = source.read(name, at::kFloat, {});
    };
    add(*network_, LoraComponent::Network, network_aliases(parts_.network, *network_));
    add(*text_, LoraComponent::TextEncoder, std::map<std::string, std::string>());
    return result;
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
  ModelParts parts_ = read_model_parts(pair_.folder() / "large", {}, WeightChoice::Auto);
  std::unique_ptr<WeightSource> network_ = open_network(parts_, {});
  std::unique_ptr<WeightSource> text_ = open_text_encoder(parts_.text->encoders.front(), {});
  std::vector<std::vector<std::int64_t>> shapes_;
};

TEST_F(LoraDialects, changeAllTensorsAlike) {
  Tensors expected;
  for (const Dialect& dialect : dialects()) {
    const Tensors found = changed(tensors(dialect));
    if (expected.empty()) {
      expected = found;
      const std::string layer = layers()[0].ours + ".weight";
      EXPECT_FALSE(found.at(layer).equal(network_->read(layer, at::kFloat)));
    }
    for (const auto& [name, tensor] : expected) {
      EXPECT_TRUE(found.at(name).equal(tensor)) << dialect.name << ": " << name;
    }
  }
}

TEST_F(LoraDialects, comfyNames) {
  const Tensors of_kohya = tensors(dialects()[0]);
  const auto all = dialects();
  const auto comfy =
      std::find_if(all.begin(), all.end(), [](const Dialect& d) { return std::string(d.name) == "ComfyUI"; });
  EXPECT_TRUE(
      tensors(*comfy).contains("diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.lora_down.weight"));
  const Tensors expected = changed(of_kohya), found = changed(tensors(*comfy));
  for (const auto& [name, tensor] : expected) EXPECT_TRUE(found.at(name).equal(tensor)) << name;
}

/// peft saves each part of a model into a folder of its own, where its settings scale it.
TEST_F(LoraDialects, peftFoldersAreOneLora) {
  const Dialect peft{"peft", [](const Layer& layer) { return "base_model.model." + layer.ours; }, ".lora_A.weight",
                     ".lora_B.weight"};
  const auto folder = pair_.folder() / "fox";
  for (const bool network : {true, false}) {
    const auto part = folder / (network ? "unet" : "text_encoder/fox");
    Tensors own;
    for (std::size_t i = 0; i < layers().size(); ++i) {
      if (is_network(layers()[i]) != network) continue;
      own[peft.stem(layers()[i]) + peft.down] = down(i);
      own[peft.stem(layers()[i]) + peft.up] = network ? up(i) : up(i) * 2.0;
    }
    std::filesystem::create_directories(part);
    test::write_tensors(part / "adapter_model.safetensors", own);
    std::ofstream(part / "adapter_config.json")
        << (network ? R"({"peft_type":"LORA","r":4,"lora_alpha":8})" : R"({"peft_type":"LORA","r":4,"lora_alpha":4})");
  }
  const Tensors expected = changed(tensors(dialects()[0]));
  for (const auto& [name, tensor] : changed_by(folder)) EXPECT_TRUE(tensor.equal(expected.at(name))) << name;
  const LoraPart part = read_lora_part(folder / "");
  EXPECT_EQ(part.name(), "fox");
  EXPECT_FALSE(part.file->lacks_scale());
  EXPECT_EQ(part.file->source().stamps().size(), 2U);
  const ModelFacts facts = read_lora_facts(folder);
  EXPECT_EQ(facts.purpose, "a LoRA");
  EXPECT_EQ(facts.name, "fox");
  EXPECT_EQ(facts.files.size(), 2U);
}

/// `base_model.model.text_model.` of the second encoder says by its folder alone which it is.
TEST_F(LoraDialects, peftFileIsOfThePartThatItsFolderNames) {
  const auto part = pair_.folder() / "fox" / "text_encoder_2";
  std::filesystem::create_directories(part);
  test::write_tensors(part / "adapter_model.safetensors",
                      {{"base_model.model.text_model.encoder.layers.0.mlp.fc1.lora_A.weight", down(5)},
                       {"base_model.model.text_model.encoder.layers.0.mlp.fc1.lora_B.weight", up(5)}});
  const LoraPart lora = read_lora_part(part / "adapter_model.safetensors");
  EXPECT_TRUE(lora.file->has(LoraComponent::TextEncoder2));
  EXPECT_FALSE(lora.file->has(LoraComponent::TextEncoder));
  EXPECT_TRUE(lora.file->lacks_scale());
}

}  // namespace
}  // namespace tstitch
