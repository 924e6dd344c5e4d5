#pragma once

#include <cstdint>
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

/// Readable within 20 ms, so that the end of a server is noticed.
bool is_ready(int descriptor);

/// False when the other side is gone.
bool send_all(int connection, std::string_view bytes);

}  // namespace tstitch::test
