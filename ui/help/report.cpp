#include "ui/help/report.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSysInfo>
#include <thread>

#include "core/base/version.h"
#include "core/system/memory_use.h"
#include "ui/engine/engine_rack.h"
#include "ui/help/studio_log.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"

namespace tstitch::ui {
namespace {

constexpr int kMostLines = 100;

QString standingOf(const EngineClient& engine) {
  switch (engine.standing()) {
    case EngineStanding::Starting:
      return QStringLiteral("starting");
    case EngineStanding::Ready:
      return QStringLiteral("ready");
    case EngineStanding::Lost:
      break;
  }
  return QStringLiteral("lost: ") + engine.lossSentence();
}

}  // namespace

/// In English whatever the window speaks: it is for those who mend the program.
QString reportText(const Preferences& preferences, Session& session, const StudioLog& log) {
  QStringList lines{QStringLiteral("T-Stitch Studio %1").arg(QString::fromLatin1(program_version()))};
  lines << QStringLiteral("system: %1, %2, kernel %3")
               .arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(), QSysInfo::kernelVersion());
  lines << QStringLiteral("Qt %1 on %2, language %3")
               .arg(QLatin1String(qVersion()), QGuiApplication::platformName(), qEnvironmentVariable("LANG"));
  lines << QStringLiteral("threads: %1, memory held: %2 MiB")
               .arg(std::thread::hardware_concurrency())
               .arg(resident_bytes_with_children() >> 20);
  for (const QScreen* screen : QGuiApplication::screens()) {
    lines << QStringLiteral("screen: %1 x %2 at %3 %")
                 .arg(screen->size().width())
                 .arg(screen->size().height())
                 .arg(static_cast<int>(100 * screen->devicePixelRatio()));
  }
  lines << QStringLiteral("settings: theme %1, device %2, precision %3, preview %4, threads %5")
               .arg(nameOf(preferences.theme.get()),
                    SettingText<DeviceKind>::toVariant(preferences.device.get()).toString(),
                    SettingText<Precision>::toVariant(preferences.precision.get()).toString(),
                    SettingText<PreviewKind>::toVariant(preferences.previewKind.get()).toString())
               .arg(preferences.threads.get());
  for (const auto& engine : session.engines().engines()) {
    lines << QStringLiteral("engine: ") + withoutPrivateParts(standingOf(*engine));
  }
  lines << QString() << QStringLiteral("log:");
  for (const QString& line : log.lastLines(kMostLines)) lines << withoutPrivateParts(line);
  return lines.join(u'\n') + u'\n';
}

}  // namespace tstitch::ui
