#include "core/engine/outcome.h"

#include "core/base/stop.h"

namespace tstitch {

void append_segments(std::vector<SegmentTime>& segments, const std::vector<SegmentTime>& further) {
  for (const SegmentTime& time : further) {
    if (segments.empty() || segments.back().denoiser != time.denoiser) {
      segments.push_back(time);
    } else {
      segments.back().evaluations += time.evaluations;
      segments.back().seconds.value += time.seconds.value;
    }
  }
}

std::map<DenoiserName, double> seconds_per_denoiser(const std::vector<SegmentTime>& segments) {
  std::map<DenoiserName, double> seconds;
  for (const SegmentTime& segment : segments) seconds[segment.denoiser] += segment.seconds.value;
  return seconds;
}

const RunReport& report_of(const Outcome& outcome) {
  return std::visit([](const auto& ending) -> const RunReport& { return ending.report; }, outcome);
}

RunReport& report_of(Outcome& outcome) {
  return std::visit([](auto& ending) -> RunReport& { return ending.report; }, outcome);
}

Error error_of(const Failed& failed) {
  return {failed.code, failed.what, failed.where, failed.hint};
}

Outcome outcome_of(const std::exception_ptr& problem, RunReport report) {
  try {
    std::rethrow_exception(problem);
  } catch (const Interrupted&) {
    return Cancelled{std::move(report)};
  } catch (const Error& error) {
    return Failed{error.what(), error.where(), error.hint(), error.code(), std::move(report)};
  } catch (const std::bad_alloc&) {
    return Failed{"Not enough memory.",
                  {},
                  "Close other programs or choose a smaller size.",
                  ExitCode::OutOfMemory,
                  std::move(report)};
  } catch (const std::exception& error) {
    return Failed{error.what(), {}, {}, ExitCode::Internal, std::move(report)};
  } catch (...) {
    return Failed{"an exception of unknown type", {}, {}, ExitCode::Internal, std::move(report)};
  }
}

}  // namespace tstitch
