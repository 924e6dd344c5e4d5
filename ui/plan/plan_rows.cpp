#include "ui/plan/plan_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <functional>

#include "core/base/text.h"
#include "ui/models/pair_catalog.h"
#include "ui/run/run_progress.h"

namespace tstitch::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(PlanRows)
};

/// Written alike in every language: these lines are read by programs, too.
QString fixed(double value, int decimals) {
  return QString::number(value, 'f', decimals);
}

QString numbered(double value) {
  return QString::fromStdString(number_text(value));
}

QString predictionOf(const ModelFacts& facts) {
  if (!facts.scheduler) return Texts::tr("the large model's");
  switch (facts.scheduler->prediction) {
    case Prediction::Epsilon:
      return Texts::tr("the noise");
    case Prediction::V:
      return Texts::tr("v");
    case Prediction::Sample:
      return Texts::tr("the picture");
    case Prediction::Flow:
      break;
  }
  return Texts::tr("the flow");
}

QString scheduleOf(const ModelFacts& facts) {
  if (!facts.scheduler) return Texts::tr("the large model's");
  if (!facts.scheduler->trained_betas.empty()) return Texts::tr("its own betas");
  return Texts::tr("%1 to %2").arg(numbered(facts.scheduler->beta_start), numbered(facts.scheduler->beta_end));
}

QString conditionOf(const ModelFacts& facts) {
  if (facts.class_count > 0) return Texts::tr("%1 classes").arg(facts.class_count);
  return Texts::tr("text of width %1").arg(facts.context_width);
}

QString encoderOf(const ModelFacts& facts) {
  return facts.text_width ? Texts::tr("width %1").arg(*facts.text_width) : Texts::tr("none");
}

QString millions(std::int64_t count) {
  return fixed(static_cast<double>(count) / 1e6, 1) + QStringLiteral(" M");
}

QString sizeOf(const ModelFacts& facts) {
  const int factor = facts.latent ? facts.latent->factor : 8;
  return facts.sample_size ? Texts::tr("%1 pixels").arg(*facts.sample_size * factor) : Texts::tr("not known");
}

QString latentsOf(const ModelFacts& facts) {
  return facts.latent ? latentSpaceText(*facts.latent) : Texts::tr("the large model's");
}

struct Fact {
  const char* title;
  std::function<QString(const ModelFacts&)> text;
};

std::vector<Fact> facts() {
  const auto words = [](std::string ModelFacts::*member) {
    return [member](const ModelFacts& model) { return QString::fromStdString(model.*member); };
  };
  return {
      {QT_TRANSLATE_NOOP("PlanRows", "model"), words(&ModelFacts::name)},
      {QT_TRANSLATE_NOOP("PlanRows", "family"), words(&ModelFacts::family)},
      {QT_TRANSLATE_NOOP("PlanRows", "parameters"), [](const ModelFacts& model) { return millions(model.parameters); }},
      {QT_TRANSLATE_NOOP("PlanRows", "stored as"), words(&ModelFacts::dtype)},
      {QT_TRANSLATE_NOOP("PlanRows", "latent space"), latentsOf},
      {QT_TRANSLATE_NOOP("PlanRows", "latent channels"),
       [](const ModelFacts& model) { return QString::number(model.latent_channels); }},
      {QT_TRANSLATE_NOOP("PlanRows", "condition"), conditionOf},
      {QT_TRANSLATE_NOOP("PlanRows", "text encoder"), encoderOf},
      {QT_TRANSLATE_NOOP("PlanRows", "predicts"), predictionOf},
      {QT_TRANSLATE_NOOP("PlanRows", "noise schedule"), scheduleOf},
      {QT_TRANSLATE_NOOP("PlanRows", "trained at"), sizeOf},
      {QT_TRANSLATE_NOOP("PlanRows", "memory in fp32"),
       [](const ModelFacts& model) { return bytesText(model.network_bytes_fp32); }}};
}

QString oneLine(const QString& title, const std::vector<NamedFacts>& models,
                const std::function<QString(const NamedFacts&)>& text) {
  QStringList parts;
  for (const NamedFacts& model : models) {
    const QString value = text(model);
    if (!value.isEmpty()) parts << QString::fromStdString(model.name) + u' ' + value;
  }
  return QStringLiteral("%1: %2").arg(title, parts.join(QStringLiteral(", ")));
}

void addVerdict(const std::vector<NamedFacts>& models, QStringList& rows) {
  for (std::size_t i = 1; i < models.size(); ++i) {
    const StitchVerdict verdict = check_stitch(models.front().facts, models[i].facts);
    for (const auto* sentences : {&verdict.reasons, &verdict.warnings, &verdict.notes}) {
      for (const std::string& sentence : *sentences) rows << QString::fromStdString(sentence);
    }
  }
  rows.removeDuplicates();
}

}  // namespace

QStringList factRows(const std::vector<NamedFacts>& models, const MeasuredSeconds& measured) {
  QStringList rows;
  if (models.empty()) return rows;
  for (const Fact& fact : facts()) {
    rows << oneLine(Texts::tr(fact.title), models, [&](const NamedFacts& model) { return fact.text(model.facts); });
  }
  if (!measured.evaluation.empty()) {
    rows << oneLine(Texts::tr("seconds per evaluation"), models, [&](const NamedFacts& model) {
      const auto seconds = measured.evaluation.find(model.name);
      return seconds == measured.evaluation.end() ? QString() : fixed(seconds->second, 3);
    });
  }
  addVerdict(models, rows);
  return rows;
}

bool stitch(const std::vector<NamedFacts>& models) {
  return std::all_of(models.begin(), models.end(), [&](const NamedFacts& model) {
    return &model == &models.front() || check_stitch(models.front().facts, model.facts).stitch;
  });
}

QString stitchText(const std::vector<NamedFacts>& models) {
  for (std::size_t i = 1; i < models.size(); ++i) {
    const StitchVerdict verdict = check_stitch(models.front().facts, models[i].facts);
    if (!verdict.stitch) return Texts::tr("no: %1").arg(QString::fromStdString(verdict.reasons.front()));
  }
  return Texts::tr("yes");
}

QString secondsText(const std::map<DenoiserName, double>& evaluation) {
  std::vector<std::pair<DenoiserName, double>> parts(evaluation.begin(), evaluation.end());
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    const auto rank = [](const DenoiserName& name) { return name == "small" ? 0 : name == "large" ? 2 : 1; };
    return rank(a.first) < rank(b.first);
  });
  QStringList texts;
  for (const auto& [name, seconds] : parts) {
    texts << QStringLiteral("%1 %2 s").arg(QString::fromStdString(name), fixed(seconds, 3));
  }
  return texts.join(QStringLiteral(", "));
}

QString measuredText(const QString& pair, const MeasuredPair& measured) {
  return QStringLiteral("%1, %2x%3, %4: %5")
      .arg(pair)
      .arg(measured.extent.width)
      .arg(measured.extent.height)
      .arg(QString::fromStdString(measured.precision), secondsText(measured.evaluation));
}

QString pointText(const PlanPoint& point) {
  return Texts::tr("%1 steps, %2 %: %3 s, RMS %4")
      .arg(QString::number(point.steps), QString::number(point.ratio.value), fixed(point.seconds, 1),
           fixed(point.difference, 3));
}

QStringList memoryRows(const ResidencyPlan& plan) {
  QStringList rows;
  for (const ResidencyStage& stage : plan.stages) {
    rows << Texts::tr("%1: %2 of %3")
                .arg(QString::fromStdString(stage.name), bytesText(stage.bytes()), bytesText(plan.available_bytes));
  }
  return rows;
}

}  // namespace tstitch::ui
