#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/prompt/bpe_files.h"
#include "core/prompt/bpe_tokenizer.h"

namespace {

using tstitch::BpeTokenizer;

const BpeTokenizer& small_tokenizer() {
  static const BpeTokenizer kTokenizer = [] {
    const BpeTokenizer::Merges merges{{"c", "a"}, {"ca", "t</w>"}, {"t", "h"}, {"th", "e</w>"}};
    return BpeTokenizer(tstitch::clip_vocabulary(merges), merges, {});
  }();
  return kTokenizer;
}

void encode(const BpeTokenizer& tokenizer, std::string_view text) {
  for (const std::int64_t id : tokenizer.encode(text)) TSTITCH_CHECK(id >= 0 && id < tokenizer.vocabulary_size(), id);
  TSTITCH_CHECK(tokenizer.encode_padded(text).size() == static_cast<std::size_t>(tokenizer.max_length()));
}

/// vocab.json, merges.txt and a text, divided by the ASCII record separator.
void build_and_encode(const std::vector<std::string>& parts) {
  const BpeTokenizer tokenizer(tstitch::parse_vocabulary(parts[0], "vocab.json"),
                               tstitch::parse_merges(parts[1], "merges.txt"), {});
  encode(tokenizer, parts[2]);
}

template <class Run>
void run(Run body) {
  try {
    body();
  } catch (const tstitch::BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

}  // namespace

/// The bytes as a prompt for a small tokenizer, as a tokenizer.json, and as the files of a tokenizer of their own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  run([&] { encode(small_tokenizer(), text); });
  run([&] { (void)tstitch::parse_tokenizer_json(text, "tokenizer.json"); });
  const std::vector<std::string> parts = tstitch::split(text, '\x1E');
  if (parts.size() == 3) run([&] { build_and_encode(parts); });
  return 0;
}
