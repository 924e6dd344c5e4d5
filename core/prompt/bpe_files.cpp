#include "core/prompt/bpe_files.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

namespace tstitch {

namespace {

/// Takes the events of a JSON parser for one flat object of integers; anything else ends the parse with a reason.
class VocabularyReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit VocabularyReader(const std::string& file) : file_(file) {}

  BpeTokenizer::Vocabulary take() { return std::move(vocabulary_); }

  bool null() override { return refuse("an id that is null"); }
  bool boolean(bool) override { return refuse("an id that is a boolean"); }
  bool number_float(number_float_t, const string_t&) override { return refuse("an id that is no integer"); }
  bool string(string_t&) override { return refuse("an id that is a string"); }
  bool binary(binary_t&) override { return refuse("binary data"); }
  bool start_array(std::size_t) override { return refuse("an array"); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }
  bool number_integer(number_integer_t) override { return refuse("a negative id"); }

  bool start_object(std::size_t) override {
    if (open_) return refuse("an object inside the object");
    open_ = true;
    return true;
  }

  bool key(string_t& symbol) override {
    symbol_ = symbol;
    return true;
  }

  bool number_unsigned(number_unsigned_t id) override {
    if (!open_) return refuse("a bare number");
    if (id > kLargestId) return refuse(concat("id ", id));
    if (!vocabulary_.emplace(symbol_, static_cast<int>(id)).second) return refuse("it twice");
    if (vocabulary_.size() > kMostSymbols) return refuse(concat("more than ", kMostSymbols, " symbols"));
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw BadInput(concat("expected a JSON object of symbols and ids, found a syntax error at byte ", position, "."),
                   file_);
  }

 private:
  static constexpr number_unsigned_t kLargestId = 1U << 24U;
  static constexpr std::size_t kMostSymbols = 1U << 20U;  ///< as many as an encoder's vocabulary may have

  [[nodiscard]] bool refuse(const std::string& found) const {
    const std::string place = open_ ? concat(" for symbol '", symbol_.substr(0, 40), "'") : std::string();
    throw BadInput(concat("expected one JSON object of symbols and their ids, found ", found, place, "."), file_);
  }

  const std::string& file_;
  std::string symbol_;
  bool open_ = false;
  BpeTokenizer::Vocabulary vocabulary_;
};

void require_ids_in_a_row(const BpeTokenizer::Vocabulary& vocabulary, const std::string& file) {
  std::vector<const std::string*> symbols(vocabulary.size(), nullptr);
  for (const auto& [symbol, id] : vocabulary) {
    if (static_cast<std::size_t>(id) >= symbols.size()) {
      throw BadInput(concat("expected ids below the vocabulary's size ", symbols.size(), ", found ", id,
                            " for symbol '", symbol, "'."),
                     file);
    }
    if (symbols[id] != nullptr) {
      throw BadInput(concat("expected every id once, found ", id, " for '", *symbols[id], "' and '", symbol, "'."),
                     file);
    }
    symbols[id] = &symbol;
  }
}

std::optional<std::pair<std::string, std::string>> two_symbols(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const bool two = blank != std::string_view::npos && blank != 0 && blank + 1 < text.size() &&
                   text.find(' ', blank + 1) == std::string_view::npos;
  if (!two) return std::nullopt;
  return std::pair{std::string(text.substr(0, blank)), std::string(text.substr(blank + 1))};
}

/// Takes the events of a JSON parser for a tokenizer.json, of which only three places matter; no tree is built, so a
/// hostile file needs no more memory than it has bytes.
class TokenizerJsonReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TokenizerJsonReader(const std::string& file) : file_(file), vocabulary_(file) {}

  SerializedTokenizer take() {
    tokenizer_.vocabulary = vocabulary_.take();
    return std::move(tokenizer_);
  }

  bool null() override { return in_vocabulary() ? vocabulary_.null() : no_merge("null"); }
  bool number_float(number_float_t value, const string_t& text) override {
    return in_vocabulary() ? vocabulary_.number_float(value, text) : no_merge("a number");
  }
  bool number_integer(number_integer_t value) override {
    return in_vocabulary() ? vocabulary_.number_integer(value) : no_merge("a number");
  }
  bool number_unsigned(number_unsigned_t value) override {
    return in_vocabulary() ? vocabulary_.number_unsigned(value) : no_merge("a number");
  }
  bool binary(binary_t&) override { return no_merge("binary data"); }

  bool boolean(bool value) override {
    if (in_vocabulary()) return vocabulary_.boolean(value);
    if (path_ != kAddedToken) return no_merge("a boolean");
    if (key_ == "normalized") tokenizer_.added.back().normalized = value;
    if (value && key_ == "single_word") refuse("an added token that asks for single_word, which is not supported");
    return true;
  }

  bool string(string_t& value) override {
    if (in_vocabulary()) return vocabulary_.string(value);
    if (path_ == "/model" && key_ == "type" && value != "BPE") refuse(concat("a model of type ", value.substr(0, 40)));
    if (path_ == kMerges) add_merge(value);
    if (path_ == kMergePair) pair_.push_back(value);
    if (path_ == kAddedToken && key_ == "content") tokenizer_.added.back().content = value;
    return true;
  }

  bool key(string_t& name) override {
    key_ = name;
    return !in_vocabulary() || vocabulary_.key(name);
  }

  bool start_object(std::size_t size) override {
    if (in_vocabulary()) return vocabulary_.start_object(size);
    enter(false);
    if (in_vocabulary()) return vocabulary_.start_object(size);
    if (path_ == kAddedToken) tokenizer_.added.emplace_back();
    return path_ == kMergePair ? no_merge("an object") : true;
  }

  bool end_object() override {
    if (path_ == kAddedToken && tokenizer_.added.back().content.empty()) refuse("an added token without content");
    return leave();
  }

  bool start_array(std::size_t size) override {
    if (in_vocabulary()) return vocabulary_.start_array(size);
    enter(true);
    pair_.clear();
    if (in_vocabulary()) refuse("a list of symbols");
    if (path_ == kAddedToken) refuse("a list as an added token");
    return true;
  }

  bool end_array() override {
    if (path_ == kMergePair) {
      if (pair_.size() != 2) refuse(concat("merge ", tokenizer_.merges.size() + 1, " of ", pair_.size(), " symbols"));
      tokenizer_.merges.emplace_back(pair_[0], pair_[1]);
    }
    return leave();
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw BadInput(concat("expected JSON, found a syntax error at byte ", position, "."), file_);
  }

 private:
  static constexpr std::string_view kVocabulary = "/model/vocab";
  static constexpr std::string_view kMerges = "/model/merges";
  static constexpr std::string_view kMergePair = "/model/merges/";
  static constexpr std::string_view kAddedTokens = "/added_tokens";
  static constexpr std::string_view kAddedToken = "/added_tokens/";
  static constexpr std::size_t kDeepest = 64;

  [[noreturn]] void refuse(const std::string& found) const {
    throw BadInput(concat("expected a CLIP tokenizer with a BPE model, found ", found, "."), file_);
  }

  [[nodiscard]] bool in_vocabulary() const { return path_ == kVocabulary; }

  [[nodiscard]] bool no_merge(const char* found) const {
    if (path_ == kMerges || path_ == kMergePair) refuse(concat(found, " among the merges"));
    return true;
  }

  void add_merge(const std::string& text) {
    auto merge = two_symbols(text);
    if (!merge) refuse(concat("merge ", tokenizer_.merges.size() + 1, ", '", text.substr(0, 60), "'"));
    tokenizer_.merges.push_back(std::move(*merge));
  }

  struct Outer {
    std::size_t path_length;
    bool is_list;
  };

  /// Goes one level down; the elements of a list are named by nothing.
  void enter(bool is_list) {
    if (outer_.size() >= kDeepest) refuse(concat("more than ", kDeepest, " levels"));
    if (!outer_.empty()) {
      outer_.push_back({path_.size(), is_list});
      path_.append("/").append(key_);
    } else {
      outer_.push_back({0, is_list});
    }
    key_.clear();
    const bool matters = path_ == kVocabulary || path_ == kMerges || path_ == kAddedTokens;
    if (matters && !seen_.insert(path_).second) refuse(concat(path_, " twice"));
  }

  bool leave() {
    path_.resize(outer_.back().path_length);
    outer_.pop_back();
    if (!outer_.empty() && outer_.back().is_list) key_.clear();
    return true;
  }

  const std::string& file_;
  VocabularyReader vocabulary_;
  SerializedTokenizer tokenizer_;
  std::string path_, key_;
  std::vector<Outer> outer_;
  std::set<std::string> seen_;
  std::vector<std::string> pair_;
};

/// The byte values in the order in which GPT-2 names them: those that print as themselves, then the rest.
std::vector<int> bytes_in_symbol_order() {
  const auto prints = [](int byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
  };
  std::vector<int> bytes;
  for (int byte = 0; byte < 256; ++byte) {
    if (prints(byte)) bytes.push_back(byte);
  }
  for (int byte = 0; byte < 256; ++byte) {
    if (!prints(byte)) bytes.push_back(byte);
  }
  return bytes;
}

constexpr std::size_t kPrintingBytes = 188;

}  // namespace

BpeTokenizer::Vocabulary parse_vocabulary(std::string_view json, const std::string& file) {
  VocabularyReader reader(file);
  sax_parse_json(json, reader);
  BpeTokenizer::Vocabulary vocabulary = reader.take();
  require_ids_in_a_row(vocabulary, file);
  return vocabulary;
}

BpeTokenizer::Merges parse_merges(std::string_view text, const std::string& file) {
  BpeTokenizer::Merges merges;
  for (std::size_t begin = 0, number = 1; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("#version")) continue;
    auto merge = two_symbols(line);
    if (!merge) {
      throw BadInput(concat("line ", number, ": expected two symbols with a blank between them, found '",
                            line.substr(0, 60), "'."),
                     file);
    }
    merges.push_back(std::move(*merge));
  }
  return merges;
}

SerializedTokenizer parse_tokenizer_json(std::string_view json, const std::string& file) {
  TokenizerJsonReader reader(file);
  sax_parse_json(json, reader);
  SerializedTokenizer tokenizer = reader.take();
  require_ids_in_a_row(tokenizer.vocabulary, file);
  return tokenizer;
}

const std::vector<std::string>& byte_symbols() {
  static const std::vector<std::string> symbols = [] {
    std::vector<std::string> by_byte(256);
    const std::vector<int> bytes = bytes_in_symbol_order();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const auto code_point = static_cast<char32_t>(i < kPrintingBytes ? bytes[i] : 256 + (i - kPrintingBytes));
      append_utf8(by_byte[bytes[i]], code_point);
    }
    return by_byte;
  }();
  return symbols;
}

BpeTokenizer::Vocabulary clip_vocabulary(const BpeTokenizer::Merges& merges) {
  BpeTokenizer::Vocabulary vocabulary;
  vocabulary.reserve(514 + merges.size());
  const auto add = [&](std::string symbol) {
    const int id = static_cast<int>(vocabulary.size());
    vocabulary.emplace(std::move(symbol), id);
  };
  for (const std::string_view end : {"", "</w>"}) {
    for (const int byte : bytes_in_symbol_order()) add(byte_symbols()[byte] + std::string(end));
  }
  for (const auto& [first, second] : merges) add(first + second);
  add("<|startoftext|>");
  add("<|endoftext|>");
  return vocabulary;
}

}  // namespace tstitch
