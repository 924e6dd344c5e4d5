#include "core/request/request_difference.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/request/option_text.h"
#include "core/request/request_json.h"

namespace tstitch {

namespace {

using nlohmann::ordered_json;

/// The settings of a request by their ways, in order.
using Leaves = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kFiles = ".files";

std::string below(const std::string& way, const std::string& part) {
  return way.empty() ? part : way + "." + part;
}

std::string hashes(const ordered_json& files) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> texts;
  for (const auto& file : files) texts.push_back(file.at("sha256").get<std::string>().substr(0, kShown));
  return join(texts, " ");
}

std::string leaf_text(const std::string& way, const ordered_json& value) {
  if (value.is_number_float()) return number_text(value.get<double>());
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  return way.ends_with("prompt") ? concat('"', text, '"') : text;
}

void collect(const std::string& way, const ordered_json& value, Leaves& leaves);

/// Models and pictures are told by their names, and by hashes only where the name does not tell them apart.
void collect_object(const std::string& way, const ordered_json& object, Leaves& leaves) {
  if (object.contains("family")) {
    leaves.emplace_back(way, object.at("name").get<std::string>());
    leaves.emplace_back(way + kFiles, hashes(object.at("files")));
  } else if (object.contains("sha256")) {
    leaves.emplace_back(way, object.at("name").get<std::string>());
    leaves.emplace_back(way + kFiles, hashes(ordered_json::array({object})));
  } else {
    for (const auto& [key, value] : object.items()) collect(below(way, key), value, leaves);
  }
}

/// Denoisers by their names, all else by numbers from 1.
void collect_array(const std::string& way, const ordered_json& array, Leaves& leaves) {
  int number = 0;
  for (const auto& element : array) {
    ++number;
    const bool named = element.contains("name") && element.contains("model");
    collect(below(way, named ? element.at("name").get<std::string>() : concat(number)), element, leaves);
  }
}

void collect(const std::string& way, const ordered_json& value, Leaves& leaves) {
  if (value.is_object()) return collect_object(way, value, leaves);
  if (value.is_array()) return collect_array(way, value, leaves);
  const bool is_in_the_way = way.starts_with("denoisers.") && way.ends_with(".name");
  if (!is_in_the_way) leaves.emplace_back(way, leaf_text(way, value));
}

void collect_split(const GenerationRequest& request, Leaves& leaves) {
  if (const auto* ratio = std::get_if<RatioSplit>(&request.split)) {
    std::vector<std::string> shares;
    for (const Percent share : ratio->shares) shares.push_back(concat(share.value, " %"));
    leaves.emplace_back("ratio", join(shares, ", "));
    leaves.emplace_back("rule", name_of(ratio->rule));
    return;
  }
  const std::vector<Segment>& segments = std::get<SegmentSplit>(request.split).segments;
  leaves.emplace_back("segments", text_of(segments));
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].prompt)
      leaves.emplace_back(concat("segments.", i + 1, ".prompt"), concat('"', *segments[i].prompt, '"'));
  }
}

Leaves leaves_of(const GenerationRequest& request) {
  const auto form = parse_ordered_json(to_json(request));
  Leaves leaves;
  for (const auto& [key, value] : form.items()) {
    if (key == "split") {
      collect_split(request, leaves);
    } else if (key == "width") {
      leaves.emplace_back("size", text_of(request.extent));
    } else if (key != "version" && key != "height") {
      collect(key, value, leaves);
    }
  }
  return leaves;
}

std::optional<std::string> find(const Leaves& leaves, const std::string& way) {
  const auto found = std::find_if(leaves.begin(), leaves.end(), [&](const auto& leaf) { return leaf.first == way; });
  return found == leaves.end() ? std::nullopt : std::optional(found->second);
}

bool is_told(const std::vector<SettingDifference>& told, const std::string& way) {
  return std::any_of(told.begin(), told.end(), [&](const SettingDifference& one) { return one.field == way; });
}

}  // namespace

std::vector<SettingDifference> setting_differences(const GenerationRequest& a, const GenerationRequest& b) {
  const Leaves of_a = leaves_of(a), of_b = leaves_of(b);
  std::vector<SettingDifference> differences;
  for (const Leaves* leaves : {&of_a, &of_b}) {
    for (const auto& [way, ignored] : *leaves) {
      SettingDifference one{way, find(of_a, way), find(of_b, way)};
      if (one.a == one.b || is_told(differences, way)) continue;
      const bool follows =
          way.ends_with(kFiles) && is_told(differences, way.substr(0, way.size() - std::string(kFiles).size()));
      if (!follows) differences.push_back(std::move(one));
    }
  }
  return differences;
}

}  // namespace tstitch
