#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/quantity.h"

namespace tstitch {

/// How a run calls a denoiser: `small`, `large`, or the name given with it.
using DenoiserName = std::string;

/// The reference's five ways (and the paper's) to turn a ratio into a number of evaluations; core/trajectory/README.md.
enum class SplitRule { Floor, Dit, DitMulti, Ldm, Lcm, Round };

/// The update rule; `Default` = what the large model's scheduler config says.
enum class SamplerKind {
  Default,
  Ddim,
  Ddpm,
  Euler,
  EulerAncestral,
  Heun,
  Lms,
  Pndm,
  Dpm2,
  Dpm2Ancestral,
  Dpmpp2S,
  Dpmpp2M,
  Dpmpp2MSde,
  DpmppSde,
  Deis,
  UniPc,
  Lcm,
  Tcd
};

/// Which noise levels a run visits; `Default` = what the large model's scheduler config or its class says.
enum class Spacing { Default, Leading, Trailing, Linspace, Karras, Exponential, Beta, Ays };

enum class PromptSyntax { Plain, Weighted };
enum class TextSource { Shared, Own };
enum class SeamHistory { Keep, Reset };
enum class DecoderKind { Full, Tiny, Linear };

/// What U-Nets with a guidance embedding are given (core/denoise/README.md): `Auto` = the embedding, in one pass; `Off`
/// = none, and guidance by two passes, as the paper's reference does it.
enum class GuidanceEmbedding { Auto, Off };

/// Which latent channels the guidance of a class-conditional transformer acts on: the first three of four, as in the
/// original DiT, or all, as in diffusers; `Auto` = as the layout of the large model's files has it.
enum class GuidedChannels { Auto, Three, All };

/// What stands for the null class that latent diffusion's class-conditional networks lack: uniform noise from the seed,
/// as in the paper's reference, or the mean of all classes.
enum class NullClass { Noise, Mean };

/// Training keeps a running average of a network's weights, and some files hold both: the weights as they are or their
/// average (`model_ema.` of latent diffusion, `ema.` of DiT). `Auto` = what the paper's reference takes: of DiT the
/// average, of latent diffusion the weights themselves.
enum class WeightChoice { Auto, Raw, Ema };

/// Shares of the evaluations, smallest denoiser first. Two denoisers: one share, the small one's.
/// `DitMulti` takes one share per denoiser.
struct RatioSplit {
  std::vector<Percent> shares{Percent{40}};
  SplitRule rule = SplitRule::Floor;
  friend bool operator==(const RatioSplit&, const RatioSplit&) = default;
};

/// Evaluations in a row by one denoiser, with a guidance and a prompt of their own where given.
struct Segment {
  DenoiserName denoiser;
  int evaluations = 0;
  std::optional<double> guidance = {};
  std::optional<std::string> prompt = {};
  friend bool operator==(const Segment&, const Segment&) = default;
};

struct SegmentSplit {
  std::vector<Segment> segments;
  friend bool operator==(const SegmentSplit&, const SegmentSplit&) = default;
};

/// One file of a model and what it is for: `unet`, `vae`, `text_encoder`, ...; the hash is lower-case hex.
struct ModelFile {
  std::string role;
  std::string sha256;
  friend bool operator==(const ModelFile&, const ModelFile&) = default;
};

/// A model as a request speaks of it. `location` is this machine's affair: it is never written down and never compared.
struct ModelReference {
  std::string name;    ///< the last part of the path, or the name in `models/`
  std::string family;  ///< as ModelFacts::family; empty until the model was looked at
  std::vector<ModelFile> files;
  std::filesystem::path location;
  friend bool operator==(const ModelReference& a, const ModelReference& b) {
    return a.name == b.name && a.family == b.family && a.files == b.files;
  }
};

/// A denoiser that a run may use. The order in a request is the order of cost: small, large, then further ones.
struct DenoiserChoice {
  DenoiserName name;
  ModelReference model;
  std::optional<double> guidance;  ///< where it differs from the request's
  friend bool operator==(const DenoiserChoice&, const DenoiserChoice&) = default;
};

/// How the map of a control is made from its picture; each kind has networks of its own. `Other`: any further kind,
/// whose picture always is the map.
enum class ControlKind { Canny, Depth, Pose, SoftEdge, LineArt, Other };

/// A picture as a request speaks of it. `location` is never written down and never compared.
struct PictureReference {
  std::string name;    ///< of its file
  std::string sha256;  ///< of its file, lower-case hex; empty until it was read
  std::filesystem::path location;
  friend bool operator==(const PictureReference& a, const PictureReference& b) {
    return a.name == b.name && a.sha256 == b.sha256;
  }
};

/// Canny's hysteresis thresholds on the gradient's L1 norm, 0..10000; the defaults are those of the published canny
/// ControlNets.
struct CannyThresholds {
  double low = 100;
  double high = 200;
  friend bool operator==(const CannyThresholds&, const CannyThresholds&) = default;
};
inline constexpr double kMostThreshold = 10000;

/// How a picture of another shape becomes a control map of the run's size: stretched, as in diffusers; its middle cut
/// out; or whole, with black beside it.
enum class ControlFit { Stretch, Crop, Pad };

/// A ControlNet or a T2I-Adapter and what it sees. It acts at evaluation i of N when start <= i/N and (i+1)/N <= end
/// (control_reach.h); several add up.
struct ControlChoice {
  ControlKind kind = ControlKind::Canny;
  PictureReference picture;
  ModelReference model;
  double scale = 0.5;
  double start = 0;
  double end = 1;
  /// The only one that it acts on; none = all. An empty name (on nothing, for the moment) only stands in requests that
  /// are not finished.
  std::optional<DenoiserName> denoiser;
  bool is_map = false;                           ///< the picture already is a control map
  std::optional<ModelReference> annotator = {};  ///< the network that makes the map, for kinds that need one
  CannyThresholds thresholds = {};               ///< of the kind canny
  ControlFit fit = ControlFit::Stretch;

  /// Nothing makes a map of the picture.
  [[nodiscard]] bool shows_map() const { return is_map || kind == ControlKind::Other; }
  friend bool operator==(const ControlChoice&, const ControlChoice&) = default;
};

/// A low-rank file that is added to the weights of networks and text encoders.
struct LoraChoice {
  ModelReference model;
  double strength = 1;
  std::optional<DenoiserName> denoiser;  ///< the only one that it changes, with the text it is given; none = all
  friend bool operator==(const LoraChoice&, const LoraChoice&) = default;
};

/// A textual inversion (Gal et al. 2022): vectors that stand in the text where its word stands.
struct EmbeddingChoice {
  ModelReference model;
  std::string word;
  friend bool operator==(const EmbeddingChoice&, const EmbeddingChoice&) = default;
};

/// The picture that a run starts from instead of from noise alone (SDEdit, Meng et al. 2022), and where it may change.
struct SourceChoice {
  PictureReference picture;  ///< brought to the run's size: Lanczos, its middle where the shapes differ
  double strength = 0.8;     ///< above 0, at most 1: of N steps the last int(N * strength) run
  /// White (at least half) is drawn anew, black stays; stretched to the run's size. None = all is drawn anew.
  std::optional<PictureReference> mask = {};
  /// Pixels beyond the mask over which the new picture fades into the old, which is pasted back there; 0 = it is not.
  int mask_feather = 0;
  friend bool operator==(const SourceChoice&, const SourceChoice&) = default;
};

/// What is made larger for a second pass: the first pass's picture, or its latents (bilinear).
enum class Upscale { Lanczos, Latent };

/// A second run, larger, from what the first one made.
struct SecondPass {
  double scale = 1.5;  ///< of both sides, down to what the model takes
  Upscale upscale = Upscale::Lanczos;
  double strength = 0.5;         ///< as SourceChoice::strength
  std::optional<int> steps;      ///< of which the last run; none = the first pass's number
  std::optional<Percent> share;  ///< of the small denoiser; none = the first pass's ratio, or who made its last segment
  friend bool operator==(const SecondPass&, const SecondPass&) = default;
};

/// Pixels; 0 = the large model's own size.
struct Extent {
  int width = 0;
  int height = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Pixels cut off, counted from the top left corner.
struct CropOffset {
  int left = 0;
  int top = 0;
  friend bool operator==(const CropOffset&, const CropOffset&) = default;
};

/// What networks of the SDXL family are told about the picture that they learn from (Podell et al. 2023, section 2.2).
/// Others ignore it.
struct MicroConditioning {
  std::optional<Extent> original;  ///< before it was resized; none = the picture's size
  CropOffset crop;
  std::optional<Extent> target;  ///< none = the picture's size
  double aesthetic_score = 6.0;  ///< the refiner's, in place of the target
  double negative_aesthetic_score = 2.5;
  friend bool operator==(const MicroConditioning&, const MicroConditioning&) = default;
};

/// Everything that can change a pixel of one picture, apart from what `made` records (device, precision, threads).
/// The window, the command line, the picture's metadata and the tests all speak this value and its one JSON form.
struct GenerationRequest {
  std::string prompt;
  std::optional<std::string> negative_prompt;  ///< none given is not the same as empty
  PromptSyntax prompt_syntax = PromptSyntax::Plain;
  std::optional<int> class_label;  ///< what class-conditional models draw, instead of the prompt
  std::vector<DenoiserChoice> denoisers;
  std::optional<ModelReference> vae;  ///< instead of the large model's own
  std::variant<RatioSplit, SegmentSplit> split;
  Extent extent;
  int steps = 25;
  SamplerKind sampler = SamplerKind::Default;
  Spacing spacing = Spacing::Default;
  std::optional<double> eta;  ///< DDIM's and TCD's stochasticity, 0..1; none = the model's default
  double guidance_scale = 7.5;
  std::uint64_t seed = 0;
  TextSource text = TextSource::Shared;
  std::optional<int> clip_skip;  ///< hidden layer of the text encoders, counted from the end; none = the model's own
  SeamHistory seam = SeamHistory::Keep;
  DecoderKind decoder = DecoderKind::Full;
  GuidanceEmbedding guidance_embedding = GuidanceEmbedding::Auto;
  GuidedChannels guided_channels = GuidedChannels::Auto;
  NullClass null_class = NullClass::Noise;
  WeightChoice weights = WeightChoice::Auto;  ///< of the denoisers
  MicroConditioning micro_conditioning;
  std::optional<SourceChoice> source;
  std::optional<SecondPass> second_pass;
  std::vector<ControlChoice> controls;
  std::vector<LoraChoice> loras;  ///< they add up
  std::vector<EmbeddingChoice> embeddings;
  friend bool operator==(const GenerationRequest&, const GenerationRequest&) = default;
};

/// What is wrong with one field: "steps: 0 is not in 1..1000".
struct Problem {
  std::string field;
  std::string text;
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// Every bad field, not the first; empty when the request can be planned. Looks at no file and knows no model.
std::vector<Problem> validate(const GenerationRequest& request);

/// Throws one UsageError that names every problem; does nothing when there is none.
void require_valid(const GenerationRequest& request);

}  // namespace tstitch
