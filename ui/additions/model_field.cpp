#include "ui/additions/model_field.h"

#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QStringList>
#include <QStyle>
#include <QVBoxLayout>
#include <utility>

#include "ui/widgets/captions.h"

namespace tstitch::ui {
namespace {

constexpr int kTypingPauseMs = 300;

QString foundText(const ModelFacts& facts) {
  QStringList parts{QString::fromStdString(facts.family)};
  if (facts.parameters > 0) {
    const double millions = static_cast<double>(facts.parameters) / 1e6;
    parts << ModelField::tr("%1 M parameters").arg(QLocale().toString(millions, 'f', millions < 10 ? 2 : 0));
  }
  parts << QString::fromStdString(facts.dtype);
  parts.removeAll(QString());
  return parts.join(QStringLiteral(" \u00b7 "));
}

}  // namespace

QString notFoundText(const QString& place, const Inspection& inspection) {
  if (!QFileInfo::exists(place)) {
    return ModelField::tr("There is no such file or folder, and no known model of this name.");
  }
  return inspection.problem.empty() ? ModelField::tr("It cannot be read.") : QString::fromStdString(inspection.problem);
}

ModelField::ModelField(std::vector<ModelRole> roles, PlaceKind kind, QWidget* parent)
    : QWidget(parent), roles_(std::move(roles)), place_(new PlaceField(kind, {})), found_(remark()) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addWidget(place_);
  layout->addWidget(found_);
  found_->hide();
  setFocusProxy(place_);
  typing_.setSingleShot(true);
  typing_.setInterval(kTypingPauseMs);
  connect(place_, &PlaceField::changed, this, &ModelField::placeChanged);
  connect(&typing_, &QTimer::timeout, this, &ModelField::inspectionWanted);
}

void ModelField::placeChanged() {
  found_->hide();
  problem_.clear();
  typing_.stop();
  if (!place().isEmpty()) typing_.start();
  Q_EMIT placeEdited();
  Q_EMIT changed();
}

void ModelField::showInspection(const Inspection& inspection) {
  const QString before = problem_;
  judge(inspection);
  found_->setText(problem_.isEmpty() ? foundText(inspection.models.front()) : problem_);
  found_->setObjectName(problem_.isEmpty() ? QStringLiteral("muted") : QStringLiteral("problem"));
  found_->style()->polish(found_);  // another name, other colours
  found_->setVisible(!found_->text().isEmpty());
  if (problem_ != before) Q_EMIT changed();
}

void ModelField::judge(const Inspection& inspection) {
  problem_.clear();
  if (inspection.models.empty()) {
    problem_ = notFoundText(place(), inspection);
    return;
  }
  const ModelFacts& facts = inspection.models.front();
  const QString found = QString::fromStdString(facts.purpose.empty() ? phrase_of(ModelRole::Denoiser) : facts.purpose);
  QStringList wanted;
  for (const ModelRole role : roles_) wanted << QString::fromStdString(phrase_of(role));
  if (!wanted.contains(found)) problem_ = tr("This is %1, not %2.").arg(found, wanted.join(tr(" or ")));
}

}  // namespace tstitch::ui
