#pragma once

#include <QDialog>
#include <QList>
#include <utility>

#include "core/request/generation_request.h"

class QCheckBox;

namespace tstitch::ui {

/// Part of a picture's settings that may be restored by itself.
enum class RestoredPart { Prompt, Negative, Seed, Steps, Sampler, Guidance, Size, Split, Models, Lora, Controls };

/// `before` with those parts from `picture`.
GenerationRequest withParts(GenerationRequest before, const GenerationRequest& picture,
                            const QList<RestoredPart>& parts);

/// A tick for each part in which the two differ, all set; what is the same in both is grey.
class RestoreDialog : public QDialog {
  Q_OBJECT

 public:
  RestoreDialog(const GenerationRequest& before, const GenerationRequest& picture, QWidget* parent = nullptr);

  [[nodiscard]] QList<RestoredPart> chosen() const;

 Q_SIGNALS:
  void restoreWanted(const QList<tstitch::ui::RestoredPart>& parts);

 private:
  QList<std::pair<RestoredPart, QCheckBox*>> ticks_;
};

}  // namespace tstitch::ui
