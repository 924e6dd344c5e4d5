#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <optional>

#include "core/request/generation_request.h"
#include "ui/settings/setting.h"

namespace tstitch::ui {

/// A request stands in a settings file in its local JSON form.
template <>
struct SettingText<std::optional<GenerationRequest>> {
  static QVariant toVariant(const std::optional<GenerationRequest>& request);
  static std::optional<GenerationRequest> fromVariant(const QVariant& stored,
                                                      const std::optional<GenerationRequest>& fallback);
};

/// Where the window stood and what was asked for last: restored at the next start, never taste.
class StudioState {
  QSettings file_;

 public:
  explicit StudioState(const QString& path);

  Setting<QByteArray> geometry{file_, QStringLiteral("window/geometry"), {}};
  Setting<QByteArray> splitter{file_, QStringLiteral("window/splitter"), {}};
  Setting<QByteArray> sidePanels{file_, QStringLiteral("window/sidePanels"), {}};
  Setting<int> page{file_, QStringLiteral("window/page"), 0};

  Setting<QString> pair{file_, QStringLiteral("create/pair"), {}};
  Setting<std::optional<GenerationRequest>> request{file_, QStringLiteral("create/request"), {}};
  Setting<bool> randomSeed{file_, QStringLiteral("create/randomSeed"), false};
  Setting<int> count{file_, QStringLiteral("create/count"), 1};
  /// The prompts that were used, the newest last.
  Setting<QStringList> prompts{file_, QStringLiteral("create/prompts"), {}};
  Setting<QStringList> negativePrompts{file_, QStringLiteral("create/negativePrompts"), {}};
  Setting<bool> keepSmall{file_, QStringLiteral("create/keepSmallTrajectory"), true};

  Setting<double> timeBudget{file_, QStringLiteral("create/timeBudget"), 0};

  Setting<QString> ratios{file_, QStringLiteral("grid/ratios"), QStringLiteral("0, 20, 40, 60, 80, 100")};
  Setting<QString> seeds{file_, QStringLiteral("grid/seeds"), {}};
  Setting<QString> gridColumns{file_, QStringLiteral("grid/columns"), QStringLiteral("ratio")};
  Setting<QString> gridRows{file_, QStringLiteral("grid/rows"), QStringLiteral("seed")};
  Setting<QString> columnValues{file_, QStringLiteral("grid/columnValues"), {}};
  Setting<int> gridRepeats{file_, QStringLiteral("grid/repeats"), 1};
  Setting<QString> rowValues{file_, QStringLiteral("grid/rowValues"), {}};

  Setting<QStringList> modelFolders{file_, QStringLiteral("models/folders"), {}};
  Setting<QString> ownPairs{file_, QStringLiteral("models/pairs"), {}};
  Setting<QString> planPoints{file_, QStringLiteral("plan/points"), {}};
  Setting<QString> download{file_, QStringLiteral("models/download"), {}};
  Setting<QString> cudaDownload{file_, QStringLiteral("cuda/download"), {}};

  /// The percent that a pair's Balanced takes; stored where somebody could not tell it from 0 % or liked it better.
  [[nodiscard]] Setting<int> balanced(const QString& pairName);
  /// The autoencoder that was chosen for that pair; empty = the pair's own.
  [[nodiscard]] Setting<QString> autoencoder(const QString& pairName);

  /// Where the file lies.
  [[nodiscard]] QString folder() const;

  /// To the disk, at once.
  void sync() { file_.sync(); }
};

}  // namespace tstitch::ui
