#include "core/request/class_names.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/request/option_text.h"

namespace tstitch {

namespace {

/// The most names that a message offers.
constexpr std::size_t kMostOffered = 4;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_digit);
}

/// The classes one of whose names is `name`, which is in lower case.
std::vector<int> classes_called(const std::string& name, const ClassNames& names) {
  std::vector<int> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto own = split_class_names(names[i]);
    const bool fits =
        std::any_of(own.begin(), own.end(), [&](const std::string& other) { return lower_case(other) == name; });
    if (fits) found.push_back(static_cast<int>(i));
  }
  return found;
}

/// Classes with `part` somewhere in their names: "golden retriever (207)".
std::string offers(const std::string& part, const ClassNames& names) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < names.size() && found.size() < kMostOffered; ++i) {
    for (const std::string& name : split_class_names(names[i])) {
      if (part.empty() || lower_case(name).find(part) == std::string::npos) continue;
      found.push_back(concat(name, " (", i, ")"));
      break;
    }
  }
  return found.empty() ? "" : concat("There are ", join(found, ", "), ".");
}

std::string numbered(const std::vector<int>& classes, const ClassNames& names) {
  std::vector<std::string> texts;
  texts.reserve(classes.size());
  for (const int label : classes) texts.push_back(concat(label, " (", names[static_cast<std::size_t>(label)], ")"));
  return join(texts, ", ");
}

}  // namespace

const ClassNames& imagenet_class_names() {
  static const ClassNames kNames{
#include "core/request/imagenet_classes.inc"
  };
  return kNames;
}

std::vector<std::string> split_class_names(std::string_view names) {
  std::vector<std::string> parts = split(names, ',');
  for (std::string& part : parts) part = std::string(trimmed(part));
  return parts;
}

int parse_class(std::string_view text, int count, const ClassNames& names) {
  const std::string_view wanted = trimmed(text);
  if (is_number(wanted)) return parse_whole_number(wanted, {}, 0, count - 1);
  const std::string name = lower_case(wanted);
  const std::vector<int> classes = classes_called(name, names);
  if (classes.size() == 1) return classes.front();
  if (classes.empty()) {
    throw UsageError(concat("\"", wanted, "\" is neither a number from 0 to ", count - 1, " nor the name of a class."),
                     {}, offers(name, names));
  }
  throw UsageError(concat("\"", wanted, "\" is the name of several classes: ", numbered(classes, names), "."), {},
                   "Give the number.");
}

std::vector<int> parse_class_list(std::string_view text, int count, const ClassNames& names) {
  std::vector<int> classes;
  for (const std::string& item : split_class_names(text)) classes.push_back(parse_class(item, count, names));
  return classes;
}

}  // namespace tstitch
