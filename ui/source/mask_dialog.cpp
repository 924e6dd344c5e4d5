#include "ui/source/mask_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QSlider>
#include <QVBoxLayout>

#include "ui/source/mask_canvas.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/number_fields.h"

namespace tstitch::ui {

MaskDialog::MaskDialog(const QImage& picture, const Mask& mask, QWidget* parent)
    : QDialog(parent),
      canvas_(new MaskCanvas(picture, mask.isNull() ? Mask(picture.size()) : mask)),
      brush_(new QSlider(Qt::Horizontal)),
      undo_(new QPushButton(tr("Undo"))) {
  setWindowTitle(tr("Paint a mask"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(16, 16, 16, 16);
  layout->setSpacing(12);
  layout->addWidget(
      remark(tr("What is painted is drawn anew, the rest stays. The right button takes away; with the "
                "keyboard the arrows move the brush, Space paints, [ and ] change its size.")));
  layout->addWidget(canvas_, 1);
  layout->addWidget(buildTools());
  auto* buttons = new QDialogButtonBox;
  QPushButton* use = buttons->addButton(tr("Use mask"), QDialogButtonBox::AcceptRole);
  setAccent(use, true);
  buttons->addButton(QDialogButtonBox::Cancel);
  layout->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, [this] {
    Q_EMIT maskPainted(canvas_->mask());
    accept();
  });
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  canvas_->setFocus();
}

QWidget* MaskDialog::buildTools() {
  auto* tools = new QWidget;
  auto* row = new QHBoxLayout(tools);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  brush_->setRange(1, MaskCanvas::kMostBrush);
  brush_->setValue(canvas_->brush());
  brush_->setAccessibleName(tr("Brush size"));
  guardWheel(brush_);
  auto* erase = new QCheckBox(tr("Erase"));
  auto* invert = new QPushButton(tr("Invert"));
  auto* clear = new QPushButton(tr("Clear"));
  row->addWidget(captioned(tr("Brush size"), brush_), 1);
  for (QWidget* tool : QList<QWidget*>{erase, invert, clear, undo_}) row->addWidget(tool, 0, Qt::AlignBottom);
  undo_->setEnabled(false);
  connect(brush_, &QSlider::valueChanged, canvas_, &MaskCanvas::setBrush);
  connect(canvas_, &MaskCanvas::brushChanged, brush_, &QSlider::setValue);
  connect(erase, &QCheckBox::toggled, canvas_, &MaskCanvas::setErasing);
  connect(invert, &QPushButton::clicked, canvas_, &MaskCanvas::invert);
  connect(clear, &QPushButton::clicked, canvas_, &MaskCanvas::clear);
  connect(undo_, &QPushButton::clicked, canvas_, &MaskCanvas::undo);
  connect(canvas_, &MaskCanvas::changed, this, [this] { undo_->setEnabled(canvas_->canUndo()); });
  for (QPushButton* button : {invert, clear, undo_}) button->setAutoDefault(false);
  return tools;
}

}  // namespace tstitch::ui
