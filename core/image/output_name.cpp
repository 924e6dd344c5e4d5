#include "core/image/output_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iomanip>
#include <limits>
#include <sstream>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/atomic_file.h"
#include "core/request/model_names.h"
#include "core/request/names.h"
#include "core/system/current_folder.h"

namespace tstitch {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDefaultPattern = "[number]-[seed].png";
constexpr std::string_view kExtension = ".png";
constexpr std::size_t kLongestValue = 100;
constexpr std::size_t kLongestComponent = 200;
constexpr int kMostNumbers = 1'000'000;
constexpr std::array<std::string_view, 15> kTokens{
    "number",     "seed",       "steps",  "cfg",           "width",        "height", "sampler",      "ratio",
    "model_name", "model_hash", "prompt", "prompt_spaces", "prompt_words", "date",   "job_timestamp"};

/// Calls `on_text` and `on_token` with the pieces of a pattern in order.
template <class OnText, class OnToken>
void for_each_piece(std::string_view pattern, OnText on_text, OnToken on_token) {
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('[');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find(']', open);
    on_text(pattern.substr(0, close == std::string_view::npos ? close : open));
    if (close == std::string_view::npos) return;
    on_token(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
}

bool is_datetime(std::string_view token) {
  return token.starts_with("datetime<") && token.ends_with(">");
}

void require_known_tokens(std::string_view pattern, const fs::path& shown) {
  const auto check = [&](std::string_view token) {
    if (is_datetime(token) || std::find(kTokens.begin(), kTokens.end(), token) != kTokens.end()) return;
    const std::vector<std::string> known(kTokens.begin(), kTokens.end());
    throw UsageError(concat("the name pattern has the unknown token [", token, "]."), shown.string(),
                     concat("It takes [", join(known, "] ["), "] [datetime<%H%M>]."));
  };
  for_each_piece(
      pattern, [](std::string_view) {}, check);
}

bool is_device_name(std::string_view component) {
  std::string stem(component.substr(0, component.find('.')));
  while (stem.ends_with(' ')) stem.pop_back();
  std::transform(stem.begin(), stem.end(), stem.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  if (stem == "CON" || stem == "PRN" || stem == "AUX" || stem == "NUL") return true;
  const bool numbered = stem.size() == 4 && stem[3] >= '1' && stem[3] <= '9';
  return numbered && (stem.starts_with("COM") || stem.starts_with("LPT"));
}

/// The longest beginning of at most `limit` bytes that ends between two characters.
std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

std::string local_time_text(std::time_t time, const std::string& format) {
  std::tm parts{};
  ::localtime_r(&time, &parts);
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << std::put_time(&parts, format.c_str());
  return out.str();
}

std::string first_words(std::string_view prompt, std::size_t count) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(prompt) + ' ') {
    const bool separates = std::string_view(" \t\r\n,.;:!?()[]{}<>\"'|").find(c) != std::string_view::npos;
    if (!separates) {
      word += c;
    } else if (!word.empty() && words.size() < count) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return join(words, " ");
}

std::string ratio_text(const GenerationRequest& request) {
  const auto* split = std::get_if<RatioSplit>(&request.split);
  if (split == nullptr) return "segments";
  std::vector<std::string> shares;
  for (const Percent share : split->shares) shares.push_back(concat(share.value));
  return join(shares, "-");
}

/// One more than the largest number with which a name in the folder begins.
int next_number(const fs::path& folder) {
  int largest = 0;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    int number = 0;
    const auto [after, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool numbered = problem == std::errc() && after != name.data() && name.front() != '-';
    if (numbered && number < kMostNumbers) largest = std::max(largest, number);
  }
  return largest + 1;
}

void make_folder(const fs::path& folder, const fs::path& shown) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) {
    throw BadInput(concat("could not make the folder ", folder.string(), ": ", error.message(), "."), shown.string(),
                   "Choose a place that can be written.");
  }
}

/// The length of the folder at the beginning of the text that exists as it is written, its slash included.
std::size_t literal_folder(const std::string& text) {
  std::error_code ignored;
  for (std::size_t length = text.rfind('/') + 1; length > 0; length = text.substr(0, length - 1).rfind('/') + 1) {
    if (fs::is_directory(text.substr(0, length), ignored)) return length;
  }
  return 0;
}

fs::path or_current(const fs::path& folder) {
  return folder.empty() ? fs::path(".") : folder;
}

}  // namespace

std::string safe_component(std::string_view text, std::size_t limit) {
  constexpr std::string_view kForbidden = "/\\:*?\"<>|";
  std::string safe;
  for (const char c : text) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 || c == 0x7F || kForbidden.find(c) != std::string_view::npos;
    safe += bad ? '_' : c;
  }
  if (!is_valid_utf8(safe))
    std::replace_if(
        safe.begin(), safe.end(), [](char c) { return (c & 0x80) != 0; }, '_');
  safe = cut_utf8(safe, limit);
  while (safe.ends_with(' ') || safe.ends_with('.')) safe.pop_back();
  safe.erase(0, std::min(safe.find_first_not_of(' '), safe.size()));
  if (safe.empty()) return "_";
  return is_device_name(safe) ? "_" + safe : safe;
}

OutputNames::OutputNames(const fs::path& place, std::time_t now) : kind_(Kind::Pattern), shown_(place), now_(now) {
  const std::string text = place.string();
  if (!is_valid_utf8(text)) throw UsageError("expected an output place in UTF-8, found other bytes.", "--output");
  if (text.empty()) throw UsageError("expected a folder, a pattern or a file, found an empty text.", "--output");
  std::error_code ignored;
  if (text.ends_with('/') || fs::is_directory(place, ignored)) {
    folder_ = place;
    pattern_ = kDefaultPattern;
    return;
  }
  const std::size_t token = text.find('[', literal_folder(text));
  if (token == std::string::npos) {
    kind_ = Kind::ExactFile;
    folder_ = place.parent_path();
    return;
  }
  const std::size_t slash = text.rfind('/', token);
  folder_ = slash == std::string::npos ? std::string() : text.substr(0, slash + 1);
  pattern_ = slash == std::string::npos ? text : text.substr(slash + 1);
  if (!pattern_.ends_with(kExtension)) pattern_ += kExtension;
  require_known_tokens(pattern_, shown_);
}

void OutputNames::require_writable(int pictures) const {
  static_cast<void>(absolute_path(shown_));
  if (kind_ == Kind::ExactFile) {
    if (fs::exists(fs::symlink_status(shown_))) {
      throw UsageError("the output file exists, and nothing is ever replaced.", shown_.string(),
                       "Choose another name, or a folder.");
    }
    if (pictures > 1) {
      throw UsageError(concat("one file cannot hold ", pictures, " pictures."), shown_.string(),
                       "Choose a folder or a pattern with [number].");
    }
    if (!fs::is_directory(or_current(folder_))) {
      throw BadInput("expected the output file's folder to exist, found none.", shown_.string());
    }
  } else {
    make_folder(or_current(folder_), shown_);
  }
  require_writable_folder(or_current(folder_));
}

fs::path OutputNames::write(std::string_view bytes, const GenerationRequest& request, std::uint64_t seed) const {
  if (kind_ == Kind::ExactFile) {
    if (write_new_file(shown_, bytes) == NewFile::Written) return absolute_path(shown_);
    throw UsageError("the output file exists, and nothing is ever replaced.", shown_.string(),
                     "Choose another name, or a folder.");
  }
  const fs::path folder = path_for(request, seed, 1).parent_path();
  make_folder(or_current(folder), shown_);
  const int first = next_number(or_current(folder));
  for (int number = pattern_.find("[number]") == std::string::npos ? 1 : first; number < kMostNumbers; ++number) {
    const fs::path file = path_for(request, seed, number);
    if (fs::exists(fs::symlink_status(file))) continue;
    if (write_new_file(file, bytes) == NewFile::Written) return absolute_path(file);
  }
  throw BadInput("the folder has no free number left.", shown_.string());
}

fs::path OutputNames::path_for(const GenerationRequest& request, std::uint64_t seed, int number) const {
  std::string text;
  for_each_piece(
      pattern_, [&](std::string_view piece) { text += piece; },
      [&](std::string_view token) { text += safe_component(value_of(token, request, seed, number), kLongestValue); });
  text.resize(text.size() - kExtension.size());
  std::vector<std::string> components = split(text, '/');
  const std::string name = std::move(components.back());
  components.pop_back();
  fs::path path = folder_;
  for (const std::string& component : components) path /= safe_component(component, kLongestComponent);
  // A pattern without a number of its own gets one from the second picture on.
  const bool counts = pattern_.find("[number]") != std::string::npos || number == 1;
  const std::string tail = counts ? std::string() : concat("-", number);
  return path / concat(safe_component(name, kLongestComponent - tail.size()), tail, kExtension);
}

std::string OutputNames::value_of(std::string_view token, const GenerationRequest& request, std::uint64_t seed,
                                  int number) const {
  const DenoiserChoice* model = principal_denoiser(request);
  if (token == "number") {
    const std::string digits = concat(number);
    return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
  }
  if (token == "seed") return concat(seed);
  if (token == "steps") return concat(request.steps);
  if (token == "cfg") return number_text(request.guidance_scale);
  if (token == "width") return concat(request.extent.width);
  if (token == "height") return concat(request.extent.height);
  if (token == "sampler") return std::string(name_of(request.sampler));
  if (token == "ratio") return ratio_text(request);
  if (token == "model_name") return model == nullptr ? std::string() : model->model.name;
  if (token == "model_hash") return model == nullptr ? std::string() : short_hash(model->model);
  if (token == "prompt_spaces") return request.prompt;
  if (token == "prompt_words") return first_words(request.prompt, 8);
  if (token == "date") return local_time_text(now_, "%Y-%m-%d");
  if (token == "job_timestamp") return local_time_text(now_, "%Y%m%d%H%M%S");
  if (is_datetime(token)) return local_time_text(now_, std::string(token.substr(9, token.size() - 10)));
  std::string prompt = request.prompt;  // the remaining token
  std::replace(prompt.begin(), prompt.end(), ' ', '_');
  return prompt;
}

}  // namespace tstitch
