#pragma once

#include <QComboBox>
#include <QString>
#include <string_view>

#include "core/request/names.h"
#include "ui/generate/choice_names.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {

/// A combo box over all values of a choice of names.h, in the window's words.
template <class Choice>
QComboBox* choiceField(const QString& name = {}) {
  auto* field = new QComboBox;
  for (const std::string_view spelling : all_names<Choice>()) {
    const Choice choice = *choice_named<Choice>(spelling);
    field->addItem(shownName(choice), static_cast<int>(choice));
  }
  field->setAccessibleName(name);
  // The longest entry need not fit into the closed field, which would widen the whole panel.
  field->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  field->setMinimumContentsLength(6);
  guardWheel(field);
  return field;
}

template <class Choice>
Choice chosen(const QComboBox* field) {
  return static_cast<Choice>(field->currentData().toInt());
}

template <class Choice>
void choose(QComboBox* field, Choice choice) {
  field->setCurrentIndex(field->findData(static_cast<int>(choice)));
}

/// The spelling of names.h, for settings files.
template <class Choice>
QString spellingOf(Choice choice) {
  const std::string_view name = name_of(choice);
  return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

template <class Choice>
Choice choiceSpelled(const QString& spelling, Choice fallback) {
  return choice_named<Choice>(spelling.toStdString()).value_or(fallback);
}

}  // namespace tstitch::ui
