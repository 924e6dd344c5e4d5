#include "ui/generate/restore_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/captions.h"

namespace tstitch::ui {
namespace {

const QList<std::pair<RestoredSetting, const char*>>& restorable() {
  static const QList<std::pair<RestoredSetting, const char*>> kRestorable{
      {RestoredSetting::Prompt, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "prompt")},
      {RestoredSetting::Negative, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "negative prompt")},
      {RestoredSetting::Seed, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "seed")},
      {RestoredSetting::Steps, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "steps")},
      {RestoredSetting::Sampler, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "sampler")},
      {RestoredSetting::Guidance, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "guidance")},
      {RestoredSetting::Size, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "size")},
      {RestoredSetting::Split, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "trajectory")},
      {RestoredSetting::Models, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "models")},
      {RestoredSetting::Lora, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "LoRA")},
      {RestoredSetting::Controls, QT_TRANSLATE_NOOP("tstitch::ui::RestoreDialog", "controls")},
  };
  return kRestorable;
}

void takeSetting(GenerationRequest& request, const GenerationRequest& from, RestoredSetting setting) {
  switch (setting) {
    case RestoredSetting::Prompt:
      request.prompt = from.prompt;
      request.prompt_syntax = from.prompt_syntax;
      request.class_label = from.class_label;
      request.clip_skip = from.clip_skip;
      break;
    case RestoredSetting::Negative:
      request.negative_prompt = from.negative_prompt;
      break;
    case RestoredSetting::Seed:
      request.seed = from.seed;
      break;
    case RestoredSetting::Steps:
      request.steps = from.steps;
      break;
    case RestoredSetting::Sampler:
      request.sampler = from.sampler;
      request.spacing = from.spacing;
      request.eta = from.eta;
      break;
    case RestoredSetting::Guidance:
      request.guidance_scale = from.guidance_scale;
      request.guidance_embedding = from.guidance_embedding;
      request.guided_channels = from.guided_channels;
      request.null_class = from.null_class;
      break;
    case RestoredSetting::Size:
      request.extent = from.extent;
      request.micro_conditioning = from.micro_conditioning;
      break;
    case RestoredSetting::Split:
      request.split = from.split;
      request.seam = from.seam;
      break;
    case RestoredSetting::Models:
      request.denoisers = from.denoisers;
      request.vae = from.vae;
      request.text = from.text;
      request.weights = from.weights;
      request.decoder = from.decoder;
      break;
    case RestoredSetting::Lora:
      request.loras = from.loras;
      request.embeddings = from.embeddings;
      break;
    case RestoredSetting::Controls:
      request.controls = from.controls;
      break;
  }
}

}  // namespace

GenerationRequest withSettings(GenerationRequest before, const GenerationRequest& picture,
                               const QList<RestoredSetting>& settings) {
  for (const RestoredSetting setting : settings) takeSetting(before, picture, setting);
  return before;
}

RestoreDialog::RestoreDialog(const GenerationRequest& before, const GenerationRequest& picture, QWidget* parent)
    : QDialog(parent) {
  setWindowTitle(tr("Restore settings"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 24, 24, 16);
  layout->setSpacing(8);
  layout->addWidget(remark(tr("What the picture shall bring; the rest stays as it was before.")));
  for (const auto& [setting, name] : restorable()) {
    auto* tick = new QCheckBox(tr("Restore %1").arg(tr(name)));
    const bool differs = withSettings(before, picture, {setting}) != before;
    tick->setChecked(differs);
    tick->setEnabled(differs);
    layout->addWidget(tick);
    ticks_.append({setting, tick});
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

QList<RestoredSetting> RestoreDialog::chosen() const {
  QList<RestoredSetting> chosen;
  for (const auto& [setting, tick] : ticks_) {
    if (tick->isChecked()) chosen << setting;
  }
  return chosen;
}

}  // namespace tstitch::ui
