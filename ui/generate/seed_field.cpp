#include "ui/generate/seed_field.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QToolButton>

#include "ui/widgets/line_icon.h"
#include "ui/widgets/number_reading.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

std::uint64_t drawSeed() {
  return QRandomGenerator::system()->generate();
}

SeedField::SeedField(QWidget* parent)
    : QWidget(parent), text_(new QLineEdit), dice_(new QToolButton), random_(new QCheckBox(tr("Random"))) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(text_, 1);
  layout->addWidget(dice_);
  layout->addWidget(random_);
  text_->setAccessibleName(tr("Seed"));
  setFocusProxy(text_);
  dice_->setAccessibleName(tr("New seed"));
  dice_->setToolTip(tr("Draw a new seed"));
  random_->setAccessibleName(tr("Random seed"));
  random_->setToolTip(tr("Draw a new seed for every run"));
  repaintIcons();
  connect(text_, &QLineEdit::textChanged, this, [this] {
    if (!showing_) random_->setChecked(false);  // who writes a seed wants that one
    showProblem();
    Q_EMIT changed();
  });
  connect(dice_, &QToolButton::clicked, this, [this] { showSeed(drawSeed()); });
  connect(random_, &QCheckBox::toggled, this, [this] {
    showProblem();
    Q_EMIT changed();
  });
}

void SeedField::repaintIcons() {
  dice_->setIcon(lineIcon(QStringLiteral("dice"), colours().text));
}

std::optional<std::uint64_t> SeedField::seed() const {
  return readSeed(text_->text());
}

QString SeedField::problem() const {
  return seed() || isRandom() ? QString() : tr("Seed: a number from 0 to 18446744073709551615.");
}

void SeedField::showProblem() {
  markUnreadable(text_, problem());
}

bool SeedField::isRandom() const {
  return random_->isChecked();
}

void SeedField::setRandom(bool random) {
  random_->setChecked(random);
}

void SeedField::showSeed(std::uint64_t seed) {
  showing_ = true;
  text_->setText(QString::number(seed));
  showing_ = false;
}

std::optional<std::uint64_t> SeedField::take() {
  if (isRandom()) showSeed(drawSeed());
  return seed();
}

}  // namespace tstitch::ui
