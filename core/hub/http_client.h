#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/hub/address.h"
#include "core/hub/hub_settings.h"

namespace tstitch {

struct HttpRequest {
  Address address;
  bool head = false;
  std::vector<std::string> headers{};  ///< "Name: value"
};

struct HttpResponse {
  Address address;  ///< that answered, the last one of a chain of redirects
  long status = 0;
  std::map<std::string, std::string> headers;       ///< names in lower case; of repeated ones the last
  std::optional<std::chrono::seconds> retry_after;  ///< seconds or date, as seconds from now
  std::string broken_off;                           ///< why the transfer did not come to its end; empty when it did

  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] bool is_redirect() const { return status >= 300 && status < 400 && headers.contains("location"); }
};

/// What becomes of an answer's body. `start` sees status and headers and says whether the body is wanted (redirects are
/// not shown to it); `bytes` gets it piece by piece. Both may throw.
struct BodySink {
  std::function<bool(const HttpResponse& response)> start;
  std::function<void(std::string_view bytes)> bytes;
};

/// Asks a hub. Follows redirects itself (at most kMostRedirects, no circles, see redirect_problem()), sends the token
/// to the hub's own origin alone and over http only on this machine, connects to no private address that a stranger's
/// link or name server leads to (a proxy looks names up itself, then literal addresses alone are checked), and breaks
/// off transfers that stall.
class HttpClient {
 public:
  explicit HttpClient(const HubSettings& settings);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] const HubSettings& settings() const { return settings_; }
  [[nodiscard]] const Address& endpoint() const { return endpoint_; }

  static constexpr int kMostRedirects = 10;

  /// Is asked for each redirect whether what it says is enough; the answer is then the redirect itself.
  using Enough = std::function<bool(const HttpResponse&)>;

  /// A transfer that breaks off is an answer (`broken_off`). Throws BadInput that names the address for what no further
  /// try can change: hosts that are unknown or do not answer, certificates that do not hold, forbidden redirects;
  /// Interrupted when asked to stop.
  [[nodiscard]] HttpResponse send(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop,
                                  const Enough& enough = {});

 private:
  struct Transfer;
  [[nodiscard]] HttpResponse send_once(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop);
  void prepare(Transfer& transfer);
  void run(Transfer& transfer, const std::stop_token& stop);
  [[nodiscard]] bool may_have_token(const Address& address) const;

  HubSettings settings_;
  Address endpoint_;
  bool has_proxy_ = false;
  std::unique_ptr<void, void (*)(void*)> easy_;
  std::unique_ptr<void, void (*)(void*)> multi_;
};

}  // namespace tstitch
