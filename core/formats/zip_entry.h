#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/formats/zip_directory.h"

namespace tstitch {

/// True for a relative path of plain parts: nothing in it leads out of the folder that it is put into.
bool is_inner_path(std::string_view name);

/// Hands on what an entry was before it was packed, piece by piece; never more than `entry.size` bytes, whatever the
/// packed ones say. Throws BadInput when they are no deflate, are more or fewer than the directory promises, or have
/// another checksum; Interrupted when asked to stop.
void unpack_zip_entry(const ByteSource& file, const std::string& name, const ZipEntry& entry,
                      const std::function<void(std::string_view bytes)>& sink, const std::stop_token& stop = {});

}  // namespace tstitch
