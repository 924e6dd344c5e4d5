#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "tests/support/hub/loopback.h"

struct ssl_ctx_st;

namespace tstitch::test {

/// What a certificate claims. It signs itself.
struct Claim {
  std::string subject = "IP:127.0.0.1";  ///< whom it is for: `IP:` or `DNS:`
  long valid_from = -3600;               ///< seconds from now
  long valid_until = 3600;
};

/// An https door before a plain server on this machine: decrypts, hands on, encrypts the answer. One connection at a
/// time.
class TlsFront {
 public:
  explicit TlsFront(std::uint16_t plain_port, const Claim& claim = {});
  ~TlsFront();
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  [[nodiscard]] std::string address() const;
  /// The certificate in PEM; who trusts it trusts this door.
  [[nodiscard]] const std::string& certificate() const { return certificate_; }

 private:
  void serve();
  void talk(int connection) const;

  std::uint16_t plain_port_;
  std::string certificate_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
  Listener listener_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace tstitch::test
