#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/formats/byte_source.h"

namespace tstitch {

/// An entry of a zip archive. Where it is stored, its bytes are the file's own, from `begin` on.
struct ZipEntry {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;  ///< 0 where the writer did not compute one
  std::uint64_t packed_size = 0;
  bool is_deflated = false;
};

using ZipDirectory = std::map<std::string, ZipEntry>;

/// `Stored`: as torch writes them. `Deflated`: entries may be stored or deflated, and are files or folders, no links.
enum class ZipEntries { Stored, Deflated };

/// Reads the directory of a zip archive (with its 64-bit extension). Nothing is unpacked here (zip_entry.h). Refused:
/// entries that are compressed in another way than `allowed` or encrypted, several disks, a directory that does not end
/// where its end record begins, entries outside the file or over one another, names given twice, a local header that
/// says otherwise than the directory, more than 2^17 entries, names of more than 512 bytes. Throws BadInput.
ZipDirectory read_zip_directory(const ByteSource& file, ZipEntries allowed = ZipEntries::Stored);

}  // namespace tstitch
