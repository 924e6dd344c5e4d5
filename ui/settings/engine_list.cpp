#include "ui/settings/engine_list.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/engine/engine_rack.h"
#include "ui/settings/preferences.h"

namespace tstitch::ui {
namespace {

constexpr int kListHeight = 88;

QString standingText(const EngineClient& engine) {
  const QString& command = engine.command();
  switch (engine.standing()) {
    case EngineStanding::Starting:
      return EngineList::tr("%1: starting").arg(command);
    case EngineStanding::Ready:
      return EngineList::tr("%1: ready").arg(command);
    case EngineStanding::Lost:
      return EngineList::tr("%1: lost: %2").arg(command, engine.lossSentence());
  }
  return command;
}

}  // namespace

EngineList::EngineList(EngineRack& rack, Preferences& preferences, QWidget* parent)
    : QWidget(parent),
      rack_(rack),
      preferences_(preferences),
      list_(new QListWidget),
      command_(new QLineEdit),
      add_(new QPushButton(tr("Add engine"))),
      remove_(new QPushButton(tr("Remove engine"))) {
  list_->setAccessibleName(tr("Engines"));
  list_->setFixedHeight(kListHeight);
  command_->setAccessibleName(tr("Engine command"));
  command_->setPlaceholderText(QStringLiteral("ssh box tstitch worker"));
  add_->setAutoDefault(false);
  remove_->setAutoDefault(false);
  auto* row = new QHBoxLayout;
  row->addWidget(command_, 1);
  row->addWidget(add_);
  row->addWidget(remove_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(list_);
  layout->addLayout(row);
  connect(&rack_, &EngineRack::changed, this, &EngineList::showAll);
  connect(list_, &QListWidget::currentRowChanged, this, &EngineList::updateButtons);
  connect(command_, &QLineEdit::textChanged, this, &EngineList::updateButtons);
  connect(command_, &QLineEdit::returnPressed, this, &EngineList::add);
  connect(add_, &QPushButton::clicked, this, &EngineList::add);
  connect(remove_, &QPushButton::clicked, this, &EngineList::removeChosen);
  showAll();
}

/// Items keep their places, so that the chosen one stays chosen.
void EngineList::showAll() {
  const auto& engines = rack_.engines();
  while (list_->count() > static_cast<int>(engines.size())) delete list_->takeItem(list_->count() - 1);
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const int row = static_cast<int>(i);
    if (row == list_->count()) list_->addItem(QString());
    list_->item(row)->setText(standingText(*engines[i]));
    list_->item(row)->setToolTip(list_->item(row)->text());
  }
  updateButtons();
}

void EngineList::updateButtons() {
  add_->setEnabled(!command_->text().trimmed().isEmpty());
  remove_->setEnabled(list_->currentRow() > 0);  // the first one comes with the start
}

void EngineList::add() {
  rack_.add(command_->text().trimmed());
  command_->clear();
  preferences_.engines.set(rack_.addedCommands());
}

void EngineList::removeChosen() {
  const int row = list_->currentRow();
  if (row <= 0) return;
  rack_.remove(rack_.engines().at(static_cast<std::size_t>(row))->command());
  preferences_.engines.set(rack_.addedCommands());
}

}  // namespace tstitch::ui
