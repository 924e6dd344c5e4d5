#include "core/formats/digest.h"

#include <array>
#include <string_view>

#include <openssl/evp.h>

#include "core/base/check.h"

namespace tstitch {

void Digest::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(DigestKind kind) : context_(EVP_MD_CTX_new()) {
  const EVP_MD* algorithm = kind == DigestKind::Sha1 ? EVP_sha1() : EVP_sha256();
  TSTITCH_CHECK(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
}

void Digest::add(const void* bytes, std::size_t size) {
  TSTITCH_CHECK(EVP_DigestUpdate(context_.get(), bytes, size) == 1);
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  TSTITCH_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 15U];
  }
  return text;
}

}  // namespace tstitch
