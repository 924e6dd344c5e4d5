#include "core/formats/sha256.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/base/stop.h"
#include "core/formats/byte_source.h"
#include "core/formats/digest.h"

namespace tstitch {

std::string sha256_of(std::string_view bytes) {
  Digest digest(DigestKind::Sha256);
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

HashedFile hashed_file(const std::filesystem::path& file, const std::stop_token& stop) {
  const FileBytes bytes(file, file.string());
  Digest digest(DigestKind::Sha256);
  std::vector<char> piece(1U << 20U);
  for (std::uint64_t done = 0; done < bytes.size();) {
    stop_point(stop);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), bytes.size() - done));
    bytes.read(done, piece.data(), size);
    digest.add(piece.data(), size);
    done += size;
  }
  bytes.require_unchanged();
  return {bytes.stamp(), digest.hex()};
}

}  // namespace tstitch
