#include "core/prompt/bpe_tokenizer.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <queue>
#include <tuple>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/configs/config_text.h"
#include "core/formats/text_file.h"
#include "core/prompt/bpe_files.h"
#include "core/prompt/unicode.h"

namespace tstitch {

namespace {

constexpr std::string_view kEndOfWord = "</w>";
constexpr std::uintmax_t kLargestFile = 64U << 20U;

std::uint64_t pair_key(int first, int second) {
  return std::uint64_t{static_cast<std::uint32_t>(first)} << 32 | static_cast<std::uint32_t>(second);
}

std::u32string normalized(std::u32string_view text) {
  std::u32string spaced;
  for (const char32_t code_point : unicode::nfc(text)) {
    const bool blank = unicode::is_space(code_point);
    if (blank && spaced.ends_with(U' ')) continue;
    spaced += blank ? U' ' : code_point;
  }
  return unicode::lower_case(spaced);
}

/// Length of the literal at the start of `text` that CLIP's pattern tries before its classes; 0 when there is none.
std::size_t literal_length(std::u32string_view text) {
  constexpr std::array<std::u32string_view, 9> kLiterals{
      U"<|startoftext|>", U"<|endoftext|>", U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};
  for (const std::u32string_view literal : kLiterals) {
    if (text.starts_with(literal)) return literal.size();
  }
  return 0;
}

template <class Belongs>
std::size_t run_length(std::u32string_view text, Belongs belongs) {
  return std::find_if_not(text.begin(), text.end(), belongs) - text.begin();
}

bool is_mark(char32_t code_point) {
  return !unicode::is_space(code_point) && !unicode::is_letter(code_point) && !unicode::is_number(code_point);
}

/// Length of the first piece of CLIP's pattern in `text`, which starts with no blank.
std::size_t piece_length(std::u32string_view text) {
  if (const std::size_t length = literal_length(text); length != 0) return length;
  if (unicode::is_letter(text.front())) return run_length(text, unicode::is_letter);
  if (unicode::is_number(text.front())) return 1;
  return run_length(text, is_mark);
}

/// The byte-level step cuts by GPT-2's pattern once more. That only matters for a special token's name that was not
/// recognised as one (because it was spelled with capitals): its brackets are words of their own.
std::vector<std::u32string_view> words_of(std::u32string_view piece) {
  if (!piece.starts_with(U"<|") || !piece.ends_with(U"text|>")) return {piece};
  return {piece.substr(0, 2), piece.substr(2, piece.size() - 4), piece.substr(piece.size() - 2)};
}

std::string text_in(const std::filesystem::path& folder, const char* name, std::uintmax_t limit) {
  return read_text_file(folder / name, limit);
}

/// Empty for a file that is not there.
std::string text_if_there(const std::filesystem::path& folder, const char* name, std::uintmax_t limit) {
  return is_file_or_dangling(folder / name) ? text_in(folder, name, limit) : std::string();
}

/// A tokenizer.json counts where there is one, as in transformers; the older files beside it are read nevertheless, so
/// that a damaged one is refused.
SerializedTokenizer tables_in(const std::filesystem::path& folder) {
  const auto wanted = [&](const char* name) {
    return !is_file_or_dangling(folder / "tokenizer.json") || is_file_or_dangling(folder / name);
  };
  SerializedTokenizer tables;
  if (wanted("vocab.json")) {
    tables.vocabulary = parse_vocabulary(text_in(folder, "vocab.json", kLargestFile), (folder / "vocab.json").string());
  }
  if (wanted("merges.txt")) {
    tables.merges = parse_merges(text_in(folder, "merges.txt", kLargestFile), (folder / "merges.txt").string());
  }
  const std::filesystem::path serialized = folder / "tokenizer.json";
  if (!is_file_or_dangling(serialized)) return tables;
  return parse_tokenizer_json(read_text_file(serialized, kLargestFile), serialized.string());
}

BpeTokenizer::Vocabulary vocabulary_of(const TokenizerTables& tables) {
  BpeTokenizer::Vocabulary vocabulary;
  for (std::size_t id = 0; id < tables.symbols.size(); ++id) vocabulary[tables.symbols[id]] = static_cast<int>(id);
  if (vocabulary.size() == tables.symbols.size()) return vocabulary;
  throw BadInput("holds a symbol twice.", "tokenizer");
}

BpeTokenizer::Merges merges_of(const TokenizerTables& tables) {
  if (tables.merges.size() % 2 != 0) throw BadInput("holds half a merge.", "tokenizer");
  BpeTokenizer::Merges merges;
  merges.reserve(tables.merges.size() / 2);
  for (std::size_t i = 0; i < tables.merges.size(); i += 2) {
    merges.emplace_back(tables.merges[i], tables.merges[i + 1]);
  }
  return merges;
}

}  // namespace

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, const Merges& merges, TokenizerConfig config,
                           const std::string& label)
    : config_(std::move(config)), vocabulary_(std::move(vocabulary)) {
  if (config_.model_max_length < 2) {
    throw BadInput(concat("expected model_max_length of at least 2, found ", config_.model_max_length, "."), label);
  }
  add_merges(merges, label);
  for (const std::string* content : {&config_.unk, &config_.bos, &config_.eos, &config_.pad}) note_special(*content);
  add_specials(label);
  unk_ = id_of(config_.unk);
  bos_ = id_of(config_.bos);
  eos_ = id_of(config_.eos);
  pad_ = id_of(config_.pad);
}

BpeTokenizer::BpeTokenizer(const TokenizerTables& tables)
    : BpeTokenizer(vocabulary_of(tables), merges_of(tables), tables.config) {}

TokenizerTables BpeTokenizer::tables() const {
  TokenizerTables tables;
  tables.config = config_;
  tables.symbols.resize(vocabulary_.size());
  for (const auto& [symbol, id] : vocabulary_) tables.symbols.at(static_cast<std::size_t>(id)) = symbol;
  std::map<int, std::uint64_t> by_rank;
  for (const auto& [key, merge] : merges_) by_rank[merge.rank] = key;
  tables.merges.reserve(2 * by_rank.size());
  for (const auto& [rank, key] : by_rank) {
    for (const std::uint64_t id : {key >> 32, key & 0xFFFFFFFFU}) tables.merges.push_back(tables.symbols.at(id));
  }
  return tables;
}

void BpeTokenizer::add_merges(const Merges& merges, const std::string& label) {
  merges_.reserve(merges.size());
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const std::string& first = merges[rank].first;
    const std::string& second = merges[rank].second;
    const auto id_in_merge = [&](const std::string& symbol) {
      const auto found = vocabulary_.find(symbol);
      if (found != vocabulary_.end()) return found->second;
      throw BadInput(
          concat("merge ", rank + 1, " ('", first, " ", second, "') needs '", symbol, "', which the vocabulary lacks."),
          label);
    };
    const std::uint64_t key = pair_key(id_in_merge(first), id_in_merge(second));
    merges_[key] = {static_cast<int>(rank), id_in_merge(first + second)};
  }
}

void BpeTokenizer::add_specials(const std::string& label) {
  for (const AddedToken& token : config_.added) {
    if (token.content.empty()) throw BadInput("expected an added token with a text, found an empty one.", label);
    const auto next = static_cast<int>(vocabulary_.size());
    const int id = vocabulary_.emplace(token.content, next).first->second;
    if (!token.normalized) {
      specials_.push_back({decode_utf8(token.content), id});
    } else if (std::u32string text = normalized(decode_utf8(token.content)); !text.empty()) {
      normalized_specials_.push_back({std::move(text), id});
    }
  }
}

void BpeTokenizer::note_special(const std::string& content) {
  const bool known = std::any_of(config_.added.begin(), config_.added.end(),
                                 [&](const AddedToken& added) { return added.content == content; });
  if (!known) config_.added.push_back({content});
}

BpeTokenizer BpeTokenizer::load(const std::filesystem::path& folder, int length) {
  const std::string config = text_in(folder, "tokenizer_config.json", kLongestConfig);
  const std::string map = text_if_there(folder, "special_tokens_map.json", kLongestConfig);
  const std::string added = text_if_there(folder, "added_tokens.json", kLongestConfig);
  SerializedTokenizer tables = tables_in(folder);
  TokenizerConfig parsed =
      parse_tokenizer_config(config, map, (folder / "tokenizer_config.json").string(), tables.added, added);
  if (parsed.model_max_length == 0) parsed.model_max_length = length;
  return BpeTokenizer(std::move(tables.vocabulary), tables.merges, std::move(parsed), folder.string());
}

BpeTokenizer BpeTokenizer::published_clip(const std::filesystem::path& merges_file, TokenizerConfig config) {
  const Merges merges = parse_merges(read_text_file(merges_file, kLargestFile), merges_file.string());
  return BpeTokenizer(clip_vocabulary(merges), merges, std::move(config), merges_file.string());
}

std::int64_t BpeTokenizer::id_of(const std::string& symbol) const {
  const auto found = vocabulary_.find(symbol);
  return found == vocabulary_.end() ? -1 : found->second;
}

std::vector<std::int64_t> BpeTokenizer::encode(std::string_view text) const {
  return encode_with(text, normalized_specials_);
}

std::vector<std::int64_t> BpeTokenizer::encode(std::string_view text, const std::vector<std::string>& added) const {
  std::vector<Special> specials = normalized_specials_;
  for (std::size_t i = 0; i < added.size(); ++i) {
    std::u32string content = normalized(decode_utf8(added[i]));
    if (!content.empty()) specials.push_back({std::move(content), static_cast<std::int64_t>(vocabulary_.size() + i)});
  }
  return encode_with(text, specials);
}

std::vector<std::int64_t> BpeTokenizer::encode_with(std::string_view text,
                                                    const std::vector<Special>& normalized_specials) const {
  if (!is_valid_utf8(text)) throw BadInput("expected UTF-8 text, found bytes that are not.");
  std::vector<std::int64_t> ids;
  split_at(specials_, decode_utf8(text), ids, [&](std::u32string_view raw) {
    split_at(normalized_specials, normalized(raw), ids, [&](std::u32string_view plain) { append_plain(plain, ids); });
  });
  return ids;
}

/// Appends the ids of the tokens that are found in `text`, leftmost and longest first, and hands the text before,
/// between and after them to `append_rest`.
template <class AppendRest>
void BpeTokenizer::split_at(const std::vector<Special>& specials, std::u32string_view text,
                            std::vector<std::int64_t>& ids, AppendRest append_rest) {
  std::size_t begin = 0, at = 0;
  while (at < text.size()) {
    const Special* longest = nullptr;
    for (const Special& special : specials) {
      const bool longer = longest == nullptr || special.content.size() > longest->content.size();
      if (longer && text.substr(at).starts_with(special.content)) longest = &special;
    }
    if (longest == nullptr) {
      ++at;
      continue;
    }
    append_rest(text.substr(begin, at - begin));
    ids.push_back(longest->id);
    begin = at += longest->content.size();
  }
  append_rest(text.substr(begin));
}

std::vector<std::int64_t> BpeTokenizer::padded(std::vector<std::int64_t> ids) const {
  const auto length = static_cast<std::size_t>(max_length());
  ids.resize(std::min(ids.size(), length - 2));
  ids.insert(ids.begin(), bos_);
  ids.push_back(eos_);
  ids.resize(length, pad_);
  return ids;
}

void BpeTokenizer::append_plain(std::u32string_view rest, std::vector<std::int64_t>& ids) const {
  while (!rest.empty()) {
    if (unicode::is_space(rest.front())) {
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t length = piece_length(rest);
    for (const std::u32string_view word : words_of(rest.substr(0, length))) append_word(word, ids);
    rest.remove_prefix(length);
  }
}

void BpeTokenizer::append_word(std::u32string_view word, std::vector<std::int64_t>& ids) const {
  const std::string bytes = encode_utf8(word);
  std::vector<int> symbols;
  symbols.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string symbol = byte_symbols()[static_cast<unsigned char>(bytes[i])];
    if (i + 1 == bytes.size()) symbol += kEndOfWord;
    const std::int64_t id = id_of(symbol);
    symbols.push_back(static_cast<int>(id < 0 ? unk_ : id));
  }
  append_merged(symbols, ids);
}

void BpeTokenizer::append_merged(const std::vector<int>& symbols, std::vector<std::int64_t>& ids) const {
  // A linked list of symbols and a queue of candidate merges: best rank first, then leftmost. A candidate whose symbols
  // have changed meanwhile is stale and is passed over, which keeps a word of n bytes at n log n.
  struct Node {
    int id, previous, next;
  };
  using Candidate = std::tuple<int, int, int, int, int>;  // rank, position, first, second, merged
  std::vector<Node> nodes;
  const int count = static_cast<int>(symbols.size());
  nodes.reserve(symbols.size());
  for (int i = 0; i < count; ++i) nodes.push_back({symbols[i], i - 1, i + 1 < count ? i + 1 : -1});
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto consider = [&](int left) {
    if (left < 0 || nodes[left].next < 0) return;
    const int first = nodes[left].id, second = nodes[nodes[left].next].id;
    const auto merge = merges_.find(pair_key(first, second));
    if (merge != merges_.end()) queue.emplace(merge->second.rank, left, first, second, merge->second.id);
  };
  for (int i = 0; i + 1 < count; ++i) consider(i);
  while (!queue.empty()) {
    const auto [rank, left, first, second, merged] = queue.top();
    queue.pop();
    const int right = nodes[left].next;
    if (nodes[left].id != first || right < 0 || nodes[right].id != second) continue;
    nodes[left].id = merged;
    nodes[left].next = nodes[right].next;
    if (nodes[right].next >= 0) nodes[nodes[right].next].previous = left;
    nodes[right].id = -1;
    consider(nodes[left].previous);
    consider(left);
  }
  for (int i = 0; i >= 0 && i < count; i = nodes[i].next) ids.push_back(nodes[i].id);
}

}  // namespace tstitch
