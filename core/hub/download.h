#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "core/hub/hub_file.h"

namespace tstitch {

/// Bytes of one file that are here.
using BytesHere = std::function<void(std::int64_t bytes)>;

/// Brings a file to `blobs/<hash>`. Goes on where an earlier run or a broken transfer stopped (Range with If-Range; the
/// part is hashed again, so that the final hash is of every byte) and takes the final name only when the bytes have the
/// file's hash. Where they do not, everything is thrown away and asked for once more, then refused with both hashes.
/// A file that is there already is checked likewise and replaced when it is damaged.
/// Throws BadInput with one clear sentence; Interrupted when asked to stop, then the part stays for the next time.
void download_file(HttpClient& client, const HubFile& file, const std::filesystem::path& blobs,
                   const std::stop_token& stop, const BytesHere& here);

}  // namespace tstitch
