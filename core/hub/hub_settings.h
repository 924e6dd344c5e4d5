#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/models/hub_cache.h"

namespace tstitch {

/// How a hub is spoken to. Proxies (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`) are libcurl's affair.
struct HubSettings {
  std::string endpoint = "https://huggingface.co";  ///< without a slash at its end
  std::filesystem::path cache;
  std::string token;                   ///< empty: none
  std::filesystem::path certificates;  ///< PEM file of those trusted for https; empty: the system's
  bool offline = false;                ///< nothing may be asked over the network

  std::chrono::milliseconds stall{30000};         ///< a transfer that brings less than kStallBytes in it is broken off
  std::chrono::milliseconds pause{250};           ///< before the first further try; doubled before each next one
  std::chrono::milliseconds longest_wait{60000};  ///< for a busy hub (429, 503); longer ones are told instead
};

inline constexpr std::int64_t kStallBytes = 1024;

/// `HF_ENDPOINT`, the cache of hub_cache_folder(), the token of `HF_TOKEN`, `HF_TOKEN_PATH` or `token` in hub_home(),
/// `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`, and the certificates of `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` or
/// `SSL_CERT_FILE`, as the hub's other clients take them.
/// Throws UsageError that names the variable for an endpoint that is no http(s) address or no cache folder at all.
HubSettings hub_settings(const Environment& environment = process_environment);

/// The certificates that a system trusts, as one PEM file: each family of Linux has its own place for them, and a
/// library built for another one knows only that one's. Empty where none of `places` is a file.
std::filesystem::path system_certificates(const std::vector<std::filesystem::path>& places = {
                                              "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                              "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                              "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"});

}  // namespace tstitch
