#include "ui/generate/prompt_section.h"

#include <QComboBox>
#include <QLabel>
#include <QStyle>
#include <QTextCursor>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/prompt/prompt_field.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/number_fields.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMostWords = 6;
constexpr int kMostSuggestions = 5;

}  // namespace

PromptSection::PromptSection(QWidget* parent)
    : QWidget(parent),
      prompt_(new PromptField(tr("Prompt"), tr("What should the picture show?"), 4)),
      negativePrompt_(new PromptField(tr("Negative prompt"), tr("Negative prompt: what to keep out"), 1)),
      syntax_(new QComboBox),
      tokens_(new QLabel),
      unknown_(remark()),
      chips_(new ChipRow) {
  syntax_->addItem(tr("Weighted (x:1.2)"), static_cast<int>(PromptSyntax::Weighted));
  syntax_->addItem(tr("Plain text"), static_cast<int>(PromptSyntax::Plain));
  syntax_->setAccessibleName(tr("Prompt syntax"));
  syntax_->setObjectName(QStringLiteral("quiet"));
  syntax_->setToolTip(tr("How brackets in the prompt are read"));
  guardWheel(syntax_);
  tokens_->setObjectName(QStringLiteral("muted"));
  auto* head = new QHBoxLayout;
  head->setSpacing(8);
  head->addWidget(heading(tr("Prompt")), 1);
  head->addWidget(tokens_);
  head->addWidget(syntax_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addLayout(head);
  layout->addWidget(prompt_);
  layout->addWidget(unknown_);
  layout->addWidget(chips_);
  layout->addWidget(negativePrompt_);
  unknown_->hide();
  connect(prompt_, &QPlainTextEdit::textChanged, this, &PromptSection::showPrompt);
  connect(prompt_, &QPlainTextEdit::textChanged, this, &PromptSection::changed);
  connect(negativePrompt_, &QPlainTextEdit::textChanged, this, &PromptSection::changed);
  for (PromptField* field : {prompt_, negativePrompt_}) {
    connect(field, &PromptField::namesWanted, this, &PromptSection::namesWanted);
    connect(syntax_, &QComboBox::currentIndexChanged, field, [this, field] { field->setSyntax(syntax()); });
  }
  connect(syntax_, &QComboBox::currentIndexChanged, this, &PromptSection::showPrompt);
  connect(syntax_, &QComboBox::currentIndexChanged, this, &PromptSection::changed);
  connect(chips_, &ChipRow::chosen, this, [this](const QString& example) {
    const QString before = prompt_->toPlainText();
    prompt_->replaceText(example);
    if (before != example) Q_EMIT exampleTaken(before);
  });
  setFocusProxy(prompt_);
  orderFocus();
  showPrompt();
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
  setPrompt(prompt);
  negativePrompt_->replaceText(negativePrompt);
}

void PromptSection::insertWord(const QString& word) {
  prompt_->insertWord(word);
}

void PromptSection::setPrompt(const QString& prompt) {
  prompt_->replaceText(prompt);
}

void PromptSection::setSyntax(PromptSyntax syntax) {
  syntax_->setCurrentIndex(syntax_->findData(static_cast<int>(syntax)));
}

void PromptSection::setExamples(const std::vector<std::string>& prompts) {
  chips_->setTexts(prompts);
  orderFocus();
}

/// Widgets made later come last in the tab key's order, wherever they stand.
void PromptSection::orderFocus() {
  QWidget* before = prompt_;
  for (QWidget* stop : QList<QWidget*>{syntax_} + chips_->chips() + QList<QWidget*>{negativePrompt_}) {
    setTabOrder(before, stop);
    before = stop;
  }
}

void PromptSection::setTokenCounter(TokenCounter counter) {
  counter_ = std::move(counter);
  showPrompt();
}

void PromptSection::showPrompt() {
  showTokens();
  markUnknownWords();
}

void PromptSection::showTokens() {
  const auto fill = counter_.fillOf(prompt_->toPlainText(), syntax());
  cutFrom_ = fill ? fill->cutFrom : std::nullopt;
  prompt_->setWindows(fill ? fill->windowsFrom : std::vector<qsizetype>());
  const QString text = fill ? tr("%1 of %2").arg(fill->tokens).arg(fill->of) : tr("not known");
  tokens_->setText(fill ? text : QString());
  tokens_->setAccessibleName(tr("Tokens: %1").arg(text));
  const QString tip = prompt_->windows().empty()
                          ? tr("Tokens of the prompt and how many fit, with the marks of its start and its end")
                          : tr("Behind each dashed line a further window of the text encoder begins.");
  tokens_->setToolTip(cutFrom_ ? tr("What is struck through is cut: the model does not see it.") : tip);
  tokens_->setObjectName(cutFrom_ ? QStringLiteral("problem") : QStringLiteral("muted"));
  tokens_->style()->polish(tokens_);
}

void PromptSection::setNames(const PromptNames& names) {
  for (PromptField* field : {prompt_, negativePrompt_}) field->setNames(names);
  markUnknownWords();
}

const QStringList& PromptSection::usedPrompts() const {
  return prompt_->history().prompts();
}

const QStringList& PromptSection::usedNegativePrompts() const {
  return negativePrompt_->history().prompts();
}

void PromptSection::setUsedPrompts(const QStringList& prompts, const QStringList& negativePrompts) {
  prompt_->history().setPrompts(prompts);
  negativePrompt_->history().setPrompts(negativePrompts);
}

void PromptSection::remember() {
  for (PromptField* field : {prompt_, negativePrompt_}) field->remember();
}

void PromptSection::setKnownWords(const KnownWords& words, const QString& pairTitle) {
  known_ = words;
  pairTitle_ = pairTitle;
  markUnknownWords();
}

void PromptSection::markUnknownWords() {
  const QString text = prompt_->toPlainText();
  QList<QTextEdit::ExtraSelection> marks;
  QStringList words;
  const auto isWord = [this](const WordPlace& place) {
    const QList<PromptSpan>& others = prompt_->look().noWords;
    return std::none_of(others.begin(), others.end(), [&](const PromptSpan& other) {
      return other.start <= place.start && place.start < other.start + other.length;
    });
  };
  for (const WordPlace& place : known_.unknownIn(text)) {
    if (!isWord(place)) continue;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(prompt_->document());
    mark.cursor.setPosition(static_cast<int>(place.start));
    mark.cursor.setPosition(static_cast<int>(place.start + place.length), QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(colours().error);
    marks << mark;
    const QString word = text.mid(place.start, place.length);
    if (!words.contains(word)) words << word;
  }
  if (cutFrom_) {
    QTextEdit::ExtraSelection cut;
    cut.cursor = QTextCursor(prompt_->document());
    cut.cursor.setPosition(static_cast<int>(*cutFrom_));
    cut.cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cut.format.setFontStrikeOut(true);
    cut.format.setForeground(colours().muted);
    marks << cut;
  }
  prompt_->setExtraSelections(marks);
  unknown_->setVisible(!words.isEmpty());
  if (words.isEmpty()) return;
  unknown_->setText(tr("Not known to %1: %2. It draws %3 things: try %4.")
                        .arg(pairTitle_, words.mid(0, kMostWords).join(QStringLiteral(", ")),
                             QString::number(known_.conceptCount()),
                             known_.suggestionsFor(words, kMostSuggestions).join(QStringLiteral(", "))));
}

}  // namespace tstitch::ui
