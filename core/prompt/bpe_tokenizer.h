#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/configs/model_config.h"

namespace tstitch {

/// What a tokenizer is made of, as it crosses to who counts tokens elsewhere.
struct TokenizerTables {
  std::vector<std::string> symbols;  ///< by id, added tokens included
  std::vector<std::string> merges;   ///< two symbols each, best rank first
  TokenizerConfig config;
};

/// CLIP's byte-level BPE with ids equal to those of transformers 5.23's (fast) CLIPTokenizer: the added tokens are
/// found in the text first; what lies between is normalised (NFC, runs of white space to one space, lower case),
/// searched for the added tokens that are marked as normalized, cut by CLIP's pattern, spelled in GPT-2's byte symbols
/// and merged by rank. Immutable; may be shared by threads.
class BpeTokenizer {
 public:
  using Vocabulary = std::unordered_map<std::string, int>;
  /// Two symbols, best rank first.
  using Merges = std::vector<std::pair<std::string, std::string>>;

  /// Ids must be 0..size-1, each once; every merge must be in the vocabulary, to which the config's added and special
  /// tokens are appended where it lacks them. Throws BadInput naming `label` (the folder or file) otherwise.
  BpeTokenizer(Vocabulary vocabulary, const Merges& merges, TokenizerConfig config, const std::string& label = {});

  /// The tokenizer of which these are the tables(). Throws BadInput like the other one.
  explicit BpeTokenizer(const TokenizerTables& tables);
  [[nodiscard]] TokenizerTables tables() const;

  /// From a `tokenizer/` folder: tokenizer_config.json, special_tokens_map.json and added_tokens.json where present,
  /// and either tokenizer.json or vocab.json with merges.txt. `length` is the model_max_length where they give none.
  /// Throws BadInput naming the file (and the line of merges.txt).
  static BpeTokenizer load(const std::filesystem::path& folder, int length = 77);

  /// The published 49,408-entry CLIP tokenizer, whose vocabulary follows from its merges
  /// (resources/tokenizer/merges.txt).
  static BpeTokenizer published_clip(const std::filesystem::path& merges_file, TokenizerConfig config = {});

  /// Ids of the text alone: no start, end or padding, nothing cut off. Throws BadInput unless it is UTF-8.
  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text) const;

  /// The same with further added tokens, which are normalized ones: the i-th has the id vocabulary_size() + i, of equal
  /// ones the first.
  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text, const std::vector<std::string>& added) const;

  /// `model_max_length` ids: start, as much of the text as fits, end, padding.
  [[nodiscard]] std::vector<std::int64_t> encode_padded(std::string_view text) const { return padded(encode(text)); }
  [[nodiscard]] std::vector<std::int64_t> padded(std::vector<std::int64_t> ids) const;

  [[nodiscard]] int max_length() const { return config_.model_max_length; }
  [[nodiscard]] std::int64_t bos() const { return bos_; }
  [[nodiscard]] std::int64_t eos() const { return eos_; }
  [[nodiscard]] std::int64_t pad() const { return pad_; }
  [[nodiscard]] int vocabulary_size() const { return static_cast<int>(vocabulary_.size()); }

  /// The id of a symbol, or -1.
  [[nodiscard]] std::int64_t id_of(const std::string& symbol) const;

 private:
  struct Merge {
    int rank;
    int id;
  };
  struct Special {
    std::u32string content;
    std::int64_t id;
  };

  void add_merges(const Merges& merges, const std::string& label);
  /// Makes one of the config's four an added token.
  void note_special(const std::string& content);
  void add_specials(const std::string& label);
  template <class AppendRest>
  static void split_at(const std::vector<Special>& specials, std::u32string_view text, std::vector<std::int64_t>& ids,
                       AppendRest append_rest);
  [[nodiscard]] std::vector<std::int64_t> encode_with(std::string_view text,
                                                      const std::vector<Special>& normalized_specials) const;
  /// `text` is normalised.
  void append_plain(std::u32string_view text, std::vector<std::int64_t>& ids) const;
  void append_word(std::u32string_view word, std::vector<std::int64_t>& ids) const;
  void append_merged(const std::vector<int>& symbols, std::vector<std::int64_t>& ids) const;

  TokenizerConfig config_;
  Vocabulary vocabulary_;
  std::unordered_map<std::uint64_t, Merge> merges_;  ///< key: both symbols' ids
  std::vector<Special> specials_;                    ///< found in the text as it stands
  std::vector<Special> normalized_specials_;         ///< found in the normalised text between those
  std::int64_t bos_ = 0, eos_ = 0, unk_ = 0, pad_ = 0;
};

}  // namespace tstitch
