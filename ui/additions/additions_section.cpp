#include "ui/additions/additions_section.h"

#include <QFileInfo>
#include <QScopedValueRollback>
#include <QStringList>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/additions/addition_list.h"
#include "ui/additions/control_card.h"
#include "ui/additions/lora_row.h"
#include "ui/additions/model_field.h"
#include "ui/convert/local_files.h"
#include "ui/widgets/folding_section.h"

namespace tstitch::ui {
namespace {

/// A list holds what its factory makes.
template <class Item>
std::vector<Item*> itemsOf(const AdditionList* list) {
  std::vector<Item*> items;
  for (AdditionItem* item : list->items()) items.push_back(static_cast<Item*>(item));
  return items;
}

template <class Choice, class Item>
std::vector<Choice> choicesOf(const AdditionList* list) {
  std::vector<Choice> choices;
  for (const Item* item : itemsOf<Item>(list)) {
    if (auto choice = item->choice()) choices.push_back(std::move(*choice));
  }
  return choices;
}

template <class Item, class Choice>
void showChoices(AdditionList* list, const std::vector<Choice>& choices) {
  list->setCount(choices.size());
  const auto items = itemsOf<Item>(list);
  for (std::size_t i = 0; i < choices.size(); ++i) items[i]->setChoice(choices[i]);
}

bool isIn(const std::vector<LoraChoice>& loras, const LoraChoice& lora) {
  return std::any_of(loras.begin(), loras.end(),
                     [&](const LoraChoice& other) { return other.model.location == lora.model.location; });
}

}  // namespace

AdditionsSection::AdditionsSection(QWidget* parent)
    : QWidget(parent),
      controls_(new AdditionList(tr("Add control"), [] { return new ControlCard; })),
      loras_(new AdditionList(tr("Add LoRA"), [] { return new LoraRow; })),
      controlFold_(new FoldingSection(tr("Control"), controls_)),
      loraFold_(new FoldingSection(tr("LoRA"), loras_)),
      vae_(new ModelField({ModelRole::Autoencoder, ModelRole::Denoiser}, PlaceKind::FileOrFolder)),
      vaeFold_(new FoldingSection(tr("Autoencoder"), vae_)) {
  vae_->setName(tr("Autoencoder file"));
  vae_->setPlaceholder(tr("The large model's own; file or folder of another one"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(12);
  layout->addWidget(controlFold_);
  layout->addWidget(loraFold_);
  layout->addWidget(vaeFold_);
  connect(vae_, &ModelField::placeEdited, this, &AdditionsSection::vaeEdited);
  connect(vae_, &ModelField::changed, this, &AdditionsSection::changed);
  for (AdditionList* list : {controls_, loras_}) {
    connect(list, &AdditionList::changed, this, [this] {
      summarise();
      showOverlay();
      Q_EMIT changed();
    });
  }
  connect(controls_, &AdditionList::added, this, [this](AdditionItem* item) {
    auto* card = static_cast<ControlCard*>(item);
    card->showRun(run_);
    connect(card, &ControlCard::overlayChanged, this, &AdditionsSection::showOverlay);
    Q_EMIT controlAdded(card);
  });
  connect(loras_, &AdditionList::added, this,
          [this](AdditionItem* item) { Q_EMIT loraAdded(static_cast<LoraRow*>(item)); });
  for (ControlCard* card : controlCards()) {
    connect(card, &ControlCard::overlayChanged, this, &AdditionsSection::showOverlay);
  }
  summarise();
}

/// Of several the first.
void AdditionsSection::showOverlay() {
  QImage map;
  for (const ControlCard* card : controlCards()) {
    if (map.isNull()) map = card->overlay();
  }
  if (map.cacheKey() == overlay_.cacheKey()) return;
  overlay_ = map;
  Q_EMIT overlayChanged(map);
}

std::vector<ControlChoice> AdditionsSection::controls() const {
  return choicesOf<ControlChoice, ControlCard>(controls_);
}

std::vector<LoraChoice> AdditionsSection::loras() const {
  return choicesOf<LoraChoice, LoraRow>(loras_);
}

std::vector<ControlChoice> AdditionsSection::unfinishedControls() const {
  std::vector<ControlChoice> choices;
  for (const ControlCard* card : controlCards()) {
    if (auto choice = card->unfinished()) choices.push_back(std::move(*choice));
  }
  return choices;
}

void AdditionsSection::set(const std::vector<ControlChoice>& controls, const std::vector<LoraChoice>& loras) {
  showChoices<ControlCard>(controls_, controls);
  showChoices<LoraRow>(loras_, loras);
  summarise();
  Q_EMIT changed();
}

void AdditionsSection::exchangeLoras(const std::vector<LoraChoice>& before, const std::vector<LoraChoice>& now) {
  if (before.empty() && now.empty()) return;
  std::vector<LoraChoice> all = now;
  for (const LoraChoice& lora : loras()) {
    if (!isIn(before, lora) && !isIn(now, lora)) all.push_back(lora);
  }
  showChoices<LoraRow>(loras_, all);
  summarise();
  Q_EMIT changed();
}

void AdditionsSection::showRun(const ReachRun& run) {
  run_ = run;
  for (ControlCard* card : controlCards()) card->showRun(run);
}

void AdditionsSection::unfold() {
  controlFold_->setOpen(!controls_->isEmpty());
  loraFold_->setOpen(!loras_->isEmpty());
  vaeFold_->setOpen(vae().has_value());
}

std::optional<ModelReference> AdditionsSection::vae() const {
  if (vae_->place().isEmpty()) return std::nullopt;
  return referenceTo(knownVae_.value_or(ModelReference()), vae_->place());
}

void AdditionsSection::setVae(const std::optional<ModelReference>& vae) {
  const QScopedValueRollback<bool> setting(isSettingVae_, true);
  knownVae_ = vae;
  vae_->setPlace(vae ? QString::fromStdString(vae->location.string()) : QString());
  summarise();
}

void AdditionsSection::recallVae(const QString& path) {
  setVae(referenceTo(ModelReference(), path));
}

void AdditionsSection::chooseVae(const QString& path) {
  vae_->setPlace(path);
  vaeFold_->setOpen(true);
}

void AdditionsSection::vaeEdited() {
  summarise();
  if (!isSettingVae_) Q_EMIT vaeChosen(vae_->place());
}

QStringList AdditionsSection::problems() const {
  QStringList problems = controls_->problems() + loras_->problems();
  if (!vae_->problem().isEmpty()) problems << tr("Autoencoder: %1").arg(vae_->problem());
  return problems;
}

template <class Item, class Accepts>
Item* AdditionsSection::freeItem(AdditionList* list, Accepts accepts) {
  for (Item* item : itemsOf<Item>(list)) {
    if (accepts(item)) return item;
  }
  return static_cast<Item*>(list->add());
}

void AdditionsSection::addControlPicture(const QString& path) {
  freeItem<ControlCard>(controls_, [](ControlCard* card) { return !card->hasPicture(); })->setPicture(path);
  controlFold_->setOpen(true);
}

void AdditionsSection::addControlModel(const QString& path) {
  const auto isFree = [](ControlCard* card) { return card->model()->place().isEmpty(); };
  freeItem<ControlCard>(controls_, isFree)->model()->setPlace(path);
  controlFold_->setOpen(true);
}

void AdditionsSection::addLora(const QString& path) {
  const auto isFree = [](LoraRow* row) { return row->model()->place().isEmpty(); };
  freeItem<LoraRow>(loras_, isFree)->model()->setPlace(path);
  loraFold_->setOpen(true);
}

std::vector<ControlCard*> AdditionsSection::controlCards() const {
  return itemsOf<ControlCard>(controls_);
}

std::vector<LoraRow*> AdditionsSection::loraRows() const {
  return itemsOf<LoraRow>(loras_);
}

void AdditionsSection::repaintIcons() {
  controls_->repaintIcons();
  loras_->repaintIcons();
  vae_->repaintIcon();
}

void AdditionsSection::summarise() {
  controlFold_->setSummary(controls_->summary());
  loraFold_->setSummary(loras_->summary());
  const auto chosen = vae();
  vaeFold_->setSummary(chosen ? QFileInfo(vae_->place()).fileName() : tr("the model's own"));
}

}  // namespace tstitch::ui
