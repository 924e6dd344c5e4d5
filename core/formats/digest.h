#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct evp_md_ctx_st;  // OpenSSL's

namespace tstitch {

enum class DigestKind { Sha1, Sha256 };

/// A hash over bytes that come in pieces.
class Digest {
 public:
  explicit Digest(DigestKind kind);

  void add(const void* bytes, std::size_t size);
  /// Lower-case hex; the digest is spent afterwards.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace tstitch
