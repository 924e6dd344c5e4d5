// How near predicted times come to the runs that they predict, on the bundled pair: measures it as the plan page does,
// then draws ratios and step counts and compares. Printed, never judged.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "core/local_engine/local_engine.h"
#include "core/models/model_index.h"
#include "core/trajectory/planner.h"

namespace {

using namespace tstitch;

CostModel cost_of(const MeasuredSeconds& measured) {
  return {measured.evaluation, measured.text.value_or(0) + measured.decode.value_or(0)};
}

double seconds_of(const RunReport& report) {
  return report.seconds.text + report.seconds.sample + report.seconds.decode;
}

/// How far the prediction is off, in percent of the run; prints its line.
double compare(Engine& engine, GenerationRequest request, int steps, int percent) {
  request.steps = steps;
  request.split = RatioSplit{{Percent{percent}}, SplitRule::Floor};
  const RunPlan plan = engine.plan(request, {});
  const auto predicted = predicted_seconds(plan.segments, cost_of(plan.measured));
  PictureRun run;
  run.request = request;
  run.preview.kind = PreviewKind::None;
  run.more_follow = true;
  const Outcome outcome = engine.make(run, {}, [](const Event&) {});
  const double took = seconds_of(report_of(outcome));
  if (!predicted || took <= 0) return 100;
  const double off = 100 * (*predicted - took) / took;
  std::cout << steps << " steps, " << percent << " %: predicted " << *predicted << " s, took " << took << " s, off by "
            << off << " %" << std::endl;
  return off;
}

int predict(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "plan_predictions FOLDER: measures the bundled pair and compares; its cache goes into FOLDER\n";
    return 2;
  }
  LocalEngineOptions options = installed_engine_options(user_places(std::filesystem::path(argv[1])));
  options.keep_loaded = true;
  const auto engine = make_local_engine(options);
  GenerationRequest request = pair_named(engine->pairs(), "miniature")->defaults;
  request.prompt = "3d fox";
  request.seed = 7;
  (void)engine->bench(request, {}, BenchDetail::Times, {}, [](const Event&) {});
  (void)compare(*engine, request, 10, 40);  // loads both
  std::vector<double> off;
  for (const int steps : {10, 25, 50}) {
    for (const int percent : {0, 20, 40, 60, 80, 100}) {
      off.push_back(std::abs(compare(*engine, request, steps, percent)));
    }
  }
  std::sort(off.begin(), off.end());
  std::cout << "off by a median of " << off[off.size() / 2] << " %, at most " << off.back() << " %" << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return predict(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
