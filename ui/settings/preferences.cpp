#include "ui/settings/preferences.h"

#include <QDir>
#include <QStandardPaths>
#include <algorithm>
#include <array>
#include <utility>

namespace tstitch::ui {
namespace {

template <class T, std::size_t N>
using Words = std::array<std::pair<T, const char*>, N>;

constexpr Words<DeviceKind, 3> kDevices{
    {{DeviceKind::Auto, "auto"}, {DeviceKind::Cpu, "cpu"}, {DeviceKind::Cuda, "cuda"}}};
constexpr Words<Precision, 5> kPrecisions{{{Precision::Default, "default"},
                                           {Precision::Auto, "auto"},
                                           {Precision::Fp32, "fp32"},
                                           {Precision::Fp16, "fp16"},
                                           {Precision::Bf16, "bf16"}}};
constexpr Words<PreviewKind, 4> kPreviews{{{PreviewKind::None, "none"},
                                           {PreviewKind::Linear, "linear"},
                                           {PreviewKind::Tiny, "tiny"},
                                           {PreviewKind::Full, "full"}}};

template <class T, std::size_t N>
QVariant wordOf(const Words<T, N>& words, T value) {
  for (const auto& [choice, word] : words) {
    if (choice == value) return QString::fromLatin1(word);
  }
  return {};
}

template <class T, std::size_t N>
T choiceOf(const Words<T, N>& words, const QVariant& stored, T fallback) {
  for (const auto& [choice, word] : words) {
    if (stored.toString() == QLatin1String(word)) return choice;
  }
  return fallback;
}

}  // namespace

QVariant SettingText<DeviceKind>::toVariant(DeviceKind value) {
  return wordOf(kDevices, value);
}
DeviceKind SettingText<DeviceKind>::fromVariant(const QVariant& stored, DeviceKind fallback) {
  return choiceOf(kDevices, stored, fallback);
}

QVariant SettingText<Precision>::toVariant(Precision value) {
  return wordOf(kPrecisions, value);
}
Precision SettingText<Precision>::fromVariant(const QVariant& stored, Precision fallback) {
  return choiceOf(kPrecisions, stored, fallback);
}

QVariant SettingText<PreviewKind>::toVariant(PreviewKind value) {
  return wordOf(kPreviews, value);
}
PreviewKind SettingText<PreviewKind>::fromVariant(const QVariant& stored, PreviewKind fallback) {
  return choiceOf(kPreviews, stored, fallback);
}

RunSettings Preferences::runSettings() const {
  RunSettings settings;
  settings.device = device.get();
  settings.precision = precision.get();
  settings.threads = std::max(0, threads.get());
  return settings;
}

PreviewSettings Preferences::previewSettings() const {
  return {previewKind.get(), std::max(1, previewEvery.get())};
}

QString Preferences::effectiveOutputFolder() const {
  QString chosen = outputFolder.get();
  if (!chosen.isEmpty()) return chosen;
  return QDir(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)).filePath(QStringLiteral("T-Stitch"));
}

}  // namespace tstitch::ui
