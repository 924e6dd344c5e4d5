#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>

#include "core/base/text.h"
#include "core/configs/config_reader.h"
#include "core/configs/config_text.h"
#include "core/configs/model_config.h"

namespace tstitch {
namespace {

using nlohmann::json;

/// An added token is an object with `content`. `lstrip` and `rstrip` only take blanks, which mean nothing to CLIP.
AddedToken added_token(const ConfigReader& config, std::string_view key, const json& value, bool normalized) {
  const auto content = value.find("content");
  if (content == value.end() || !content->is_string()) config.refuse(key, "is an object without a text named content.");
  if (const auto found = value.find("single_word"); found != value.end() && *found != false) {
    config.refuse(key, "asks for single_word, which is not supported.");
  }
  const auto flag = value.find("normalized");
  if (flag != value.end() && !flag->is_boolean()) config.refuse(key, "has a value normalized that is not a boolean.");
  return {content->get<std::string>(), flag == value.end() ? normalized : flag->get<bool>()};
}

std::optional<AddedToken> special_token(const ConfigReader& config, std::string_view key, bool normalized) {
  const json& value = config.value(key);
  if (value.is_object()) return added_token(config, key, value, normalized);
  if (auto content = config.text(key)) return AddedToken{std::move(*content)};
  return std::nullopt;
}

constexpr std::array<std::string_view, 7> kNamedTokens{"bos_token", "eos_token", "unk_token", "pad_token",
                                                       "sep_token", "cls_token", "mask_token"};

/// Tokens that no other part of CLIP asks for, by their names: the usual ones first.
void append_named(const ConfigReader& config, std::vector<AddedToken>& further) {
  for (const std::string_view key : {"sep_token", "cls_token", "mask_token"}) {
    if (auto token = special_token(config, key, false)) further.push_back(std::move(*token));
  }
  for (const auto& [key, value] : config.all().items()) {
    const bool is_token = key.ends_with("_token") && (value.is_string() || value.is_object());
    const bool known = std::find(kNamedTokens.begin(), kNamedTokens.end(), key) != kNamedTokens.end();
    if (is_token && !known) further.push_back(*special_token(config, key, false));
  }
}

void append_list(const ConfigReader& config, const char* key, std::vector<AddedToken>& further) {
  const json& list = config.value(key);
  if (!list.is_array() && !list.is_object()) return;
  for (const json& value : list) {
    if (value.is_string()) further.push_back({value.get<std::string>()});
    if (value.is_object()) further.push_back(added_token(config, key, value, false));
  }
}

struct SpecialTokens {
  AddedToken bos{"<|startoftext|>"}, eos{"<|endoftext|>"}, unk{"<|endoftext|>"}, pad{"<|endoftext|>"};
  std::vector<AddedToken> further;
  std::vector<AddedToken> additional;  ///< under the old name of such lists in a special_tokens_map.json

  /// `normalized` holds for objects that do not say.
  void overrule(const ConfigReader& config, bool normalized) {
    bos = special_token(config, "bos_token", normalized).value_or(bos);
    eos = special_token(config, "eos_token", normalized).value_or(eos);
    unk = special_token(config, "unk_token", normalized).value_or(unk);
    pad = special_token(config, "pad_token", normalized).value_or(pad);
    append_named(config, further);
    append_list(config, "extra_special_tokens", further);
  }

  /// Whether transformers knows such a token for special while it reads an added_tokens.json.
  [[nodiscard]] bool contains(const std::string& content) const {
    const auto same = [&](const AddedToken& token) { return token.content == content; };
    return same(bos) || same(eos) || same(unk) || same(pad) || std::any_of(further.begin(), further.end(), same);
  }
};

/// `added_tokens_decoder` in the order of its ids, which is the order in which new tokens get theirs.
std::vector<AddedToken> listed_tokens(const ConfigReader& config) {
  constexpr const char* kKey = "added_tokens_decoder";
  const json& list = config.value(kKey);
  if (!list.is_object()) config.refuse(kKey, "is no object of ids and tokens.");
  std::map<int, AddedToken> by_id;
  for (const auto& [id, value] : list.items()) {
    int number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size()) config.refuse(kKey, concat("has the id '", id, "'."));
    if (!value.is_object()) config.refuse(kKey, concat("has no object at id ", id, "."));
    by_id.emplace(number, added_token(config, kKey, value, true));
  }
  std::vector<AddedToken> tokens;
  tokens.reserve(by_id.size());
  for (auto& [id, token] : by_id) tokens.push_back(std::move(token));
  return tokens;
}

auto with_content(std::vector<AddedToken>& tokens, const std::string& content) {
  return std::find_if(tokens.begin(), tokens.end(), [&](const AddedToken& each) { return each.content == content; });
}

/// `listed` and, of the special tokens that it lacks, the last mention.
std::vector<AddedToken> united(const std::vector<AddedToken>& listed, const SpecialTokens& special) {
  std::vector<AddedToken> tokens = listed;
  const auto last = static_cast<std::ptrdiff_t>(listed.size());
  for (const AddedToken* each : {&special.bos, &special.eos, &special.unk, &special.pad}) {
    const auto found = with_content(tokens, each->content);
    if (found == tokens.end()) {
      tokens.push_back(*each);
    } else if (found - tokens.begin() >= last) {
      *found = *each;
    }
  }
  for (const std::vector<AddedToken>* list : {&special.further, &special.additional}) {
    for (const AddedToken& each : *list) {
      if (with_content(tokens, each.content) == tokens.end()) tokens.push_back(each);
    }
  }
  return tokens;
}

/// An added_tokens.json beside a tokenizer.json's own list, in the order of their ids: special tokens are looked for in
/// the text as it stands, others in the normalised one.
std::vector<AddedToken> with_added(std::vector<AddedToken> serialized, std::string_view added, const std::string& file,
                                   const SpecialTokens& special) {
  if (added.empty()) return serialized;
  const ConfigReader list(added, file);
  std::map<int, std::string> by_id;
  for (const auto& [content, id] : list.all().items()) {
    if (!by_id.emplace(list.element(content, id, 0, 1 << 24), content).second)
      list.refuse(content, "has another's id.");
  }
  for (const auto& [id, content] : by_id) {
    if (with_content(serialized, content) == serialized.end()) {
      serialized.push_back({content, !special.contains(content)});
    }
  }
  return serialized;
}

/// `model_max_length`, or `max_len` of old files; 0 where nothing is said, which transformers writes as 10^30.
int length_of(const ConfigReader& config) {
  constexpr double kUnlimited = 1e20;
  for (const char* key : {"model_max_length", "max_len"}) {
    const json& value = config.value(key);
    if (value.is_number_float() && value.get<double>() >= kUnlimited) return 0;
    if (const auto length = config.integer(key, 3, 1 << 16)) return *length;
  }
  return 0;
}

std::string beside(const std::string& file, const char* name) {
  return std::filesystem::path(file).replace_filename(name).string();
}

}  // namespace

TokenizerConfig parse_tokenizer_config(std::string_view tokenizer_config, std::string_view special_tokens_map,
                                       const std::string& file, const std::vector<AddedToken>& serialized,
                                       std::string_view added_tokens) {
  const ConfigReader config(with_long_numbers(tokenizer_config), file);
  config.require("tokenizer_class", {"CLIPTokenizer", "CLIPTokenizerFast", "TokenizersBackend", "PreTrainedTokenizer",
                                     "PreTrainedTokenizerFast"});
  config.require("padding_side", {"right"});
  config.require("truncation_side", {"right"});
  SpecialTokens special;
  special.overrule(config, true);
  append_list(config, "additional_special_tokens", special.further);
  const bool complete = config.has("added_tokens_decoder");
  if (!special_tokens_map.empty()) {
    const ConfigReader map(special_tokens_map, beside(file, "special_tokens_map.json"));
    if (!complete) {
      special.overrule(map, false);
      append_list(map, "additional_special_tokens", special.additional);
    }
  }
  TokenizerConfig tokenizer;
  tokenizer.model_max_length = length_of(config);
  const auto legacy = [&] { return with_added(serialized, added_tokens, beside(file, "added_tokens.json"), special); };
  tokenizer.added = united(complete ? listed_tokens(config) : legacy(), special);
  tokenizer.bos = special.bos.content;
  tokenizer.eos = special.eos.content;
  tokenizer.unk = special.unk.content;
  tokenizer.pad = special.pad.content;
  return tokenizer;
}

}  // namespace tstitch
