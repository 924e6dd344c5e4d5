#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace tstitch::test {

/// `width` bytes of a number, the lowest first.
inline std::string little_endian(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) {
    bytes += static_cast<char>(value);
    value >>= 8U;
  }
  return bytes;
}

/// What is written into a zip archive, true or not: tests of damage change one thing.
struct ZipRecord {
  std::string name;
  std::string data;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  std::uint32_t crc = 0;
  std::string local_name = {};     ///< another name where the data is; empty = the same
  std::int64_t size_change = 0;    ///< added to the size that the directory tells
  std::uint64_t place_change = 0;  ///< added to the place of the local header that the directory tells
  std::int64_t unpacked_more = 0;  ///< how much longer it says to be when it is unpacked
  std::uint32_t mode = 0;          ///< of a file on Unix; 0 = it says none
};

/// A zip archive of stored entries, 64-bit end record included, laid out as torch lays it out.
inline std::string zip_bytes(const std::vector<ZipRecord>& records, const std::string& comment = {}) {
  std::string bytes;
  std::string directory;
  for (const ZipRecord& record : records) {
    const std::string& name = record.local_name.empty() ? record.name : record.local_name;
    const std::uint64_t place = bytes.size() + record.place_change;
    const std::uint64_t size = record.data.size() + static_cast<std::uint64_t>(record.size_change);
    const std::string sizes = little_endian(record.crc, 4) + little_endian(size, 4) +
                              little_endian(size + static_cast<std::uint64_t>(record.unpacked_more), 4);
    const std::string made_on = little_endian(record.mode == 0 ? 0 : 0x0300, 2) + little_endian(0, 2);
    bytes += concat("PK\x03\x04", little_endian(0, 2), little_endian(record.flags, 2), little_endian(record.method, 2),
                    little_endian(0, 4), sizes, little_endian(name.size(), 2), little_endian(0, 2), name, record.data);
    directory += concat("PK\x01\x02", made_on, little_endian(record.flags, 2), little_endian(record.method, 2),
                        little_endian(0, 4), sizes, little_endian(record.name.size(), 2), little_endian(0, 10),
                        little_endian(record.mode, 2), little_endian(place, 4), record.name);
  }
  const std::uint64_t begin = bytes.size();
  const std::uint64_t end64 = begin + directory.size();
  const std::string count = little_endian(records.size(), 8);
  bytes += directory + "PK\x06\x06" + little_endian(44, 8) + little_endian(0, 12) + count + count +
           little_endian(directory.size(), 8) + little_endian(begin, 8);
  bytes += "PK\x06\x07" + little_endian(0, 4) + little_endian(end64, 8) + little_endian(1, 4);
  const std::string short_count = little_endian(records.size(), 2);
  bytes += "PK\x05\x06" + little_endian(0, 4) + short_count + short_count + little_endian(directory.size(), 4) +
           little_endian(begin, 4) + little_endian(comment.size(), 2) + comment;
  return bytes;
}

/// Pieces of a pickle of protocol 2.
inline std::string pickle_text(std::string_view text) {
  return concat("X", little_endian(text.size(), 4), text);
}
inline std::string pickle_int(std::int64_t value) {
  return concat("J", little_endian(static_cast<std::uint64_t>(value), 4));
}
inline std::string pickle_tuple(const std::vector<std::string>& items) {
  std::string bytes = "(";
  for (const std::string& item : items) bytes += item;
  return bytes + "t";
}
inline std::string pickle_global(std::string_view module, std::string_view name) {
  return concat("c", module, "\n", name, "\n");
}
inline std::string pickle_call(const std::string& callable, const std::vector<std::string>& arguments) {
  return callable + pickle_tuple(arguments) + "R";
}
inline std::string pickle_dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string bytes = "}(";
  for (const auto& [key, value] : items) bytes += pickle_text(key) + value;
  return bytes + "u";
}
inline std::string pickle_of(const std::string& value) {
  return concat("\x80\x02", value, ".");
}

/// A view of a storage as torch.save describes it.
struct PickledTensor {
  std::string storage = "0";
  std::string storage_class = "FloatStorage";
  std::int64_t elements = 0;  ///< of the storage
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;

  [[nodiscard]] std::string pickled() const {
    const auto numbers = [](const std::vector<std::int64_t>& values) {
      std::vector<std::string> items;
      items.reserve(values.size());
      for (const std::int64_t value : values) items.push_back(pickle_int(value));
      return pickle_tuple(items);
    };
    const std::string id = pickle_tuple({pickle_text("storage"), pickle_global("torch", storage_class),
                                         pickle_text(storage), pickle_text("cpu"), pickle_int(elements)}) +
                           "Q";
    return pickle_call(pickle_global("torch._utils", "_rebuild_tensor_v2"),
                       {id, pickle_int(offset), numbers(shape), numbers(strides), "\x89", "}"});
  }
};

/// An archive of torch.save: a pickle and the storages it names, "0", "1", ...
inline std::string torch_archive_bytes(const std::string& pickle, const std::vector<std::string>& storages,
                                       const std::string& byte_order = "little") {
  std::vector<ZipRecord> records{{.name = "model/data.pkl", .data = pickle},
                                 {.name = "model/byteorder", .data = byte_order}};
  for (std::size_t i = 0; i < storages.size(); ++i) {
    records.push_back({.name = "model/data/" + std::to_string(i), .data = storages[i]});
  }
  records.push_back({.name = "model/version", .data = "3\n"});
  return zip_bytes(records);
}

}  // namespace tstitch::test
