#include "ui/settings/studio_state.h"

#include <QFileInfo>
#include <QUrl>

#include "core/base/error.h"
#include "core/request/request_json.h"
#include "ui/settings/first_version.h"

namespace tstitch::ui {

QVariant SettingText<std::optional<GenerationRequest>>::toVariant(const std::optional<GenerationRequest>& request) {
  return request ? QString::fromStdString(to_json(*request, RequestForm::Local)) : QString();
}

std::optional<GenerationRequest> SettingText<std::optional<GenerationRequest>>::fromVariant(
    const QVariant& stored, const std::optional<GenerationRequest>& fallback) {
  try {
    return request_from_json(stored.toString().toStdString(), RequestForm::Local);
  } catch (const Error&) {
    return fallback;  // a newer program's, or damaged
  }
}

StudioState::StudioState(const QString& path) : file_(path, QSettings::IniFormat) {
  if (request.isStored()) return;
  const auto last = requestOfFirstVersion(file_);
  if (!last) return;
  request.set(last);
  removeSettingsOfFirstVersion(file_);
}

QString StudioState::folder() const {
  return QFileInfo(file_.fileName()).absolutePath();
}

Setting<QString> StudioState::autoencoder(const QString& pairName) {
  return {file_, QStringLiteral("autoencoder/") + QString::fromLatin1(QUrl::toPercentEncoding(pairName)), {}};
}

Setting<int> StudioState::balanced(const QString& pairName) {
  constexpr int kUsual = 40;
  return {file_, QStringLiteral("balanced/") + QString::fromLatin1(QUrl::toPercentEncoding(pairName)), kUsual};
}

}  // namespace tstitch::ui
