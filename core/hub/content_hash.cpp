#include "core/hub/content_hash.h"

#include <fstream>
#include <vector>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/formats/digest.h"

namespace tstitch {

std::optional<ContentHash> hash_in_etag(std::string_view etag) {
  std::string_view text = trimmed(etag);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const bool is_hex = text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (is_hex && text.size() == 64) return ContentHash{ContentHash::Kind::Sha256, std::string(text)};
  if (is_hex && text.size() == 40) return ContentHash{ContentHash::Kind::GitBlob, std::string(text)};
  return std::nullopt;
}

std::string hash_of_file(ContentHash::Kind kind, const std::filesystem::path& file, const std::stop_token& stop) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw BadInput("the file cannot be read.", file.string());
  Digest digest(kind == ContentHash::Kind::Sha256 ? DigestKind::Sha256 : DigestKind::Sha1);
  if (kind == ContentHash::Kind::GitBlob) {
    const std::string header = concat("blob ", std::filesystem::file_size(file));
    digest.add(header.c_str(), header.size() + 1);  // with its zero byte
  }
  std::vector<char> piece(1U << 20U);
  while (in) {
    stop_point(stop);
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw BadInput("the file cannot be read to its end.", file.string());
  return digest.hex();
}

}  // namespace tstitch
