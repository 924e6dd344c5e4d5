#include "core/formats/sha256.h"

#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "core/formats/digest.h"

namespace tstitch {

std::string sha256_of(std::string_view bytes) {
  Digest digest(DigestKind::Sha256);
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

std::string sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw BadInput("the file cannot be read.", file.string());
  Digest digest(DigestKind::Sha256);
  std::vector<char> piece(1U << 20U);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw BadInput("the file cannot be read to its end.", file.string());
  return digest.hex();
}

}  // namespace tstitch
