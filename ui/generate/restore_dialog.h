#pragma once

#include <QDialog>
#include <QList>
#include <utility>

#include "core/request/generation_request.h"

class QCheckBox;

namespace tstitch::ui {

/// What of a picture may be restored by itself.
enum class RestoredSetting { Prompt, Negative, Seed, Steps, Sampler, Guidance, Size, Split, Models, Lora, Controls };

/// `before` with those settings of `picture`.
GenerationRequest withSettings(GenerationRequest before, const GenerationRequest& picture,
                               const QList<RestoredSetting>& settings);

/// A tick for each in which the two differ, all set; what is the same in both is grey.
class RestoreDialog : public QDialog {
  Q_OBJECT

 public:
  RestoreDialog(const GenerationRequest& before, const GenerationRequest& picture, QWidget* parent = nullptr);

  [[nodiscard]] QList<RestoredSetting> chosen() const;

 Q_SIGNALS:
  void restoreWanted(const QList<tstitch::ui::RestoredSetting>& settings);

 private:
  QList<std::pair<RestoredSetting, QCheckBox*>> ticks_;
};

}  // namespace tstitch::ui
