#include "ui/settings/first_version.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QString>
#include <QVariant>
#include <initializer_list>
#include <utility>

#include "core/request/names.h"
#include "ui/convert/local_files.h"

namespace tstitch::ui {
namespace {

constexpr auto kKeys = {"largeFolder", "smallFolder", "vae",   "prompt",   "negativePrompt", "promptSyntax",
                        "class",       "ratio",       "steps", "sampler",  "schedule",       "guidance",
                        "width",       "height",      "seed",  "controls", "loras"};

QString keyOf(const char* name) {
  return QStringLiteral("create/") + QLatin1String(name);
}

template <class Choice>
void readChoice(const QString& spelling, Choice& choice) {
  choice = choice_named<Choice>(spelling.toStdString()).value_or(choice);
}

/// One entry of the JSON that the lists of additions were kept in.
class Entry {
 public:
  explicit Entry(QJsonObject object) : object_(std::move(object)) {}

  [[nodiscard]] QString text(const char* key) const { return object_.value(QLatin1String(key)).toString(); }
  [[nodiscard]] bool truth(const char* key) const { return object_.value(QLatin1String(key)).toBool(); }
  void read(const char* key, double& number) const { number = object_.value(QLatin1String(key)).toDouble(number); }
  [[nodiscard]] std::optional<DenoiserName> denoiser() const {
    return text("on").isEmpty() ? std::nullopt : std::optional(text("on").toStdString());
  }

 private:
  QJsonObject object_;
};

ControlChoice controlOf(const Entry& entry) {
  ControlChoice control;
  readChoice(entry.text("kind"), control.kind);
  control.picture = referenceTo(PictureReference{}, entry.text("picture"));
  control.model = referenceTo(ModelReference{}, entry.text("model"));
  control.is_map = entry.truth("map");
  if (!entry.text("annotator").isEmpty()) control.annotator = referenceTo(ModelReference{}, entry.text("annotator"));
  if (control.kind == ControlKind::Canny) {
    entry.read("low", control.thresholds.low);
    entry.read("high", control.thresholds.high);
  }
  entry.read("weight", control.scale);
  entry.read("start", control.start);
  entry.read("end", control.end);
  control.denoiser = entry.truth("off") ? DenoiserName() : entry.denoiser();
  return control;
}

LoraChoice loraOf(const Entry& entry) {
  LoraChoice lora;
  lora.model = referenceTo(ModelReference{}, entry.text("file"));
  entry.read("strength", lora.strength);
  lora.denoiser = entry.denoiser();
  return lora;
}

template <class Choice>
std::vector<Choice> listOf(const QVariant& stored, Choice (*read)(const Entry&)) {
  std::vector<Choice> choices;
  const QJsonArray all = QJsonDocument::fromJson(stored.toString().toUtf8()).array();
  for (const auto& value : all) {
    if (value.isObject()) choices.push_back(read(Entry(value.toObject())));
  }
  return choices;
}

}  // namespace

std::optional<GenerationRequest> requestOfFirstVersion(const QSettings& file) {
  const auto value = [&](const char* name) { return file.value(keyOf(name)); };
  const auto number = [&](const char* name, auto fallback) {
    return file.contains(keyOf(name)) ? value(name).template value<decltype(fallback)>() : fallback;
  };
  if (!file.contains(keyOf("prompt"))) return std::nullopt;
  GenerationRequest request;
  request.prompt = value("prompt").toString().toStdString();
  const std::string negative = value("negativePrompt").toString().toStdString();
  if (!negative.empty()) request.negative_prompt = negative;
  request.prompt_syntax = PromptSyntax::Weighted;
  readChoice(value("promptSyntax").toString(), request.prompt_syntax);
  if (number("class", -1) >= 0) request.class_label = number("class", -1);
  for (const auto& [name, key] : {std::pair{"small", "smallFolder"}, {"large", "largeFolder"}}) {
    const QString place = value(key).toString();
    if (!place.isEmpty()) request.denoisers.push_back({name, referenceTo(ModelReference{}, place), {}});
  }
  if (!value("vae").toString().isEmpty()) request.vae = referenceTo(ModelReference{}, value("vae").toString());
  request.split = RatioSplit{{Percent{number("ratio", 40)}}, SplitRule::Floor};
  request.extent = {number("width", 0), number("height", 0)};
  request.steps = number("steps", request.steps);
  readChoice(value("sampler").toString(), request.sampler);
  readChoice(value("schedule").toString(), request.spacing);
  request.guidance_scale = number("guidance", request.guidance_scale);
  request.seed = value("seed").toString().toULongLong();
  request.controls = listOf<ControlChoice>(value("controls"), controlOf);
  request.loras = listOf<LoraChoice>(value("loras"), loraOf);
  return request;
}

void removeSettingsOfFirstVersion(QSettings& file) {
  for (const char* name : kKeys) file.remove(keyOf(name));
}

}  // namespace tstitch::ui
