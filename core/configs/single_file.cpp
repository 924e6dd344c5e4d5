#include "core/configs/single_file.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/adapter_config.h"
#include "core/configs/dit_config.h"
#include "core/configs/original_names.h"

namespace tstitch {
namespace {

constexpr std::string_view kNetwork = "model.diffusion_model.";
constexpr std::string_view kAverages = "model_ema.";
constexpr std::string_view kDitWeights = "model.";
constexpr std::string_view kDitAverages = "ema.";
constexpr std::string_view kControl = "control_model.";
constexpr std::string_view kClassEmbedding = "cond_stage_model.embedding.";

/// Prefixes under which an autoencoder is found; the last is that of a file of its own.
constexpr std::array<std::string_view, 2> kVaePrefixes{"first_stage_model.", "vae."};

struct TextPlace {
  std::string_view prefix;
  bool open_clip;
};

/// In the order of the states. `cond_stage_model.` without more is that of files whose encoder lost its wrapper.
constexpr std::array kTextPlaces{
    TextPlace{"cond_stage_model.transformer.", false},        TextPlace{"cond_stage_model.model.", true},
    TextPlace{"conditioner.embedders.0.transformer.", false}, TextPlace{"conditioner.embedders.0.model.", true},
    TextPlace{"conditioner.embedders.1.transformer.", false}, TextPlace{"conditioner.embedders.1.model.", true},
};
constexpr std::string_view kSdxlText = "conditioner.embedders.";

constexpr std::array<std::string_view, 6> kMarks{kVPredictionMark, kZeroSnrMark,          "edm_mean",
                                                 "edm_std",        "edm_vpred.sigma_max", "edm_vpred.sigma_min"};

/// What training leaves beside the weights: schedules, losses, optimisers, averages.
constexpr std::array<std::string_view, 23> kCompany{"model_ema.",
                                                    "first_stage_model.loss.",
                                                    "first_stage_model.model_ema.",
                                                    "loss.",
                                                    "optimizer_states.",
                                                    "optimizer.",
                                                    "opt.",
                                                    "callbacks.",
                                                    "lr_schedulers.",
                                                    "embedding_manager.",
                                                    "denoiser.sigmas",
                                                    "betas",
                                                    "alphas_cumprod",
                                                    "sqrt_alphas_cumprod",
                                                    "sqrt_one_minus_alphas_cumprod",
                                                    "log_one_minus_alphas_cumprod",
                                                    "sqrt_recip_alphas_cumprod",
                                                    "sqrt_recipm1_alphas_cumprod",
                                                    "posterior_",
                                                    "lvlb_weights",
                                                    "logvar",
                                                    "scale_factor",
                                                    "cond_stage_model.logit_scale"};
constexpr std::array<std::string_view, 4> kCompanyEnds{"position_ids", ".logit_scale", ".attn_mask",
                                                       ".text_projection"};

/// Layouts below which the whole file lies, most specific first.
std::string_view wrapper_of(const TensorShapes& tensors) {
  const auto first = tensors.lower_bound("state_dict.");
  const bool wrapped = first != tensors.end() && first->first.starts_with("state_dict.");
  return wrapped ? "state_dict." : "";
}

bool is_company(const std::string& name) {
  const auto starts = [&](std::string_view prefix) { return name.starts_with(prefix); };
  const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
  return std::any_of(kCompany.begin(), kCompany.end(), starts) ||
         std::any_of(kCompanyEnds.begin(), kCompanyEnds.end(), ends);
}

class SingleFileReader {
 public:
  SingleFileReader(const TensorShapes& tensors, const std::string& file, WeightChoice choice)
      : wrapper_(wrapper_of(tensors)), all_(part_of(tensors, wrapper_)), file_(file), choice_(choice) {}

  SingleFile read() {
    take_marks();
    if (!read_dit() && !read_adapter() && !read_tiny()) read_latent_diffusion();
    find_unused();
    for (TensorMap* const part :
         {&result_.unet, &result_.dit, &result_.controlnet, &result_.adapter, &result_.vae, &result_.class_embedding}) {
      *part = with_prefix(std::move(*part), wrapper_);
    }
    for (SingleFileText& text : result_.text) text.tensors = with_prefix(std::move(text.tensors), wrapper_);
    return std::move(result_);
  }

 private:
  void take_marks() {
    for (const std::string_view mark : kMarks) {
      if (all_.erase(std::string(mark)) > 0) result_.marks.emplace(mark);
    }
  }

  /// A bare state, or one or two nested in what its training script saves.
  bool read_dit() {
    const bool averaged = has_dit(kDitAverages), raw = has_dit(kDitWeights), bare = has_dit({});
    if (!averaged && !raw && !bare) return false;
    if (choice_ == WeightChoice::Ema && !averaged) refuse_choice("averaged weights (ema.)");
    if (choice_ == WeightChoice::Raw && !raw && !bare) refuse_choice("weights but their average (ema.)");
    result_.has_both_weights = averaged && raw;
    const bool takes_average = averaged && choice_ != WeightChoice::Raw;
    const std::string_view prefix = takes_average ? kDitAverages : raw ? kDitWeights : std::string_view();
    if (result_.has_both_weights) other_weights_ = takes_average ? kDitWeights : kDitAverages;
    result_.dit = with_prefix(map_original_dit(part_of(all_, prefix)), prefix);
    return true;
  }

  [[nodiscard]] bool has_dit(std::string_view prefix) const { return is_original_dit(part_of(all_, prefix)); }

  [[noreturn]] void refuse_choice(const std::string& missing) const {
    throw BadInput(concat("holds no ", missing, "."), file_, "Leave out --weights to take what is there.");
  }

  bool read_adapter() {
    if (is_original_adapter(all_)) {
      result_.adapter = map_original_adapter(all_);
    } else if (is_adapter(all_)) {
      take_as_named(result_.adapter);
    }
    return !result_.adapter.empty();
  }

  bool read_tiny() {
    result_.vae = map_original_tiny(all_);
    return !result_.vae.empty();
  }

  void take_as_named(TensorMap& network) const {
    for (const auto& [name, shape] : all_) network[name] = {.name = name, .shape = shape};
  }

  /// U-Nets lie below their model's name, or in a file of their own without it.
  void read_unet() {
    const bool bare = all_.contains("input_blocks.0.0.weight") && all_.contains("out.2.weight");
    const std::string_view prefix = bare ? std::string_view() : kNetwork;
    const TensorShapes part = bare ? all_ : part_of(all_, kNetwork);
    if (!part.empty()) result_.unet = with_prefix(map_original_unet(part), prefix);
  }

  void read_latent_diffusion() {
    read_our_layout();
    read_unet();
    if (!result_.unet.empty()) choose_unet_weights();
    read_controlnet();
    read_vae();
    for (const TextPlace& place : kTextPlaces) read_text(place);
    const TensorShapes classes = part_of(all_, kClassEmbedding);
    for (const auto& [name, shape] : classes) {
      result_.class_embedding["embedding." + name] = {.name = concat(kClassEmbedding, name), .shape = shape};
    }
  }

  /// A network that somebody took out of its folder.
  void read_our_layout() {
    if (!all_.contains("conv_in.weight") || !all_.contains("down_blocks.0.resnets.0.conv1.weight")) return;
    const bool control = all_.contains("controlnet_cond_embedding.conv_in.weight");
    take_as_named(control ? result_.controlnet : result_.unet);
  }

  void choose_unet_weights() {
    result_.has_both_weights = all_.contains(average_of(result_.unet.begin()->second.name));
    if (choice_ != WeightChoice::Ema) return;
    for (auto& [ours, origin] : result_.unet) {
      origin.name = average_of(origin.name);
      if (!all_.contains(origin.name)) refuse_choice(concat("averaged weights of ", ours, " (", origin.name, ")"));
    }
  }

  /// Of `model.diffusion_model.a.b` it is `model_ema.diffusion_modelab`.
  static std::string average_of(std::string name) {
    constexpr std::string_view kModel = "model.";
    if (name.starts_with(kModel)) name.erase(0, kModel.size());
    std::erase(name, '.');
    return concat(kAverages, name);
  }

  void read_controlnet() {
    const bool bare = all_.contains("input_hint_block.0.weight");
    const std::string_view prefix = bare ? std::string_view() : kControl;
    const TensorShapes part = bare ? all_ : part_of(all_, kControl);
    if (!part.empty()) result_.controlnet = with_prefix(map_original_controlnet(part), prefix);
  }

  void read_vae() {
    for (const std::string_view prefix : kVaePrefixes) {
      if (const TensorShapes part = part_of(all_, prefix); !part.empty()) return take_vae(part, prefix);
    }
    const bool alone = all_.contains("encoder.conv_in.weight") && all_.contains("decoder.conv_in.weight");
    if (alone) take_vae(all_, {});
  }

  void take_vae(TensorShapes part, std::string_view prefix) {
    std::erase_if(part, [](const auto& tensor) {
      return tensor.first.starts_with("loss.") || tensor.first.starts_with("model_ema.");
    });
    result_.vae = with_prefix(map_original_vae(part), prefix);
  }

  void read_text(const TextPlace& place) {
    const TensorShapes part = part_of(all_, place.prefix);
    if (part.empty()) return;
    const bool sdxl = place.prefix.starts_with(kSdxlText);
    result_.sdxl |= sdxl;
    SingleFileText text;
    text.open_clip = place.open_clip;
    text.tensors = with_prefix(place.open_clip ? map_open_clip(part, !sdxl && has_last_layer(part)) : without_ids(part),
                               place.prefix);
    result_.text.push_back(std::move(text));
  }

  /// Files converted from our layout have lost SD 2's unused last layer already, and with it the projection behind it.
  static bool has_last_layer(const TensorShapes& part) {
    constexpr const char* kLastOfPublished = "transformer.resblocks.23.ln_1.weight";
    return part.contains("text_projection") || part.contains("text_projection.weight") ||
           part.contains(kLastOfPublished);
  }

  static TensorMap without_ids(const TensorShapes& part) {
    TensorMap map;
    for (const auto& [name, shape] : part) {
      if (!is_company(name)) map[name] = {.name = name, .shape = shape};
    }
    return map;
  }

  void find_unused() {
    std::set<std::string> used;
    const auto use = [&](const TensorMap& map) {
      for (const auto& [ours, origin] : map) used.insert(origin.name);
    };
    for (const TensorMap* part :
         {&result_.unet, &result_.dit, &result_.controlnet, &result_.adapter, &result_.vae, &result_.class_embedding}) {
      use(*part);
    }
    for (const SingleFileText& text : result_.text) use(text.tensors);
    for (const auto& [name, shape] : all_) {
      if (!used.contains(name) && !is_company_here(name)) result_.unused.push_back(name);
    }
  }

  /// Also the other set of weights, where there are two, and the text layer that SD 2 leaves out.
  bool is_company_here(const std::string& name) const {
    if (is_company(name) || (!other_weights_.empty() && name.starts_with(other_weights_))) return true;
    if (choice_ == WeightChoice::Ema && name.starts_with(kNetwork)) return true;
    return name.starts_with("cond_stage_model.model.");
  }

  std::string_view wrapper_;
  TensorShapes all_;
  const std::string& file_;
  WeightChoice choice_;
  std::string_view other_weights_;
  SingleFile result_;
};

}  // namespace

SingleFile map_single_file(const TensorShapes& tensors, const std::string& file, WeightChoice choice) {
  return SingleFileReader(tensors, file, choice).read();
}

}  // namespace tstitch
