#pragma once

#include <QByteArray>
#include <QString>

#include "ui/settings/setting.h"

namespace tstitch::ui {

/// Where the window stood and what was asked for last: restored at the next start, never taste.
class StudioState {
  QSettings file_;

 public:
  explicit StudioState(const QString& path) : file_(path, QSettings::IniFormat) {}

  Setting<QByteArray> geometry{file_, QStringLiteral("window/geometry"), {}};
  Setting<QByteArray> splitter{file_, QStringLiteral("window/splitter"), {}};
  Setting<int> page{file_, QStringLiteral("window/page"), 0};

  Setting<QString> pair{file_, QStringLiteral("create/pair"), {}};
  Setting<QString> largeFolder{file_, QStringLiteral("create/largeFolder"), {}};
  Setting<QString> smallFolder{file_, QStringLiteral("create/smallFolder"), {}};
  Setting<QString> vaePlace{file_, QStringLiteral("create/vae"), {}};
  Setting<QString> prompt{file_, QStringLiteral("create/prompt"), {}};
  Setting<QString> negativePrompt{file_, QStringLiteral("create/negativePrompt"), {}};
  Setting<QString> promptSyntax{file_, QStringLiteral("create/promptSyntax"), QStringLiteral("weighted")};
  Setting<int> classLabel{file_, QStringLiteral("create/class"), -1};
  Setting<int> ratio{file_, QStringLiteral("create/ratio"), 40};
  Setting<int> steps{file_, QStringLiteral("create/steps"), 25};
  Setting<QString> sampler{file_, QStringLiteral("create/sampler"), QStringLiteral("default")};
  Setting<QString> spacing{file_, QStringLiteral("create/schedule"), QStringLiteral("default")};
  Setting<double> guidance{file_, QStringLiteral("create/guidance"), 7.5};
  Setting<int> width{file_, QStringLiteral("create/width"), 0};
  Setting<int> height{file_, QStringLiteral("create/height"), 0};
  Setting<int> count{file_, QStringLiteral("create/count"), 1};
  Setting<QString> seed{file_, QStringLiteral("create/seed"), {}};
  Setting<bool> randomSeed{file_, QStringLiteral("create/randomSeed"), false};
  Setting<QString> controls{file_, QStringLiteral("create/controls"), {}};  ///< as AdditionList stores them
  Setting<QString> loras{file_, QStringLiteral("create/loras"), {}};        ///< likewise

  Setting<QString> ratios{file_, QStringLiteral("grid/ratios"), QStringLiteral("0, 20, 40, 60, 80, 100")};
  Setting<QString> seeds{file_, QStringLiteral("grid/seeds"), {}};
};

}  // namespace tstitch::ui
