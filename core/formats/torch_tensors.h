#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/formats/byte_source.h"
#include "core/formats/pickle.h"
#include "core/formats/torch_archive.h"

namespace tstitch {

/// Where the bytes of a storage lie in a file of torch.save (internal to core/formats).
struct StorageBytes {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};
/// By the keys that the pickle names them with.
using StorageTable = std::map<std::string, StorageBytes>;

/// Bytes of one element of a storage of that class; 0 for a class that is not known.
std::uint64_t storage_width(const PickleValue& storage_class);

/// The tensors that a pickle describes, by the path of keys that leads to them; torch_archive.h has the rules.
TorchArchive tensors_of(const Pickle& pickle, const StorageTable& storages, const ByteSource& file);

}  // namespace tstitch
