#pragma once

#include <string>
#include <utility>

#include <zlib.h>

#include "tests/support/torch_archive_bytes.h"

namespace tstitch::test {

/// An entry of a zip archive as most writers pack it.
inline ZipRecord deflated_record(std::string name, const std::string& data) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  ZipRecord record{.name = std::move(name), .data = packed, .method = 8};
  record.crc =
      static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
  record.unpacked_more = static_cast<std::int64_t>(data.size()) - static_cast<std::int64_t>(packed.size());
  return record;
}

}  // namespace tstitch::test
