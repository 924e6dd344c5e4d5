#include "core/models/hub_cache.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <system_error>

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// Unset and empty are the same to the hub's clients.
std::optional<fs::path> path_in(const Environment& environment, const char* name) {
  const std::optional<std::string> value = environment(name);
  if (!value || value->empty()) return std::nullopt;
  if (*value != "~" && !value->starts_with("~/")) return fs::path(*value);
  const std::optional<std::string> home = environment("HOME");
  return fs::path(home.value_or("")) / (value->size() > 2 ? value->substr(2) : "");
}

std::string folder_name(const std::string& id) {
  std::string name = "models--";
  for (const char letter : id) name += letter == '/' ? std::string("--") : std::string(1, letter);
  return name;
}

/// The commit in a reference; empty when there is none that can be a folder's name.
std::string commit_in(const fs::path& reference) {
  std::ifstream in(reference);
  std::string line;
  std::getline(in, line);
  const std::string commit(trimmed(line));
  return commit.find('/') == std::string::npos && commit != ".." && commit != "." ? commit : std::string();
}

bool is_part_of_id(std::string_view part) {
  const auto is_allowed = [](char letter) {
    return is_ascii_letter(letter) || is_ascii_digit(letter) || letter == '-' || letter == '_' || letter == '.';
  };
  return !part.empty() && part.size() <= 96 && part.front() != '.' && part.front() != '-' &&
         part.find("..") == std::string_view::npos && part.find("--") == std::string_view::npos &&
         std::all_of(part.begin(), part.end(), is_allowed);
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

bool is_true(const std::optional<std::string>& value) {
  if (!value) return false;
  const std::string lower = lower_case(*value);
  return lower == "1" || lower == "on" || lower == "yes" || lower == "true";
}

fs::path hub_home(const Environment& environment) {
  if (const auto home = path_in(environment, "HF_HOME")) return *home;
  if (const auto cache = path_in(environment, "XDG_CACHE_HOME")) return *cache / "huggingface";
  if (const auto user = path_in(environment, "HOME")) return *user / ".cache" / "huggingface";
  return {};
}

fs::path hub_cache_folder(const Environment& environment) {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (const auto cache = path_in(environment, name)) return *cache;
  }
  const fs::path home = hub_home(environment);
  return home.empty() ? fs::path() : home / "hub";
}

bool is_repository_id(const std::string& id) {
  const std::size_t slash = id.find('/');
  return slash != std::string::npos && is_part_of_id(std::string_view(id).substr(0, slash)) &&
         is_part_of_id(std::string_view(id).substr(slash + 1));
}

CachedRepository::CachedRepository(const fs::path& cache, const std::string& id) : folder_(cache / folder_name(id)) {}

std::vector<fs::path> CachedRepository::snapshots(const std::string& revision) const {
  std::vector<fs::path> all;
  std::error_code error;
  for (fs::directory_iterator entry(folder_ / "snapshots", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (fs::is_directory(entry->path(), ignored)) all.push_back(entry->path());
  }
  std::sort(all.begin(), all.end());
  const std::string commit = commit_in(reference(revision));
  if (commit.empty()) return all;
  const auto own = std::find(all.begin(), all.end(), snapshot(commit));
  if (own != all.end()) std::rotate(all.begin(), own, own + 1);
  return all;
}

}  // namespace tstitch
