#pragma once

#include <QDialog>

#include "ui/source/mask.h"

class QPushButton;
class QSlider;

namespace tstitch::ui {

class MaskCanvas;

/// Paints a mask over what a run sees of its source picture. Not modal: a run goes on meanwhile.
class MaskDialog : public QDialog {
  Q_OBJECT

 public:
  /// A null mask: nothing is painted yet.
  MaskDialog(const QImage& picture, const Mask& mask, QWidget* parent = nullptr);

 Q_SIGNALS:
  void maskPainted(const tstitch::ui::Mask& mask);

 private:
  QWidget* buildTools();

  MaskCanvas* canvas_;
  QSlider* brush_;
  QPushButton* undo_;
};

}  // namespace tstitch::ui
