#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/hub/fetch.h"

namespace tstitch {

/// Brings what a name stands for: the repositories of a known pair, or one repository (core/models). `roots` as
/// known_pairs() takes them. Where nothing may be asked over the network it only sees that all is here.
/// Throws BadInput for a name that is not known, for files that no hub has (with where people get them and put them),
/// and as fetch_repositories() does; Interrupted when asked to stop.
FetchReport fetch_known(const std::string& name, const std::vector<std::filesystem::path>& roots,
                        const std::stop_token& stop, const FetchSink& sink,
                        const Environment& environment = process_environment);

}  // namespace tstitch
