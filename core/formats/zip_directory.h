#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/formats/byte_source.h"

namespace tstitch {

/// A stored entry of a zip archive: its bytes are the file's own, from `begin` on.
struct ZipEntry {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;  ///< 0 where the writer did not compute one
};

using ZipDirectory = std::map<std::string, ZipEntry>;

/// Reads the directory of a zip archive (with its 64-bit extension) whose entries are stored, as torch writes them.
/// Nothing is ever unpacked. Refused: compressed or encrypted entries, several disks, a directory that does not end
/// where its end record begins, entries outside the file or over one another, names given twice, a local header that
/// says otherwise than the directory, more than 2^17 entries, names of more than 512 bytes. Throws BadInput.
ZipDirectory read_zip_directory(const ByteSource& file);

}  // namespace tstitch
