#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/pickle.h"
#include "core/formats/torch_archive.h"
#include "core/formats/torch_legacy.h"

namespace {

using namespace tstitch;

/// An archive is refused with a sentence, or every tensor lies inside it and has no more elements than bytes.
void read_archive(std::string_view bytes) {
  for (const auto& [name, tensor] : read_torch_archive(MemoryBytes(bytes, "input")).tensors) {
    TSTITCH_CHECK(tensor.begin <= tensor.end && tensor.end <= bytes.size(), name);
    TSTITCH_CHECK(tensor.shape.size() == tensor.strides.size(), name);
    if (tensor.is_contiguous()) {
      std::uint64_t bits = static_cast<std::uint64_t>(bits_of(tensor.type));
      for (const std::int64_t side : tensor.shape) bits *= static_cast<std::uint64_t>(side);
      TSTITCH_CHECK(bits / 8 == tensor.end - tensor.begin, name);
    }
  }
}

/// Values refer to each other by places that exist, and are no more than opcodes.
void read_bare_pickle(std::string_view bytes) {
  const Pickle pickle = read_pickle(bytes, "input");
  TSTITCH_CHECK(pickle.root < pickle.values.size() && pickle.values.size() <= bytes.size());
  for (const PickleValue& value : pickle.values) {
    for (const PickleRef ref : value.items) TSTITCH_CHECK(ref < pickle.values.size());
  }
}

template <class Read>
void expect_a_sentence(const Read& read, std::string_view bytes) {
  try {
    read(bytes);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

}  // namespace

/// A pickle's first byte tells it from an archive, so that the fuzzer reaches its opcodes without a checksum in the
/// way; torch's magic number tells the format before 1.6 from both.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool bare = bytes.starts_with('\x80') && !is_torch_legacy(bytes);
  expect_a_sentence(bare ? read_bare_pickle : read_archive, bytes);
  return 0;
}
