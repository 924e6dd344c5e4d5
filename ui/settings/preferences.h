#pragma once

#include <QString>
#include <QStringList>

#include "core/engine/settings.h"
#include "ui/settings/setting.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

template <>
struct SettingText<ThemeChoice> {
  static QVariant toVariant(ThemeChoice value) { return nameOf(value); }
  static ThemeChoice fromVariant(const QVariant& stored, ThemeChoice) { return themeNamed(stored.toString()); }
};

template <>
struct SettingText<DeviceKind> {
  static QVariant toVariant(DeviceKind value);
  static DeviceKind fromVariant(const QVariant& stored, DeviceKind fallback);
};

template <>
struct SettingText<Precision> {
  static QVariant toVariant(Precision value);
  static Precision fromVariant(const QVariant& stored, Precision fallback);
};

template <>
struct SettingText<PreviewKind> {
  static QVariant toVariant(PreviewKind value);
  static PreviewKind fromVariant(const QVariant& stored, PreviewKind fallback);
};

/// The user's taste, kept in one file. Where the window stood and what was last asked for is state (studio_state.h).
class Preferences {
  QSettings file_;

 public:
  explicit Preferences(const QString& path) : file_(path, QSettings::IniFormat) {}

  Setting<ThemeChoice> theme{file_, QStringLiteral("look/theme"), ThemeChoice::System};
  Setting<QString> outputFolder{file_, QStringLiteral("output/folder"), QString()};  ///< empty: the pictures folder
  Setting<bool> metadata{file_, QStringLiteral("output/metadata"), true};
  Setting<PreviewKind> previewKind{file_, QStringLiteral("preview/kind"), PreviewKind::Linear};
  Setting<int> previewEvery{file_, QStringLiteral("preview/everyEvaluations"), 1};
  /// Neighbouring ratios are finished in memory while nothing else is to do.
  Setting<bool> idlePictures{file_, QStringLiteral("play/idlePictures"), true};
  Setting<DeviceKind> device{file_, QStringLiteral("engine/device"), DeviceKind::Auto};
  Setting<Precision> precision{file_, QStringLiteral("engine/precision"), Precision::Auto};
  Setting<QStringList> engines{file_, QStringLiteral("engine/commands"), QStringList()};  ///< beside the first
  Setting<int> threads{file_, QStringLiteral("engine/threads"), 0};

  /// Of a command (ui/help/commands.h), where the user chose others: portable text.
  [[nodiscard]] Setting<QString> key(const QString& command) {
    return {file_, QStringLiteral("keys/") + command, QString()};
  }
  void removeKey(const QString& command) { file_.remove(QStringLiteral("keys/") + command); }

  [[nodiscard]] RunSettings runSettings() const;
  [[nodiscard]] PreviewSettings previewSettings() const;
  /// The chosen folder, or `T-Stitch` among the user's pictures.
  [[nodiscard]] QString effectiveOutputFolder() const;
};

}  // namespace tstitch::ui
