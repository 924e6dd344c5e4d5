#pragma once

#include <QLabel>

#include "ui/widgets/theme.h"

namespace tstitch::ui {

/// A text behind a swatch in the colour and pattern of a denoiser.
class DenoiserLabel : public QLabel {
  Q_OBJECT

 public:
  explicit DenoiserLabel(DenoiserMark mark, QWidget* parent = nullptr);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  DenoiserMark mark_;
};

}  // namespace tstitch::ui
