#include "ui/compare/setting_table.h"

#include <QCoreApplication>
#include <QStringList>
#include <array>
#include <utility>

namespace tstitch::ui {
namespace {

/// Words for parts of the way that are not their own: those of a list come without the list's name.
QString wordFor(const QString& part) {
  struct Word {
    const char* part;
    const char* word;
  };
  static constexpr std::array kWords{
      Word{"guidance_scale", QT_TRANSLATE_NOOP("SettingWords", "guidance")},
      Word{"negative_prompt", QT_TRANSLATE_NOOP("SettingWords", "negative prompt")},
      Word{"prompt_syntax", QT_TRANSLATE_NOOP("SettingWords", "prompt syntax")},
      Word{"clip_skip", QT_TRANSLATE_NOOP("SettingWords", "clip skip")},
      Word{"vae", QT_TRANSLATE_NOOP("SettingWords", "VAE")},
      Word{"loras", QT_TRANSLATE_NOOP("SettingWords", "LoRA")},
      Word{"controls", QT_TRANSLATE_NOOP("SettingWords", "control")},
      Word{"embeddings", QT_TRANSLATE_NOOP("SettingWords", "embedding")},
      Word{"segments", QT_TRANSLATE_NOOP("SettingWords", "segments")},
      Word{"spacing", QT_TRANSLATE_NOOP("SettingWords", "schedule")},
      Word{"denoisers", ""},
  };
  for (const Word& word : kWords) {
    if (part == QLatin1String(word.part)) return QCoreApplication::translate("SettingWords", word.word);
  }
  return QString(part).replace(u'_', u' ');
}

QString valueText(const std::optional<std::string>& value) {
  return value ? QString::fromStdString(*value) : QCoreApplication::translate("SettingWords", "none");
}

}  // namespace

QString settingWords(const std::string& field) {
  QStringList words;
  for (const QString& part : QString::fromStdString(field).split(u'.')) words << wordFor(part);
  words.removeAll(QString());
  return words.join(u' ');
}

void SettingDifferenceModel::show(std::vector<SettingDifference> differences) {
  if (differences == differences_) return;
  beginResetModel();
  differences_ = std::move(differences);
  endResetModel();
}

int SettingDifferenceModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(differences_.size());
}

QVariant SettingDifferenceModel::data(const QModelIndex& index, int role) const {
  const bool shown = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::AccessibleTextRole;
  if (!index.isValid() || !shown) return {};
  const SettingDifference& one = differences_.at(static_cast<std::size_t>(index.row()));
  return QStringLiteral("%1: %2 / %3").arg(settingWords(one.field), valueText(one.a), valueText(one.b));
}

}  // namespace tstitch::ui
