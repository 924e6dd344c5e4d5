#include "ui/additions/addition_questions.h"

#include <QFile>
#include <QImage>

#include "core/base/stop.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/control_card.h"
#include "ui/additions/lora_row.h"
#include "ui/additions/model_field.h"
#include "ui/additions/model_fit.h"
#include "ui/convert/image_convert.h"
#include "ui/convert/local_files.h"
#include "ui/engine/engine_client.h"
#include "ui/engine/inspection.h"
#include "ui/session/session.h"

namespace tstitch::ui {
namespace {

constexpr int kMapDelayMs = 200;  // a threshold that is being dragged would otherwise ask for every value

std::vector<std::filesystem::path> placesOf(const std::vector<DenoiserChoice>& denoisers) {
  std::vector<std::filesystem::path> places;
  places.reserve(denoisers.size());
  for (const DenoiserChoice& denoiser : denoisers) places.push_back(denoiser.model.location);
  return places;
}

}  // namespace

AdditionQuestions::AdditionQuestions(Session& session, AdditionsSection& additions)
    : QObject(&additions), session_(session), additions_(additions) {
  mapsSoon_.setSingleShot(true);
  mapsSoon_.setInterval(kMapDelayMs);
  connect(&mapsSoon_, &QTimer::timeout, this, &AdditionQuestions::askMaps);
  connect(&additions_, &AdditionsSection::controlAdded, this, &AdditionQuestions::watchControl);
  connect(&additions_, &AdditionsSection::loraAdded, this, &AdditionQuestions::watchLora);
  for (ControlCard* card : additions_.controlCards()) watchControl(card);
  for (LoraRow* row : additions_.loraRows()) watchLora(row);
  watchModel(additions_.vaeField());
}

void AdditionQuestions::setRequest(const GenerationRequest& request) {
  if (request.extent != extent_) {
    extent_ = request.extent;
    for (ControlCard* card : additions_.controlCards()) {
      card->setExtent(extent_);
      outdate(card);
    }
  }
  if (placesOf(request.denoisers) == placesOf(denoisers_)) return;
  denoisers_ = request.denoisers;
  for (ControlCard* card : additions_.controlCards()) askFit(card);
}

void AdditionQuestions::setFound(const FoundParts& parts) {
  found_ = parts;
  for (ControlCard* card : additions_.controlCards()) card->model()->setSuggestions(found_.controls);
  for (LoraRow* row : additions_.loraRows()) row->model()->setSuggestions(found_.loras);
  additions_.vaeField()->setSuggestions(found_.vaes);
}

void AdditionQuestions::watchControl(ControlCard* card) {
  card->setExtent(extent_);
  connect(card->model(), &ModelField::inspectionWanted, this, [this, card] { askFit(card); });
  card->model()->setSuggestions(found_.controls);
  connect(card, &ControlCard::mapOutdated, this, [this, card] { outdate(card); });
  connect(card, &QObject::destroyed, this, [this, card] {
    outdated_.erase(card);
    withdraw(card);
  });
  watchModel(card->model());
}

void AdditionQuestions::watchLora(LoraRow* row) {
  row->model()->setSuggestions(found_.loras);
  watchModel(row->model());
}

void AdditionQuestions::watchModel(ModelField* field) {
  connect(field, &ModelField::inspectionWanted, this, [this, field] { inspect(field); });
}

void AdditionQuestions::inspect(ModelField* field) {
  if (field->place().isEmpty()) return;
  session_.engine().askNewest(
      field, inspecting({field->place().toStdString()}),
      [field](const Reply<std::vector<ModelFacts>>& reply) { field->showInspection(inspectionOf(reply)); });
}

void AdditionQuestions::askFit(ControlCard* card) {
  const QString place = card->model()->place();
  card->showModelFit(std::nullopt);
  if (place.isEmpty()) return;
  session_.engine().askNewest(
      card,
      [request = session_.request(), model = referenceTo(ModelReference(), place),
       picture = anyPicture().toStdString()](Library& library) {
        return modelFitOf(library, request, model, picture, RunSettings());
      },
      [card, place](const Reply<std::optional<ModelFit>>& reply) {
        if (reply.value && place == card->model()->place()) card->showModelFit(*reply.value);
      });
}

QString AdditionQuestions::anyPicture() {
  constexpr int kSide = 64;
  QString path = folder_.filePath(QStringLiteral("any.png"));
  if (QFile::exists(path)) return path;
  QImage black(kSide, kSide, QImage::Format_RGB888);
  black.fill(Qt::black);
  black.save(path);
  return path;
}

void AdditionQuestions::outdate(ControlCard* card) {
  withdraw(card);
  outdated_.insert(card);
  mapsSoon_.start();
}

void AdditionQuestions::withdraw(ControlCard* card) {
  const auto asked = maps_.find(card);
  if (asked == maps_.end()) return;
  asked->second.request_stop();
  maps_.erase(asked);
}

void AdditionQuestions::askMaps() {
  if (extent_.width <= 0 || extent_.height <= 0) return;
  for (ControlCard* card : outdated_) askMap(card);
  outdated_.clear();
}

void AdditionQuestions::askMap(ControlCard* card) {
  const auto source = card->mapSource();
  if (!source) return;
  card->showMapPending(session_.isRunning() ? tr("The map comes when this run has ended") : tr("Making the map..."));
  const std::stop_token stop = maps_[card].get_token();
  session_.engine().compute(
      card,
      [source = *source, extent = extent_, stop](Engine& engine) {
        stop_point(stop);
        return engine.control_map(source, extent, stop);
      },
      [card, stop](const Reply<Image>& reply) {
        if (stop.stop_requested()) return;  // a newer question took its place
        if (reply.value) {
          card->showMap(toQImage(*reply.value));
        } else if (!reply.problem.empty()) {
          card->showMapProblem(QString::fromStdString(reply.problem));
        }
      });
}

}  // namespace tstitch::ui
