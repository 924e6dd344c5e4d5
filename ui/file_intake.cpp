#include "ui/file_intake.h"

#include <QFileInfo>

#include "core/models/model_identity.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/model_field.h"
#include "ui/convert/local_files.h"
#include "ui/engine/inspection.h"
#include "ui/widgets/notice_bar.h"

namespace tstitch::ui {

FileIntake::FileIntake(EngineClient& engine, AdditionsSection& additions, NoticeBar& notice, QObject* parent)
    : QObject(parent), engine_(engine), additions_(additions), notice_(notice) {}

void FileIntake::take(const QString& path) {
  if (hasPictureName(path)) {
    Q_EMIT pictureGiven(path);
    return;
  }
  engine_.ask(this, inspecting({path.toStdString()}),
              [this, path](const Reply<std::vector<ModelFacts>>& reply) { takeInspection(path, inspectionOf(reply)); });
}

void FileIntake::takeInspection(const QString& path, const Inspection& inspection) {
  notice_.withdraw(NoticeMatter::File);
  if (inspection.models.empty()) {
    notice_.say(QString::fromStdString(inspection.problem), NoticeMatter::File);
    return;
  }
  const std::string& purpose = inspection.models.front().purpose;
  const QString name = QFileInfo(path).fileName();
  if (purpose == phrase_of(ModelRole::Lora)) {
    addWithUndo(tr("%1 was added as a LoRA.").arg(name), [&] { additions_.addLora(path); });
  } else if (purpose == phrase_of(ModelRole::ControlNet) || purpose == phrase_of(ModelRole::Adapter)) {
    addWithUndo(tr("%1 was added as a control.").arg(name), [&] { additions_.addControlModel(path); });
  } else if (purpose == phrase_of(ModelRole::Autoencoder)) {
    addWithUndo(tr("%1 is now the autoencoder of this pair.").arg(name), [&] { additions_.chooseVae(path); });
  } else if (purpose == phrase_of(ModelRole::Embedding)) {
    addWithUndo(tr("In a prompt, %1 now stands for this textual inversion.").arg(QFileInfo(path).completeBaseName()),
                [&] { Q_EMIT embeddingGiven(path); });
  } else if (purpose.empty()) {
    notice_.offer(tr("%1 is a model.").arg(name),
                  {{tr("Choose a pair with it"), [this, path] { Q_EMIT modelGiven(path); }}}, NoticeMatter::File);
  } else {
    notice_.say(tr("%1 is %2; there is no place for it here.").arg(name, QString::fromStdString(purpose)),
                NoticeMatter::File);
  }
}

void FileIntake::addWithUndo(const QString& sentence, const std::function<void()>& add) {
  const auto controls = additions_.controls();
  const auto loras = additions_.loras();
  const QString vae = additions_.vaeField()->place();
  add();
  const auto undo = [this, controls, loras, vae] {
    additions_.set(controls, loras);
    additions_.chooseVae(vae);
  };
  notice_.sayInstead(sentence, NoticeMatter::Settings, {{tr("Undo settings"), undo}});
}

}  // namespace tstitch::ui
