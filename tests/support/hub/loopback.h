#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tstitch::test {

/// A listening socket on this machine's loopback and the port that it was given.
struct Listener {
  int descriptor = -1;
  std::uint16_t port = 0;
};
Listener listen_on_loopback();

/// A connection to a port of this machine; -1 where nobody answers.
int connect_to_loopback(std::uint16_t port);

/// A name that no name server has to be asked about: its first part is longer than names may be (RFC 1035).
inline std::string unknown_host() {
  return std::string(64, 'h') + ".invalid";
}

/// Readable within 20 ms, so that the end of a server is noticed.
bool is_ready(int descriptor);

/// False when the other side is gone.
bool send_all(int connection, std::string_view bytes);

}  // namespace tstitch::test
