#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/picture_text/picture_text_reading.h"
#include "core/picture_text/picture_text_samplers.h"

namespace tstitch {

/// How the readers of picture_text_reading.h fill in what they find: a value that no request can have is left out by
/// its kind. Empty texts are absent values.
class ParametersDraft {
 public:
  explicit ParametersDraft(PictureProgram program) { made_.program = program; }

  void prompt(std::string_view text);
  void negative_prompt(std::string_view text);
  /// The prompt's `<lora:name:weight>` leave its words; other tags are left out by their kind.
  void prompt_with_tags(std::string_view text);
  void steps(const std::string& value);
  void guidance(const std::string& value);
  void seed(const std::string& value);
  /// Width and height of a picture.
  void size(const std::string& width, const std::string& height);
  /// Hidden layer counted from the end; 1 is not said where it stands for the model's own.
  void clip_skip(const std::string& value);
  void sampler(const std::optional<SamplerSetting>& known, std::string_view sampler, std::string_view schedule);
  /// `name` may be a path with an ending.
  void lora(std::string_view name, const std::string& strength);
  void model(std::string_view name);
  void leave_out(LeftOutKind kind, std::string_view detail = {});

  PictureParameters& made() { return made_; }
  PictureParameters take() { return std::move(made_); }

 private:
  PictureParameters made_;
};

/// A file's name without folders (of either system) and without a model file's ending.
std::string model_stem(std::string_view path);

/// JSON as these programs write it, NaN and Infinity read as null; nothing where it is none or breaks a limit.
std::optional<nlohmann::json> read_program_json(std::string_view text);

/// A field as text, numbers in decimal; empty where it is absent or of another kind.
std::string text_at(const nlohmann::json& object, std::string_view key);
/// An object's field, or an empty object.
const nlohmann::json& object_at(const nlohmann::json& object, std::string_view key);
const nlohmann::json& array_at(const nlohmann::json& object, std::string_view key);
bool has_any(const nlohmann::json& object, std::initializer_list<std::string_view> keys);

/// JSON by its shape; nothing where it is not that program's.
std::optional<PictureParameters> read_swarm_json(const nlohmann::json& json);
std::optional<PictureParameters> read_fooocus_json(const nlohmann::json& json);
std::optional<PictureParameters> read_invoke_json(const nlohmann::json& json);
std::optional<PictureParameters> read_draw_things_json(const nlohmann::json& json);
std::optional<PictureParameters> read_novelai_json(const nlohmann::json& json);
/// A prompt graph or a workflow.
std::optional<PictureParameters> read_comfy_json(const nlohmann::json& json);

/// InvokeAI's old command line: `"a red fox [blurry]" -s 28 -S 4242 -W 512 -H 512 -C 7.5 -A k_lms`.
std::optional<PictureParameters> read_invoke_command(std::string_view text);

/// The JSON that Draw Things puts into an XMP packet's UserComment; empty where there is none.
std::string draw_things_comment(std::string_view xmp);

}  // namespace tstitch
