#pragma once

#include "core/engine/runner.h"
#include "core/local_engine/picture_maker.h"

namespace tstitch {

/// Times what a run of this request consists of: each denoiser's step (the median of several after the first), loading,
/// text, decoding; and from process start to the end of the first step, which is why it begins with a run's own order.
/// The figures also go into the measured times that plans use. Operators are watched in steps of their own, which
/// count in nothing else.
BenchReport bench_run(ResolvedRun run, Workshop& workshop, const ComputeChoice& compute, const RunSettings& settings,
                      BenchDetail detail, const std::stop_token& stop);

}  // namespace tstitch
