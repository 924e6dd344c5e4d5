#include "core/system/places.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/system/current_folder.h"

namespace tstitch {

namespace fs = std::filesystem;

namespace {

struct NamedPlace {
  using Member = fs::path Places::*;
  std::string_view name;
  Member place;
};
constexpr std::array kPlaces{
    NamedPlace{"models", &Places::models},     NamedPlace{"tokenizer", &Places::tokenizer},
    NamedPlace{"licences", &Places::licences}, NamedPlace{"torch", &Places::torch},
    NamedPlace{"plugins", &Places::plugins},   NamedPlace{"cuda_list", &Places::cuda_list},
};

Places installed_below(const fs::path& prefix) {
  const fs::path share = prefix / "share" / "tstitch";
  const fs::path lib = prefix / "lib" / "tstitch";
  return {share / "models",           share / "tokenizer", share / "licences", lib / "torch" / "lib", lib,
          share / "cuda_runtime.json"};
}

Places read_marker(const fs::path& marker) {
  std::ifstream in(marker);
  Places places;
  for (std::string line; std::getline(in, line);) {
    if (trimmed(line).empty()) continue;
    const std::size_t equals = line.find('=');
    const std::string_view name = trimmed(std::string_view(line).substr(0, equals));
    bool known = false;
    for (const NamedPlace& entry : kPlaces) {
      if (entry.name != name || equals == std::string::npos) continue;
      places.*entry.place =
          (marker.parent_path() / trimmed(std::string_view(line).substr(equals + 1))).lexically_normal();
      known = true;
    }
    if (!known) throw BadInput(concat("Expected lines \"name = path\", found \"", line, "\"."), marker.string());
  }
  return places;
}

std::optional<fs::path> absolute_from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || value[0] != '/') return std::nullopt;
  return fs::path(value);
}

/// Owned by this user and closed to others, so that nobody can plant files in it.
fs::path own_temporary_folder() {
  fs::path folder = fs::temp_directory_path() / concat("tstitch-", ::getuid());
  struct stat facts = {};
  const bool made = ::mkdir(folder.c_str(), 0700) == 0;
  const bool ours = made || (::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
                             facts.st_uid == ::getuid() && (facts.st_mode & 022U) == 0);
  if (!ours) {
    throw BadInput("HOME is not set, and the temporary folder is not this user's own.", folder.string(),
                   "Set HOME or give --profile DIR.");
  }
  return folder;
}

UserPlaces below(const fs::path& data, const fs::path& config, const fs::path& state, const fs::path& cache) {
  return {data / "models", config, state, cache, data / "cuda", {}};
}

UserPlaces below(const fs::path& folder) {
  return below(folder / "data", folder / "config", folder / "state", folder / "cache");
}

}  // namespace

Places places_of(const fs::path& executable) {
  const fs::path marker = executable.parent_path() / "tstitch.root";
  std::error_code ignored;
  if (fs::is_regular_file(marker, ignored)) return read_marker(marker);
  return installed_below(executable.parent_path().parent_path());
}

Places installed_places() {
  return places_of(fs::read_symlink("/proc/self/exe"));
}

UserPlaces user_places(const std::optional<fs::path>& profile) {
  if (profile) return below(absolute_path(*profile));
  const std::optional<fs::path> home = absolute_from_environment("HOME");
  const std::optional<fs::path> data = absolute_from_environment("XDG_DATA_HOME");
  const std::optional<fs::path> config = absolute_from_environment("XDG_CONFIG_HOME");
  const std::optional<fs::path> state = absolute_from_environment("XDG_STATE_HOME");
  const std::optional<fs::path> cache = absolute_from_environment("XDG_CACHE_HOME");
  if (!home && !(data && config && state && cache)) {
    const fs::path folder = own_temporary_folder();
    UserPlaces places = below(folder);
    places.note = concat("HOME is not set: settings and caches go to ", folder.string(), ".");
    return places;
  }
  const auto either = [&home](const std::optional<fs::path>& set, const char* usual) {
    return (set ? *set : *home / usual) / "tstitch";
  };
  return below(either(data, ".local/share"), either(config, ".config"), either(state, ".local/state"),
               either(cache, ".cache"));
}

}  // namespace tstitch
