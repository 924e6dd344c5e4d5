#include "ui/prompt/prompt_field.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>

#include "ui/prompt/prompt_places.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

PromptField::PromptField(const QString& name, const QString& placeholder, int lines, QWidget* parent)
    : QPlainTextEdit(parent), completer_(new QCompleter(this)) {
  setAccessibleName(name);
  setPlaceholderText(placeholder);
  setTabChangesFocus(true);
  setFixedHeight(fontMetrics().lineSpacing() * lines + 20);
  completer_->setModel(&offered_);
  completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
  completer_->setWidget(this);
  completer_->popup()->setAccessibleName(tr("Names"));
  connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &PromptField::insertName);
  connect(this, &QPlainTextEdit::textChanged, this, &PromptField::repaintLook);
}

void PromptField::replaceText(const QString& text) {
  if (text == toPlainText()) return;
  QTextCursor whole(document());
  whole.select(QTextCursor::Document);
  whole.insertText(text);
}

void PromptField::insertWord(const QString& word) {
  QTextCursor cursor = textCursor();
  cursor.setPosition(cursor.selectionEnd());
  const QString text = toPlainText();
  const QString before = text.left(cursor.position()).trimmed();
  const QString after = text.mid(cursor.position()).trimmed();
  QString piece = word;
  if (!before.isEmpty()) piece.prepend(before.endsWith(u',') ? QStringLiteral(" ") : QStringLiteral(", "));
  if (!after.isEmpty() && !after.startsWith(u',')) piece += QStringLiteral(", ");
  cursor.insertText(piece);
  setTextCursor(cursor);
}

void PromptField::setSyntax(PromptSyntax syntax) {
  syntax_ = syntax;
  repaintLook();
}

void PromptField::setNames(const PromptNames& names) {
  if (names == names_) return;
  names_ = names;
  repaintLook();
  if (completing_) showCompletions();
}

void PromptField::setWindows(const std::vector<qsizetype>& beginnings) {
  if (beginnings == windows_) return;
  windows_ = beginnings;
  viewport()->update();
}

void PromptField::repaintLook() {
  look_ = promptLook(toPlainText(), syntax_, names_);
  showLook(*document(), look_);
}

PromptStretch PromptField::selection(const PromptPlaces& places) const {
  const QTextCursor cursor = textCursor();
  return {places.byteAt(cursor.selectionStart()), places.byteAt(cursor.selectionEnd())};
}

void PromptField::weigh(int steps) {
  if (syntax_ == PromptSyntax::Plain) return;
  const PromptPlaces places(toPlainText());
  apply(places, change_weight(places.bytes(), selection(places), steps));
}

void PromptField::movePiece(int direction) {
  const PromptPlaces places(toPlainText());
  apply(places, move_piece(places.bytes(), selection(places), direction));
}

void PromptField::apply(const PromptPlaces& places, const std::optional<PromptChange>& change) {
  if (!change) return;
  QTextCursor cursor(document());
  const auto select = [&](const PromptPlaces& in, const PromptStretch& place) {
    cursor.setPosition(static_cast<int>(in.placeAt(place.begin)));
    cursor.setPosition(static_cast<int>(in.placeAt(place.end)), QTextCursor::KeepAnchor);
  };
  select(places, change->place);
  cursor.insertText(QString::fromStdString(change->text));
  select(PromptPlaces(toPlainText()), change->selection);
  setTextCursor(cursor);
}

void PromptField::recall(int direction) {
  const auto text = direction < 0 ? history_.earlier(toPlainText()) : history_.later(toPlainText());
  if (!text) return;
  replaceText(*text);
  moveCursor(QTextCursor::End);
}

void PromptField::complete() {
  completing_ = true;
  Q_EMIT namesWanted();
  showCompletions();
}

void PromptField::endCompletion() {
  completing_ = false;
  completer_->popup()->hide();
}

void PromptField::showCompletions() {
  const auto beginning =
      textCursor().hasSelection() ? std::nullopt : nameBeforeCursor(toPlainText(), textCursor().position());
  const QStringList names = beginning ? namesFor(*beginning, names_) : QStringList();
  const bool isDone = names.size() == 1 && names.first() == beginning->text;
  if (names.isEmpty() || isDone) return completer_->popup()->hide();
  if (offered_.stringList() != names) offered_.setStringList(names);
  QRect place = cursorRect();
  place.setWidth(completer_->popup()->sizeHintForColumn(0) +
                 completer_->popup()->verticalScrollBar()->sizeHint().width() + 8);
  completer_->complete(place);
  completer_->popup()->setCurrentIndex(completer_->completionModel()->index(0, 0));
}

/// A LoRA's tag is closed with its weight, where none stands there yet.
void PromptField::insertName(const QString& name) {
  const QString text = toPlainText();
  QTextCursor cursor = textCursor();
  const auto beginning = nameBeforeCursor(text, cursor.position());
  if (!beginning) return;
  const QString rest = text.mid(cursor.position(), 1);
  const bool isOpen =
      beginning->kind == NameBeginning::Kind::Lora && rest != QLatin1String(":") && rest != QLatin1String(">");
  cursor.setPosition(static_cast<int>(beginning->begin), QTextCursor::KeepAnchor);
  cursor.insertText(isOpen ? name + QStringLiteral(":1>") : name);
  setTextCursor(cursor);
  endCompletion();
}

void PromptField::keyPressEvent(QKeyEvent* event) {
  if (completer_->popup()->isVisible()) {
    switch (event->key()) {
      case Qt::Key_Enter:
      case Qt::Key_Return:
      case Qt::Key_Tab:
      case Qt::Key_Escape:
        return event->ignore();  // the list's
      default:
        break;
    }
  }
  const QString before = toPlainText();
  QPlainTextEdit::keyPressEvent(event);
  if (toPlainText() == before) return;
  if (nameBeforeCursor(toPlainText(), textCursor().position())) {
    complete();
  } else {
    endCompletion();
  }
}

/// A line where a further window of the encoder begins.
void PromptField::paintEvent(QPaintEvent* event) {
  QPlainTextEdit::paintEvent(event);
  if (windows_.empty()) return;
  QPainter painter(viewport());
  painter.setPen(QPen(colours().focus, 1, Qt::DashLine));
  for (const qsizetype place : windows_) {
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(place));
    const QRect at = cursorRect(cursor);
    painter.drawLine(at.topLeft(), at.bottomLeft());
  }
}

void PromptField::changeEvent(QEvent* event) {
  QPlainTextEdit::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) repaintLook();
}

}  // namespace tstitch::ui
