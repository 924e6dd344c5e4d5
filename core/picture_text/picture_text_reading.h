#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/picture_text.h"
#include "core/request/generation_request.h"

namespace tstitch {

/// Who wrote a picture's text. `Text`: a text in the web UI's grammar, or a bare prompt, that does not say.
/// `UnknownJson`: JSON of nobody's shape that is known here.
enum class PictureProgram {
  A1111,
  Forge,
  ComfyUi,
  InvokeAi,
  SwarmUi,
  Fooocus,
  SdNext,
  DrawThings,
  NovelAi,
  TStitch,
  Text,
  UnknownJson
};

/// As people call it: "A1111", "ComfyUI"; empty for the last two.
std::string_view name_of(PictureProgram program);

/// What a text asks for and is not taken over, by its kind; the words for it are the window's.
enum class LeftOutKind {
  Sampler,  ///< with its schedule; detail = both names
  Steps,    ///< and the following: a value that no request can have
  Guidance,
  Seed,
  Size,  ///< brought to the next smaller multiple of 8, or left out where there is none
  ClipSkip,
  Hires,  ///< a second pass at another size
  Refiner,
  ControlNet,
  Detailer,  ///< ADetailer and its like: parts drawn again
  FaceRestoration,
  Vae,
  Embedding,  ///< textual inversions by hash lists
  Hypernetwork,
  SourcePicture,  ///< image to image, inpainting
  Variation,      ///< variation seeds
  Styles,
  Noise,    ///< a generator of noise that is not the processor's
  Prompts,  ///< a second prompt, or one that is put together on the way
  Scripts,  ///< X/Y/Z plots, regional prompts, dynamic thresholds and other extensions
  Nodes,    ///< of a graph, that change the picture
};

struct LeftOut {
  LeftOutKind kind;
  std::string detail;  ///< as the text names it; may be empty
  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

/// A LoRA by its name, without folder and ending, as other programs know it.
struct NamedLora {
  std::string name;
  double strength = 1;
  friend bool operator==(const NamedLora&, const NamedLora&) = default;
};

/// What a picture's text says, as far as it can be understood; every field may be absent. A field that is there is
/// whole and fits a request; a sampler comes with its spacing or not at all.
struct PictureParameters {
  PictureProgram program = PictureProgram::Text;
  std::optional<std::string> prompt;
  std::optional<std::string> negative_prompt;
  std::optional<PromptSyntax> prompt_syntax;
  std::optional<int> steps;
  std::optional<SamplerKind> sampler;
  std::optional<Spacing> spacing;
  std::optional<double> guidance_scale;
  std::optional<std::uint64_t> seed;
  std::optional<Extent> extent;
  std::optional<int>
      clip_skip;  ///< hidden layer counted from the end, 1 = the last; absent where it is the model's own
  std::optional<RatioSplit> ratio;
  std::optional<SegmentSplit> segments;
  std::vector<NamedLora> loras;
  std::string model;                         ///< the checkpoint's name; may be empty
  std::vector<LeftOut> left_out;             ///< each kind with its details
  std::map<std::string, std::string> pairs;  ///< of a settings line: every key with its value, the understood ones too

  /// Nothing was understood.
  [[nodiscard]] bool is_empty() const;
  /// `request` with the fields that are present put in. Models and LoRAs are never changed: whoever knows where they
  /// are does that. A negative prompt that the text does not have is none.
  [[nodiscard]] GenerationRequest applied_to(GenerationRequest request) const;
};

/// The largest text that is taken apart.
inline constexpr std::size_t kLargestPictureText = 4U << 20U;

/// Decides whose texts these are, then reads them by that program's rules; nothing where none of them carries settings.
/// Our own request is not looked at. JSON never becomes a prompt. Never throws for odd content.
std::optional<PictureParameters> read_picture_texts(const std::vector<PictureText>& texts);

/// Reads the text of any program that keeps the web UI's grammar: prompt lines, `Negative prompt:` lines, a settings
/// line `Key: value, ...`. The settings line is the last that begins with `Steps:` or has three pairs, two of which are
/// known settings; lines behind it are notes of extensions. Without such a line all is prompt. Never throws for odd
/// content.
PictureParameters parse_a1111_parameters(std::string_view text);

}  // namespace tstitch
