#include "core/hub/address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
  std::string copy(text);
  curl_free(text);
  return copy;
}

std::optional<Address> address_of(CURLU* url) {
  const auto scheme = part_of(url, CURLUPART_SCHEME);
  auto host = part_of(url, CURLUPART_HOST);
  if (!scheme || !host || (*scheme != "http" && *scheme != "https")) return std::nullopt;
  if (part_of(url, CURLUPART_USER)) return std::nullopt;
  if (host->size() > 2 && host->front() == '[') *host = host->substr(1, host->size() - 2);
  return Address{part_of(url, CURLUPART_URL).value_or(""), *scheme, lower_case(*host),
                 part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("")};
}

struct Range {
  std::uint32_t base;
  int bits;
};
/// IANA's special-purpose registry, loopback left out.
constexpr std::array kPrivateRanges{Range{0x00000000, 8},  Range{0x0A000000, 8},  Range{0x64400000, 10},
                                    Range{0xA9FE0000, 16}, Range{0xAC100000, 12}, Range{0xC0000000, 24},
                                    Range{0xC0000200, 24}, Range{0xC0A80000, 16}, Range{0xC6120000, 15},
                                    Range{0xC6336400, 24}, Range{0xCB007100, 24}, Range{0xE0000000, 3}};

Reach reach_of_v4(std::uint32_t address) {
  if ((address >> 24U) == 127) return Reach::Loopback;
  const bool is_private = std::any_of(kPrivateRanges.begin(), kPrivateRanges.end(), [&](const Range& range) {
    return (address ^ range.base) >> static_cast<unsigned int>(32 - range.bits) == 0;
  });
  return is_private ? Reach::Private : Reach::Public;
}

std::uint32_t last_four(const std::array<std::uint8_t, 16>& bytes) {
  std::uint32_t address = 0;
  for (std::size_t i = 12; i < 16; ++i) address = address << 8U | bytes[i];
  return address;
}

Reach reach_of_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto zeros_before = [&](std::size_t count) {
    return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count),
                       [](std::uint8_t byte) { return byte == 0; });
  };
  if (zeros_before(10) && bytes[10] == 0xFF && bytes[11] == 0xFF) return reach_of_v4(last_four(bytes));
  if (zeros_before(12)) return last_four(bytes) == 1 ? Reach::Loopback : Reach::Private;
  const bool unique_local = (bytes[0] & 0xFEU) == 0xFC;
  const bool link_local = bytes[0] == 0xFE && (bytes[1] & 0x80U) != 0;  // and the old site-local ones
  const bool multicast = bytes[0] == 0xFF;
  const bool translated = bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B;
  return unique_local || link_local || multicast || translated ? Reach::Private : Reach::Public;
}

}  // namespace

std::optional<Address> parse_address(const std::string& url) {
  const Url parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  return address_of(parsed.get());
}

std::optional<Address> resolve_address(const Address& from, const std::string& location) {
  const Url parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, from.url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  if (curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) return std::nullopt;
  return address_of(parsed.get());
}

Reach reach_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return reach_of_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return Reach::Private;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return reach_of_v6(bytes);
}

std::optional<Reach> literal_reach(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost")) return Reach::Loopback;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return reach_of_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  if (::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), v6.data()) == 1) return reach_of_v6(v6);
  return std::nullopt;
}

bool reach_is_allowed(Reach reach, const std::string& host, const Address& endpoint) {
  if (reach == Reach::Public || host == endpoint.host) return true;
  return reach == Reach::Loopback && literal_reach(endpoint.host) == Reach::Loopback;
}

std::string redirect_problem(const Address& from, const Address& to, const Address& endpoint) {
  if (from.scheme == "https" && to.scheme == "http") {
    return concat("the hub redirects from https to the unprotected address ", to.url, ".");
  }
  const std::optional<Reach> reach = literal_reach(to.host);
  if (reach && !reach_is_allowed(*reach, to.host, endpoint)) {
    return concat("the hub redirects to ", to.host, ", an address inside a private network.");
  }
  return {};
}

std::string percent_encoded(std::string_view part) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char letter : part) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain = is_ascii_letter(letter) || is_ascii_digit(letter) ||
                          std::string_view("-_.~").find(letter) != std::string_view::npos;
    if (is_plain) {
      text += letter;
    } else {
      text += '%';
      text += kDigits[byte >> 4U];
      text += kDigits[byte & 15U];
    }
  }
  return text;
}

}  // namespace tstitch
