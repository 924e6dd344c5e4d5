#pragma once

#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace tstitch {

/// An http or https address, taken apart.
struct Address {
  std::string url;     ///< the whole
  std::string scheme;  ///< `http` or `https`
  std::string host;    ///< lower case, without the brackets of an IPv6 literal
  std::string port;    ///< also where the address leaves it to the scheme

  /// Credentials may only go where scheme, host and port are the same.
  [[nodiscard]] bool same_origin(const Address& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

/// None for other schemes, addresses with a user in them, and what cannot be parsed.
std::optional<Address> parse_address(const std::string& url);

/// A `Location`, absolute or relative to `from`.
std::optional<Address> resolve_address(const Address& from, const std::string& location);

/// What an IP address is to a program that fetches what strangers link to.
enum class Reach { Public, Loopback, Private };

/// `Private`: link-local, private, shared, multicast, reserved and unspecified ranges of IPv4 and IPv6, also where an
/// IPv4 address is written in IPv6.
Reach reach_of(const sockaddr& address);

/// The same of a literal address or `localhost`; none for names that must be looked up.
std::optional<Reach> literal_reach(const std::string& host);

/// Whether a connection to an address of that reach is allowed, made for a `host` while a hub at `endpoint` is asked:
/// the endpoint itself is what the user configured; from a loopback endpoint others on this machine may follow.
bool reach_is_allowed(Reach reach, const std::string& host, const Address& endpoint);

/// Why a redirect is not followed; empty when it may be: never from https to http, never to a private address.
std::string redirect_problem(const Address& from, const Address& to, const Address& endpoint);

/// One part of a path, percent-encoded except for unreserved characters.
std::string percent_encoded(std::string_view part);

}  // namespace tstitch
