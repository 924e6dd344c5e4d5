#include "core/hub/hub_settings.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/hub/address.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

std::string first_word_in(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

std::string token_in(const Environment& environment) {
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    std::string token(trimmed(environment(name).value_or("")));
    if (!token.empty()) return token;
  }
  const std::string path = environment("HF_TOKEN_PATH").value_or("");
  if (!path.empty()) return first_word_in(path);
  const fs::path home = hub_home(environment);
  return home.empty() ? std::string() : first_word_in(home / "token");
}

std::string first_given(const Environment& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string value = environment(name).value_or("");
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace

HubSettings hub_settings(const Environment& environment) {
  HubSettings settings;
  if (const auto endpoint = environment("HF_ENDPOINT"); endpoint && !endpoint->empty()) {
    settings.endpoint = *endpoint;
    while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
    if (!parse_address(settings.endpoint)) {
      throw UsageError(concat("\"", *endpoint, "\" is not an http or https address."), "HF_ENDPOINT");
    }
  }
  settings.cache = hub_cache_folder(environment);
  if (settings.cache.empty()) {
    throw UsageError("there is no place for downloads: HOME is not set.", "HF_HUB_CACHE",
                     "Set HF_HUB_CACHE to a folder.");
  }
  settings.token = token_in(environment);
  settings.certificates = first_given(environment, {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"});
  settings.offline = is_true(environment("HF_HUB_OFFLINE")) || is_true(environment("TRANSFORMERS_OFFLINE"));
  return settings;
}

fs::path system_certificates(const std::vector<fs::path>& places) {
  const auto found = std::find_if(places.begin(), places.end(), is_file);
  return found == places.end() ? fs::path() : *found;
}

}  // namespace tstitch
