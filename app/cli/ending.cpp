#include "app/cli/ending.h"

#include <iostream>

#include <nlohmann/json.hpp>

#include "app/cli/event_json.h"

namespace tstitch::cli {

namespace {

ExitCode tell(const Failed& failed) {
  std::cerr << "tstitch: " << (failed.code == ExitCode::Internal ? "internal error: " : "")
            << error_of(failed).sentence() << '\n';
  return failed.code;
}

}  // namespace

ExitCode tell_ending(const Outcome& outcome) {
  if (std::holds_alternative<Finished>(outcome)) return ExitCode::Done;
  if (const auto* failed = std::get_if<Failed>(&outcome)) return tell(*failed);
  std::cerr << "tstitch: cancelled\n";
  return ExitCode::Cancelled;
}

ExitCode tell_exception(bool json) {
  const Outcome outcome = outcome_of(std::current_exception(), {});
  if (json) {
    try {
      print_line(ending_json(outcome));
    } catch (const Error&) {  // it may be what went wrong in the first place
      return tell_ending(outcome);
    }
  }
  return tell_ending(outcome);
}

}  // namespace tstitch::cli
