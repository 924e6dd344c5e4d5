#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/configs/model_config.h"
#include "core/prompt/bpe_tokenizer.h"

namespace tstitch {

/// The text of a vocab.json: one object of symbols and their ids, no symbol or id twice, ids below the number of
/// symbols, which are at most 2^20. Throws BadInput naming the file and the symbol.
BpeTokenizer::Vocabulary parse_vocabulary(std::string_view json, const std::string& file);

/// The text of a merges.txt: exactly two symbols a line, one blank between them; lines `#version...` are passed over.
/// Throws BadInput naming the file and the line.
BpeTokenizer::Merges parse_merges(std::string_view text, const std::string& file);

/// What a tokenizer.json holds of CLIP's tokenizer; its normalizer and pattern are always CLIP's.
struct SerializedTokenizer {
  BpeTokenizer::Vocabulary vocabulary;
  BpeTokenizer::Merges merges;
  std::vector<AddedToken> added;  ///< in the order of the file
};

/// The text of a tokenizer.json with a BPE model, by the rules of parse_vocabulary() and parse_merges(); a merge is a
/// text or a list of two. Throws BadInput naming the file and the place in it.
SerializedTokenizer parse_tokenizer_json(std::string_view json, const std::string& file);

/// GPT-2's 256 printable stand-ins for bytes, UTF-8 encoded. `byte_symbols()[b]` spells byte b.
const std::vector<std::string>& byte_symbols();

/// The vocabulary that CLIP's authors derive from their merges: the byte symbols by code point, the same with `</w>`,
/// the merges in order, start and end of text.
BpeTokenizer::Vocabulary clip_vocabulary(const BpeTokenizer::Merges& merges);

}  // namespace tstitch
