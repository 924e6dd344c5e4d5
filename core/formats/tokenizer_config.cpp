#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "core/base/text.h"
#include "core/formats/config_reader.h"
#include "core/formats/model_config.h"

namespace tstitch {
namespace {

using nlohmann::json;

/// An added token is an object with `content`; other flags than `normalized` belong to no CLIP tokenizer.
AddedToken added_token(const ConfigReader& config, std::string_view key, const json& value, bool normalized) {
  const auto content = value.find("content");
  if (content == value.end() || !content->is_string()) config.refuse(key, "is an object without a text named content.");
  for (const char* flag : {"lstrip", "rstrip", "single_word"}) {
    if (const auto found = value.find(flag); found != value.end() && *found != false) {
      config.refuse(key, concat("asks for ", flag, ", which is not supported."));
    }
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

struct SpecialTokens {
  AddedToken bos{"<|startoftext|>"}, eos{"<|endoftext|>"}, unk{"<|endoftext|>"}, pad{"<|endoftext|>"};

  /// `normalized` holds for objects that do not say.
  void overrule(const ConfigReader& config, bool normalized) {
    bos = special_token(config, "bos_token", normalized).value_or(bos);
    eos = special_token(config, "eos_token", normalized).value_or(eos);
    unk = special_token(config, "unk_token", normalized).value_or(unk);
    pad = special_token(config, "pad_token", normalized).value_or(pad);
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
  return tokens;
}

}  // namespace

TokenizerConfig parse_tokenizer_config(std::string_view tokenizer_config, std::string_view special_tokens_map,
                                       const std::string& file, const std::vector<AddedToken>& serialized) {
  const ConfigReader config(tokenizer_config, file);
  config.require("tokenizer_class", {"CLIPTokenizer", "CLIPTokenizerFast"});
  config.require("do_lower_case", {true});
  SpecialTokens special;
  special.overrule(config, true);
  const bool complete = config.has("added_tokens_decoder");
  if (!special_tokens_map.empty()) {
    const ConfigReader map(special_tokens_map, std::filesystem::path(file).replace_filename("special_tokens_map.json"));
    if (!complete) special.overrule(map, false);
  }
  TokenizerConfig tokenizer;
  tokenizer.model_max_length = config.integer("model_max_length", 77, 3, 1 << 16);
  tokenizer.added = united(complete ? listed_tokens(config) : serialized, special);
  tokenizer.bos = special.bos.content;
  tokenizer.eos = special.eos.content;
  tokenizer.unk = special.unk.content;
  tokenizer.pad = special.pad.content;
  return tokenizer;
}

}  // namespace tstitch
