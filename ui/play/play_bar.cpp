#include "ui/play/play_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>
#include <utility>

#include "ui/widgets/flow_layout.h"

namespace tstitch::ui {
namespace {

QPushButton* button(const QString& name, const QString& what) {
  auto* made = new QPushButton(name);
  made->setAccessibleName(name);
  made->setToolTip(what);
  return made;
}

}  // namespace

PlayBar::PlayBar(QWidget* parent)
    : QWidget(parent),
      switch_(button(tr("Switch now"), tr("The large denoiser takes over from the next evaluation on"))),
      branch_(button(tr("Branch here"), tr("Hand over to the large denoiser after the frame that is held"))),
      finish_(button(tr("Finish from here"), tr("Make the picture of this seam from the kept small trajectory"))),
      keep_(new QCheckBox(tr("Keep small trajectory"))),
      lens_(button(tr("Lens"), tr("A round glass under the pointer shows the same place of another ratio. "
                                  "Hold P to peel the large denoiser's work off"))),
      lensSource_(new QComboBox),
      loop_(button(tr("Export loop"), tr("Write a short animation of the large denoiser's work beside the picture"))),
      taste_(button(tr("Blind taste"), tr("Twelve hidden pairs: can you tell 0 % from this ratio?"))) {
  keep_->setAccessibleName(tr("Keep small trajectory"));
  keep_->setToolTip(tr("States of the last request's small denoiser stay in memory, so that the seam can be dragged"));
  lensSource_->setAccessibleName(tr("Lens shows"));
  lensSource_->addItems({tr("0 %"), tr("100 %"), tr("held frame")});
  lensSource_->hide();
  buildLayout();
  connectButtons();
  setPossible(false, false, false);
  setLoopPossible(false);
}

void PlayBar::buildLayout() {
  auto* layout = new FlowLayout(8);
  setLayout(layout);
  for (QWidget* widget :
       {static_cast<QWidget*>(switch_), static_cast<QWidget*>(branch_), static_cast<QWidget*>(finish_),
        static_cast<QWidget*>(keep_), static_cast<QWidget*>(lens_), static_cast<QWidget*>(lensSource_),
        static_cast<QWidget*>(loop_), static_cast<QWidget*>(taste_)}) {
    layout->addWidget(widget);
  }
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void PlayBar::connectButtons() {
  connect(switch_, &QPushButton::clicked, this, &PlayBar::switchWanted);
  connect(branch_, &QPushButton::clicked, this, &PlayBar::branchWanted);
  connect(finish_, &QPushButton::clicked, this, &PlayBar::finishWanted);
  connect(keep_, &QCheckBox::toggled, this, &PlayBar::keepChanged);
  connect(lens_, &QPushButton::clicked, this, &PlayBar::lensWanted);
  connect(lensSource_, &QComboBox::currentIndexChanged, this, &PlayBar::lensSourceChanged);
  connect(loop_, &QPushButton::clicked, this, &PlayBar::loopWanted);
  connect(taste_, &QPushButton::clicked, this, &PlayBar::tasteWanted);
}

void PlayBar::setLoopPossible(bool possible) {
  loop_->setEnabled(possible);
}

void PlayBar::showLens(bool shown) {
  lensSource_->setVisible(shown);
  lens_->setText(shown ? tr("Lens off") : tr("Lens"));
  lens_->setAccessibleDescription(shown ? tr("on") : tr("off"));
  fitTexts();
}

/// Where the whole words need a second line, the first ones of them do; assistive tools hear the whole.
void PlayBar::fitTexts() {
  const std::pair<QAbstractButton*, QString> texts[] = {{switch_, tr("Switch")}, {branch_, tr("Branch")},
                                                        {finish_, tr("Finish")}, {keep_, tr("Keep")},
                                                        {loop_, tr("Loop")},     {taste_, tr("Taste")}};
  for (const auto& [button, brief] : texts) button->setText(button->accessibleName());
  const int line = taste_->sizeHint().height();
  if (layout()->heightForWidth(width()) <= line) return;
  for (const auto& [button, brief] : texts) button->setText(brief);
}

void PlayBar::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitTexts();
}

LensSource PlayBar::lensSource() const {
  return static_cast<LensSource>(lensSource_->currentIndex());
}

bool PlayBar::keepsSmall() const {
  return keep_->isChecked();
}

void PlayBar::setKeepsSmall(bool keeps) {
  keep_->setChecked(keeps);
}

void PlayBar::setPossible(bool switches, bool branches, bool finishes) {
  switch_->setEnabled(switches);
  branch_->setEnabled(branches);
  finish_->setEnabled(finishes);
}

}  // namespace tstitch::ui
