#pragma once

#include <string_view>

#include "core/formats/byte_source.h"
#include "core/formats/torch_archive.h"

namespace tstitch {

/// True for the start of a file of torch.save before version 1.6 (or of a later one that was asked for that format).
bool is_torch_legacy(std::string_view first_bytes);

/// Reads such a file: a magic number, a version, a description of the machine, the objects and the storages' keys, each
/// a pickle of its own, then every storage with its number of elements before it. Rules and bounds are those of
/// read_torch_archive(). Throws BadInput naming the file.
TorchArchive read_torch_legacy(const ByteSource& file);

}  // namespace tstitch
