#include "ui/generate/import_report.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <vector>

namespace tstitch::ui {
namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("tstitch::ui", text);
}

QString wordFor(LeftOutKind kind) {
  switch (kind) {
    case LeftOutKind::Sampler:
      return tr("sampler and schedule");
    case LeftOutKind::Steps:
      return tr("steps");
    case LeftOutKind::Guidance:
      return tr("guidance");
    case LeftOutKind::Seed:
      return tr("seed");
    case LeftOutKind::Size:
      return tr("size");
    case LeftOutKind::ClipSkip:
      return tr("clip skip");
    case LeftOutKind::Hires:
      return tr("second pass (hires fix)");
    case LeftOutKind::Refiner:
      return tr("refiner");
    case LeftOutKind::ControlNet:
      return tr("ControlNet");
    case LeftOutKind::Detailer:
      return tr("ADetailer");
    case LeftOutKind::FaceRestoration:
      return tr("face restoration");
    case LeftOutKind::Vae:
      return tr("VAE");
    case LeftOutKind::Embedding:
      return tr("embeddings");
    case LeftOutKind::Hypernetwork:
      return tr("hypernetwork");
    case LeftOutKind::SourcePicture:
      return tr("source picture (image to image)");
    case LeftOutKind::Variation:
      return tr("variation seed");
    case LeftOutKind::Styles:
      return tr("styles");
    case LeftOutKind::Noise:
      return tr("noise of another generator");
    case LeftOutKind::Prompts:
      return tr("further prompts");
    case LeftOutKind::Scripts:
      return tr("extensions");
    case LeftOutKind::Nodes:
      return tr("nodes that change the model");
  }
  return {};
}

/// "hires fix, VAE (anime.vae), extensions": each kind once, in the order of the kinds.
QString leftOutList(const std::vector<LeftOut>& entries) {
  std::map<LeftOutKind, QStringList> byKind;
  for (const LeftOut& entry : entries) {
    if (entry.kind == LeftOutKind::Size) continue;  // has a sentence of its own
    QStringList& details = byKind[entry.kind];
    if (!entry.detail.empty()) details << QString::fromStdString(entry.detail);
  }
  QStringList words;
  for (const auto& [kind, details] : byKind) {
    const QString word = wordFor(kind);
    words << (details.isEmpty() ? word : QStringLiteral("%1 (%2)").arg(word, details.join(QStringLiteral(", "))));
  }
  return words.join(QStringLiteral(", "));
}

QString sizeSentence(const PictureParameters& parameters) {
  for (const LeftOut& entry : parameters.left_out) {
    if (entry.kind != LeftOutKind::Size) continue;
    const QString asked = QString::fromStdString(entry.detail);
    if (!parameters.extent) return tr("Its size %1 is none that can be drawn here.").arg(asked);
    return tr("Its size %1 was taken as %2x%3, multiples of 8.")
        .arg(asked)
        .arg(parameters.extent->width)
        .arg(parameters.extent->height);
  }
  return {};
}

QStringList takenFields(const PictureParameters& parameters, const QStringList& foundLoras) {
  QStringList fields;
  const auto note = [&](bool there, const QString& field) {
    if (there) fields << field;
  };
  note(parameters.prompt.has_value(), tr("prompt"));
  note(parameters.negative_prompt.has_value(), tr("negative prompt"));
  note(parameters.steps.has_value(), tr("steps"));
  note(parameters.sampler.has_value(), tr("sampler"));
  note(parameters.spacing.has_value(), tr("schedule"));
  note(parameters.guidance_scale.has_value(), tr("guidance"));
  note(parameters.seed.has_value(), tr("seed"));
  note(parameters.extent.has_value(), tr("size"));
  note(parameters.clip_skip.has_value(), tr("clip skip"));
  note(parameters.ratio.has_value() || parameters.segments.has_value(), tr("split"));
  for (const QString& lora : foundLoras) fields << tr("LoRA %1").arg(lora);
  return fields;
}

/// Why nothing was taken.
QString nothingTaken(PictureProgram program) {
  switch (program) {
    case PictureProgram::UnknownJson:
      return tr("This picture carries JSON of a program that is not known here; nothing was restored from it.");
    case PictureProgram::ComfyUi:
      return tr("This picture carries a ComfyUI graph without a sampler that is known here; nothing was restored.");
    default:
      break;
  }
  const QString name = QString::fromUtf8(name_of(program).data(), static_cast<qsizetype>(name_of(program).size()));
  return tr("This picture carries settings of %1, but none that is known here; nothing was restored.").arg(name);
}

QString takenSentence(const PictureParameters& parameters, const QStringList& foundLoras) {
  const std::string_view name = name_of(parameters.program);
  const QString fields = takenFields(parameters, foundLoras).join(QStringLiteral(", "));
  if (name.empty()) return tr("Restored from a text that names no program: %1.").arg(fields);
  return tr("Restored from %1: %2.").arg(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())), fields);
}

QString modelSentence(const PictureParameters& parameters) {
  if (parameters.model.empty()) return tr("The models stay as they are.");
  return tr("Its model %1 was not looked for: the models stay as they are, and so the picture will differ.")
      .arg(QString::fromStdString(parameters.model));
}

}  // namespace

QString importReport(const PictureParameters& parameters, const QStringList& foundLoras,
                     const QStringList& missingLoras) {
  if (parameters.is_empty()) return nothingTaken(parameters.program);
  QStringList sentences{takenSentence(parameters, foundLoras), sizeSentence(parameters)};
  const QString left = leftOutList(parameters.left_out);
  if (!left.isEmpty()) sentences << tr("Left out: %1.").arg(left);
  const bool noSampler = std::any_of(parameters.left_out.begin(), parameters.left_out.end(),
                                     [](const LeftOut& one) { return one.kind == LeftOutKind::Sampler; });
  if (noSampler) sentences << tr("Sampler and schedule stay as they are.");
  if (!missingLoras.isEmpty()) {
    sentences << tr("Not found in the model folders: LoRA %1.").arg(missingLoras.join(QStringLiteral(", LoRA ")));
  }
  sentences << modelSentence(parameters);
  sentences.removeAll(QString());
  return sentences.join(u' ');
}

}  // namespace tstitch::ui
