#include "ui/additions/addition_questions.h"

#include "ui/additions/additions_section.h"
#include "ui/additions/control_card.h"
#include "ui/additions/lora_row.h"
#include "ui/additions/model_field.h"
#include "ui/convert/image_convert.h"

namespace tstitch::ui {
namespace {

constexpr int kMapDelayMs = 200;  // a threshold that is being dragged would otherwise ask for every value

}  // namespace

AdditionQuestions::AdditionQuestions(GenerationController& controller, AdditionsSection& additions)
    : QObject(&additions), controller_(controller), additions_(additions) {
  mapsSoon_.setSingleShot(true);
  mapsSoon_.setInterval(kMapDelayMs);
  connect(&mapsSoon_, &QTimer::timeout, this, &AdditionQuestions::askMaps);
  connect(&additions_, &AdditionsSection::controlAdded, this, &AdditionQuestions::watchControl);
  connect(&additions_, &AdditionsSection::loraAdded, this, &AdditionQuestions::watchLora);
  connect(&controller_, &GenerationController::controlMapped, this, &AdditionQuestions::takeMap);
  connect(&controller_, &GenerationController::inspected, this, &AdditionQuestions::takeInspection);
  connect(&controller_, &GenerationController::pairsKnown, this, &AdditionQuestions::askAll);
  for (ControlCard* card : additions_.controlCards()) watchControl(card);
  for (LoraRow* row : additions_.loraRows()) watchLora(row);
}

void AdditionQuestions::setExtent(Extent extent) {
  if (extent == extent_) return;
  extent_ = extent;
  for (ControlCard* card : additions_.controlCards()) outdate(card);
}

void AdditionQuestions::watchControl(ControlCard* card) {
  connect(card, &ControlCard::mapOutdated, this, [this, card] { outdate(card); });
  connect(card, &QObject::destroyed, this, [this, card] { outdated_.erase(card); });
  watchModel(card->model());
}

void AdditionQuestions::watchLora(LoraRow* row) {
  watchModel(row->model());
}

void AdditionQuestions::watchModel(ModelField* field) {
  connect(field, &ModelField::inspectionWanted, this, [this, field] { inspect(field); });
}

/// The engine has come: what was filled in before is asked now.
void AdditionQuestions::askAll() {
  engineIsThere_ = true;
  for (ControlCard* card : additions_.controlCards()) {
    outdate(card);
    inspect(card->model());
  }
  for (LoraRow* row : additions_.loraRows()) inspect(row->model());
}

void AdditionQuestions::inspect(ModelField* field) {
  if (!engineIsThere_ || field->place().isEmpty()) return;
  inspections_[controller_.inspect({field->place().toStdString()})] = field;
}

void AdditionQuestions::takeInspection(quint64 question, const Inspection& inspection) {
  const QPointer<ModelField> field = inspections_.take(question);
  if (field) field->showInspection(inspection);
}

void AdditionQuestions::outdate(ControlCard* card) {
  withdraw(card);
  outdated_.insert(card);
  mapsSoon_.start();
}

void AdditionQuestions::withdraw(ControlCard* card) {
  for (auto asked = maps_.begin(); asked != maps_.end();) {
    if (asked->card != card) {
      ++asked;
      continue;
    }
    asked->stop.request_stop();
    asked = maps_.erase(asked);
  }
}

void AdditionQuestions::askMaps() {
  if (!engineIsThere_ || extent_.width <= 0 || extent_.height <= 0) return;
  for (ControlCard* card : outdated_) askMap(card);
  outdated_.clear();
}

void AdditionQuestions::askMap(ControlCard* card) {
  const auto source = card->mapSource();
  if (!source) return;
  card->showMapPending(controller_.isRunning() ? tr("The map comes when this run has ended") : tr("Making the map..."));
  MapQuestion question{card, {}};
  maps_.insert(controller_.mapControl(*source, extent_, question.stop.get_token()), question);
}

void AdditionQuestions::takeMap(quint64 question, const ControlMapAnswer& answer) {
  const QPointer<ControlCard> card = maps_.take(question).card;
  if (!card) return;
  if (answer.map) {
    card->showMap(toQImage(*answer.map));
  } else if (!answer.problem.empty()) {
    card->showMapProblem(QString::fromStdString(answer.problem));
  }
}

}  // namespace tstitch::ui
