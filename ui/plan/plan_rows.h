#pragma once

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "core/engine/measured_pair.h"
#include "core/engine/run_plan.h"
#include "core/trajectory/planner.h"

namespace tstitch::ui {

/// A model of the pair, by the name of its denoiser.
struct NamedFacts {
  DenoiserName name;
  ModelFacts facts;
};

/// The facts of a pair's models, one a line: "latent channels: large 4, small 4". `measured` adds seconds.
QStringList factRows(const std::vector<NamedFacts>& models, const MeasuredSeconds& measured);

/// Whether all of them stitch to the first.
bool stitch(const std::vector<NamedFacts>& models);

/// "yes", or "no: REASON" with the first fact that differs; the large model comes first.
QString stitchText(const std::vector<NamedFacts>& models);

/// "small 0.052 s, large 0.151 s", the smallest first; empty where nothing is measured. Alike in every language.
QString secondsText(const std::map<DenoiserName, double>& evaluation);

/// "Miniature, 128x128, fp32: small 0.052 s, large 0.151 s".
QString measuredText(const QString& pair, const MeasuredPair& measured);

/// "25 steps, 40 %: 2.1 s, RMS 0.021".
QString pointText(const PlanPoint& point);

/// "sampling with small: 0.3 of 22.1 GiB", a line for each stage of a run.
QStringList memoryRows(const ResidencyPlan& plan);

}  // namespace tstitch::ui
