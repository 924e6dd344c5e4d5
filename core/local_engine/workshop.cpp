#include "core/local_engine/workshop.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/local_engine/precision_bench.h"
#include "core/local_engine/resolved_run.h"

namespace tstitch {
namespace {

bool has_as_many_parameters(const ResolvedRun& run, std::int64_t least) {
  return std::any_of(run.models.begin(), run.models.end(),
                     [&](const auto& model) { return model.second.facts.parameters >= least; });
}

}  // namespace

ComputeChoice Workshop::compute_for(const RunSettings& settings, const ResolvedRun& run, PrecisionTest test) const {
  ComputeChoice choice = choose_compute(settings, options.plugins, options.torch_libraries);
  if (!options.device.empty()) {
    choice.device = at::Device(options.device);
    choice.chosen.name = options.device;
  }
  if (settings.precision != Precision::Auto || !choice.device.is_cpu() ||
      !has_as_many_parameters(run, options.least_tested_parameters)) {
    return choice;
  }
  const std::vector<Precision> fast = fast_precisions(settings, options.plugins, options.torch_libraries);
  if (fast.size() < 2) return choice;
  std::vector<MeasuredPrecision> measured = precisions.of(choice.threads);
  if (measured.empty() && test == PrecisionTest::WhereMissing) {
    choice.use_threads();
    measured = measure_precisions(fast);
    precisions.keep(choice.threads, measured);
  }
  choice.type = tensor_type(fastest_within_bound(measured));
  return choice;
}

}  // namespace tstitch
