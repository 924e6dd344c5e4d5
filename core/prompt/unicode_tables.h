#pragma once

#include <array>
#include <cstdint>
#include <span>

/// Facts about code points, as the reference tokenizer's library has them (packaging/make_unicode_tables.py). Every
/// table is sorted by code point and its ranges do not overlap.
namespace tstitch::unicode {

struct Range {
  char32_t first, last;
};

/// Every `stride`-th code point from `first` to `last` has the lower case `code point + delta`.
struct CaseRange {
  char32_t first, last;
  std::uint32_t stride;
  std::int32_t delta;
};

/// Canonical combining class, numbered by rank; what no range holds has class 0.
struct ClassRange {
  char32_t first, last;
  std::uint32_t combining_class;
};

/// One step of canonical decomposition: into `first` alone when `second` is 0. `composes`: the pair becomes the code
/// point again in NFC. Hangul syllables are not listed.
struct Decomposition {
  char32_t code_point, first, second;
  std::uint32_t composes;
};

extern const std::span<const Range> kLetters;
extern const std::span<const Range> kNumbers;
extern const std::span<const Range> kSpaces;
extern const std::span<const CaseRange> kLower;
extern const std::span<const ClassRange> kCombining;
extern const std::span<const Decomposition> kDecompositions;

}  // namespace tstitch::unicode
