#include "ui/generate/restore_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/captions.h"

namespace tstitch::ui {
namespace {

const QList<std::pair<RestoredPart, const char*>>& parts() {
  static const QList<std::pair<RestoredPart, const char*>> kParts{
      {RestoredPart::Prompt, QT_TRANSLATE_NOOP("RestoreDialog", "prompt")},
      {RestoredPart::Negative, QT_TRANSLATE_NOOP("RestoreDialog", "negative prompt")},
      {RestoredPart::Seed, QT_TRANSLATE_NOOP("RestoreDialog", "seed")},
      {RestoredPart::Steps, QT_TRANSLATE_NOOP("RestoreDialog", "steps")},
      {RestoredPart::Sampler, QT_TRANSLATE_NOOP("RestoreDialog", "sampler")},
      {RestoredPart::Guidance, QT_TRANSLATE_NOOP("RestoreDialog", "guidance")},
      {RestoredPart::Size, QT_TRANSLATE_NOOP("RestoreDialog", "size")},
      {RestoredPart::Split, QT_TRANSLATE_NOOP("RestoreDialog", "trajectory")},
      {RestoredPart::Models, QT_TRANSLATE_NOOP("RestoreDialog", "models")},
      {RestoredPart::Lora, QT_TRANSLATE_NOOP("RestoreDialog", "LoRA")},
      {RestoredPart::Controls, QT_TRANSLATE_NOOP("RestoreDialog", "controls")},
  };
  return kParts;
}

void takePart(GenerationRequest& request, const GenerationRequest& from, RestoredPart part) {
  switch (part) {
    case RestoredPart::Prompt:
      request.prompt = from.prompt;
      request.prompt_syntax = from.prompt_syntax;
      request.class_label = from.class_label;
      request.clip_skip = from.clip_skip;
      break;
    case RestoredPart::Negative:
      request.negative_prompt = from.negative_prompt;
      break;
    case RestoredPart::Seed:
      request.seed = from.seed;
      break;
    case RestoredPart::Steps:
      request.steps = from.steps;
      break;
    case RestoredPart::Sampler:
      request.sampler = from.sampler;
      request.spacing = from.spacing;
      request.eta = from.eta;
      break;
    case RestoredPart::Guidance:
      request.guidance_scale = from.guidance_scale;
      request.guidance_embedding = from.guidance_embedding;
      request.guided_channels = from.guided_channels;
      request.null_class = from.null_class;
      break;
    case RestoredPart::Size:
      request.extent = from.extent;
      request.micro_conditioning = from.micro_conditioning;
      break;
    case RestoredPart::Split:
      request.split = from.split;
      request.seam = from.seam;
      break;
    case RestoredPart::Models:
      request.denoisers = from.denoisers;
      request.vae = from.vae;
      request.text = from.text;
      request.weights = from.weights;
      request.decoder = from.decoder;
      break;
    case RestoredPart::Lora:
      request.loras = from.loras;
      request.embeddings = from.embeddings;
      break;
    case RestoredPart::Controls:
      request.controls = from.controls;
      break;
  }
}

}  // namespace

GenerationRequest withParts(GenerationRequest before, const GenerationRequest& picture,
                            const QList<RestoredPart>& parts) {
  for (const RestoredPart part : parts) takePart(before, picture, part);
  return before;
}

RestoreDialog::RestoreDialog(const GenerationRequest& before, const GenerationRequest& picture, QWidget* parent)
    : QDialog(parent) {
  setWindowTitle(tr("Restore settings"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(8);
  layout->addWidget(remark(tr("What the picture shall bring; the rest stays as it was before.")));
  for (const auto& [part, name] : parts()) {
    auto* tick = new QCheckBox(tr("Restore %1").arg(tr(name)));
    const bool differs = withParts(before, picture, {part}) != before;
    tick->setChecked(differs);
    tick->setEnabled(differs);
    layout->addWidget(tick);
    ticks_.append({part, tick});
  }
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->addButton(tr("Restore"), QDialogButtonBox::AcceptRole);
  layout->addSpacing(8);
  layout->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    Q_EMIT restoreWanted(chosen());
    accept();
  });
}

QList<RestoredPart> RestoreDialog::chosen() const {
  QList<RestoredPart> chosen;
  for (const auto& [part, tick] : ticks_) {
    if (tick->isChecked()) chosen << part;
  }
  return chosen;
}

}  // namespace tstitch::ui
