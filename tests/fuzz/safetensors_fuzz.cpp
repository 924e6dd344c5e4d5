#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/safetensors_header.h"

/// A file is refused with a sentence, or its tensors cover its data from the first to the last byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  try {
    const SafetensorsHeader header = parse_safetensors({reinterpret_cast<const char*>(data), size}, "input");
    std::uint64_t covered = 0;
    for (const auto& [name, tensor] : header.tensors) {
      TSTITCH_CHECK(tensor.begin <= tensor.end && header.data_start + tensor.end <= size, name);
      covered += tensor.end - tensor.begin;
    }
    TSTITCH_CHECK(header.data_start + covered == size);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
