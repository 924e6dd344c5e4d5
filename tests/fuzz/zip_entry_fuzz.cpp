#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/zip_entry.h"

namespace {

using namespace tstitch;

void unpack(const MemoryBytes& file, std::size_t size, const std::string& name, const ZipEntry& entry) {
  TSTITCH_CHECK(entry.begin <= size && entry.packed_size <= size - entry.begin, name);
  TSTITCH_CHECK(!is_inner_path(name) || (name.front() != '/' && name.find("..") != 0), name);
  constexpr std::uint64_t kMost = std::uint64_t{1} << 22U;
  if (entry.size > kMost) return;
  std::uint64_t bytes = 0;
  unpack_zip_entry(file, name, entry, [&](std::string_view piece) { bytes += piece.size(); });
  TSTITCH_CHECK(bytes == entry.size, name);
}

}  // namespace

/// A directory is refused with a sentence, or its entries lie inside the file; each is refused, or is unpacked to as
/// many bytes as it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryBytes file({reinterpret_cast<const char*>(data), size}, "input");
  try {
    for (const auto& [name, entry] : read_zip_directory(file, ZipEntries::Deflated)) unpack(file, size, name, entry);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
