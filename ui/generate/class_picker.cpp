#include "ui/generate/class_picker.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/error.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/window_words.h"

namespace tstitch::ui {
namespace {

constexpr int kShownEntries = 12;

QString entryOf(int label, const ClassNames& names) {
  const auto index = static_cast<std::size_t>(label);
  if (index >= names.size()) return QString::number(label);
  return QStringLiteral("%1: %2").arg(label).arg(QString::fromStdString(names[index]));
}

}  // namespace

ClassPicker::ClassPicker(QWidget* parent)
    : QWidget(parent), text_(new QLineEdit), list_(new QToolButton), found_(remark()), chips_(new ChipRow) {
  text_->setAccessibleName(tr("Class"));
  text_->setPlaceholderText(tr("A class: its name or number"));
  list_->setAccessibleName(tr("List of classes"));
  list_->setToolTip(tr("Show all classes"));
  auto* completer = new QCompleter(&entries_, this);
  completer->setFilterMode(Qt::MatchContains);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setMaxVisibleItems(kShownEntries);
  text_->setCompleter(completer);
  auto* row = new QHBoxLayout;
  row->setSpacing(4);
  row->addWidget(text_, 1);
  row->addWidget(list_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(heading(tr("Class")));
  layout->addLayout(row);
  layout->addWidget(found_);
  layout->addWidget(chips_);
  setFocusProxy(text_);
  repaintIcons();
  connect(text_, &QLineEdit::textChanged, this, &ClassPicker::read);
  connect(list_, &QToolButton::clicked, this, &ClassPicker::showAll);
  connect(chips_, &ChipRow::chosen, this, [this](const QString& example) {
    const QString before = text_->text();
    setText(example);
    if (before != example) Q_EMIT exampleTaken(before);
  });
  read();
}

void ClassPicker::setClasses(int count, const ClassNames& names) {
  if (count == count_ && names == names_) return;
  count_ = count;
  names_ = names;
  QStringList entries;
  for (int label = 0; label < count; ++label) entries << entryOf(label, names);
  entries_.setStringList(entries);
  read();
}

void ClassPicker::setExamples(const std::vector<std::string>& classes) {
  chips_->setTexts(classes);
}

/// As if typed: Ctrl+Z brings back what stood there.
void ClassPicker::setText(const QString& text) {
  text_->selectAll();
  text_->insert(text);
}

void ClassPicker::setLabel(int label) {
  text_->setText(QString::number(label));
}

QString ClassPicker::shownClass() const {
  return label_ ? entryOf(*label_, names_) : QString();
}

/// An entry of the list begins with its number, which is a class by itself.
void ClassPicker::read() {
  const QString text = text_->text().trimmed();
  const QString number = text.section(u':', 0, 0);
  label_.reset();
  problem_.clear();
  if (text.isEmpty()) {
    problem_ = tr("Choose a class.");
  } else if (count_ > 0) {
    try {
      const QString asked = entries_.stringList().contains(text) ? number : plainDigits(text);
      label_ = parse_class(asked.toStdString(), count_, names_);
    } catch (const Error& error) {
      problem_ = tr("Class: %1").arg(inWindowWords(error.sentence()));
    }
  }
  found_->setText(shownClass() == text ? QString() : shownClass());
  found_->setVisible(!found_->text().isEmpty());
  Q_EMIT changed();
}

void ClassPicker::showAll() {
  text_->setFocus();
  text_->completer()->setCompletionPrefix({});
  text_->completer()->complete();
}

void ClassPicker::repaintIcons() {
  list_->setIcon(lineIcon(QStringLiteral("list"), colours().text));
}

}  // namespace tstitch::ui
