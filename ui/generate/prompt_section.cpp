#include "ui/generate/prompt_section.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include "ui/widgets/captions.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {
namespace {

QPlainTextEdit* textField(const QString& name, const QString& placeholder, int lines) {
  auto* field = new QPlainTextEdit;
  field->setAccessibleName(name);
  field->setPlaceholderText(placeholder);
  field->setTabChangesFocus(true);
  field->setFixedHeight(field->fontMetrics().lineSpacing() * lines + 20);
  return field;
}

}  // namespace

PromptSection::PromptSection(QWidget* parent)
    : QWidget(parent),
      prompt_(textField(tr("Prompt"), tr("What should the picture show?"), 3)),
      negativePrompt_(textField(tr("Negative prompt"), tr("Negative prompt: what to keep out"), 1)),
      syntax_(new QComboBox),
      chips_(new ChipRow) {
  syntax_->addItem(tr("Weighted (x:1.2)"), static_cast<int>(PromptSyntax::Weighted));
  syntax_->addItem(tr("Plain text"), static_cast<int>(PromptSyntax::Plain));
  syntax_->setAccessibleName(tr("Prompt syntax"));
  syntax_->setObjectName(QStringLiteral("quiet"));
  syntax_->setToolTip(tr("How brackets in the prompt are read"));
  guardWheel(syntax_);
  auto* head = new QHBoxLayout;
  head->addWidget(heading(tr("Prompt")), 1);
  head->addWidget(syntax_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addLayout(head);
  layout->addWidget(prompt_);
  layout->addWidget(chips_);
  layout->addWidget(negativePrompt_);
  connect(prompt_, &QPlainTextEdit::textChanged, this, &PromptSection::changed);
  connect(negativePrompt_, &QPlainTextEdit::textChanged, this, &PromptSection::changed);
  connect(syntax_, &QComboBox::currentIndexChanged, this, &PromptSection::changed);
  connect(chips_, &ChipRow::chosen, prompt_, &QPlainTextEdit::setPlainText);
  setFocusProxy(prompt_);
}

std::string PromptSection::prompt() const {
  return prompt_->toPlainText().toStdString();
}

std::optional<std::string> PromptSection::negativePrompt() const {
  const QString text = negativePrompt_->toPlainText();
  return text.isEmpty() ? std::nullopt : std::optional(text.toStdString());
}

PromptSyntax PromptSection::syntax() const {
  return static_cast<PromptSyntax>(syntax_->currentData().toInt());
}

void PromptSection::setTexts(const QString& prompt, const QString& negativePrompt) {
  if (prompt != prompt_->toPlainText()) prompt_->setPlainText(prompt);
  if (negativePrompt != negativePrompt_->toPlainText()) negativePrompt_->setPlainText(negativePrompt);
}

void PromptSection::setSyntax(PromptSyntax syntax) {
  syntax_->setCurrentIndex(syntax_->findData(static_cast<int>(syntax)));
}

void PromptSection::setExamples(const std::vector<std::string>& prompts) {
  chips_->setTexts(prompts);
}

}  // namespace tstitch::ui
