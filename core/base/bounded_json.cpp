#include "core/base/bounded_json.h"

#include <utility>
#include <vector>

#include "core/base/classic_locale.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {
namespace {

using nlohmann::json;

/// Builds the tree and throws at the first thing that breaks a limit. nlohmann's parser keeps its own stack of one bit
/// a level, so depth costs no machine stack either way.
class BoundedTree : public nlohmann::json_sax<json> {
 public:
  BoundedTree(std::string file, const JsonLimits& limits) : file_(std::move(file)), limits_(limits) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool number_float(number_float_t value, const string_t& text) override {
    if (is_integer_text(text)) refuse(concat("the integer ", text.substr(0, 40), " does not fit 64 bits."));
    return add(value);
  }

  bool start_object(std::size_t /*elements*/) override { return open(json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    if (open_.back()->contains(value)) refuse(concat("the key ", in_quotes(value), " is given twice."));
    key_ = std::move(value);
    return true;
  }

  bool parse_error(std::size_t byte, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    refuse(json_syntax_sentence(byte));
  }

  json take() { return std::move(root_); }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw BadInput(what, file_); }

  json* place(json value) {
    if (++values_ > limits_.values) refuse(concat("more than ", limits_.values, " values."));
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool add(json value) {
    place(std::move(value));
    return true;
  }

  // A parent's list may move its elements while it grows, but never while one of them is open.
  bool open(json empty) {
    if (open_.size() >= static_cast<std::size_t>(limits_.depth)) {
      refuse(concat("nested deeper than ", limits_.depth, " levels."));
    }
    open_.push_back(place(std::move(empty)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string file_;
  JsonLimits limits_;
  std::size_t values_ = 0;
  json root_;
  std::vector<json*> open_;
  std::string key_;
};

}  // namespace

nlohmann::json parse_bounded_json(std::string_view text, const std::string& file, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    throw BadInput(concat("is ", text.size(), " bytes of JSON; at most ", limits.bytes, " are read."), file);
  }
  require_json_text(text, file);
  BoundedTree tree(file, limits);
  sax_parse_json(text, tree);
  return tree.take();
}

bool sax_parse_json(std::string_view text, nlohmann::json_sax<json>& handler) {
  const ClassicLocale numbers;
  return json::sax_parse(text.begin(), text.end(), &handler);
}

nlohmann::json parse_json(std::string_view text) {
  const ClassicLocale numbers;
  return json::parse(text.begin(), text.end(), nullptr, false);
}

nlohmann::ordered_json parse_ordered_json(std::string_view text) {
  const ClassicLocale numbers;
  return nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr, false);
}

void require_json_text(std::string_view text, const std::string& file) {
  if (!is_valid_utf8(text)) throw BadInput("holds JSON that is not UTF-8 text.", file);
  if (text.find('\0') != std::string_view::npos) throw BadInput("holds JSON with a zero byte.", file);
}

bool is_integer_text(std::string_view text) {
  return text.find_first_of(".eE") == std::string_view::npos;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  std::string shown(text.substr(0, kLongest));
  // A cut may fall inside a character; its first bytes go as well.
  if (shown.size() < text.size()) {
    while (!shown.empty() && !is_valid_utf8(shown)) shown.pop_back();
    shown += "...";
  }
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = '?';
  }
  return '"' + shown + '"';
}

std::string json_syntax_sentence(std::size_t byte) {
  return concat("is not JSON: it breaks off at byte ", byte, ".");
}

}  // namespace tstitch
