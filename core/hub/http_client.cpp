#include "core/hub/http_client.h"

#include <algorithm>
#include <array>
#include <exception>
#include <set>
#include <utility>

#include <curl/curl.h>
#include <sys/socket.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/base/version.h"

namespace tstitch {

namespace {

using Clock = std::chrono::steady_clock;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

constexpr std::size_t kMostHeaderBytes = std::size_t{1} << 16U;
constexpr long kProxyWantsUser = 407;
constexpr const char* kNetworkHint =
    "Check the connection and the proxy settings, then fetch again: what is here is kept.";

bool is_hopeless(CURLcode code) {
  constexpr std::array kCodes{CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
                              CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT,         CURLE_PEER_FAILED_VERIFICATION,
                              CURLE_SSL_CONNECT_ERROR,    CURLE_SSL_CACERT_BADFILE,    CURLE_SSL_ISSUER_ERROR};
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

bool proxy_is_set() {
  const std::array kNames{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [](const char* name) { return !process_environment(name).value_or("").empty(); });
}

Address required_address(const std::string& url) {
  const std::optional<Address> address = parse_address(url);
  if (!address) throw UsageError(concat("\"", url, "\" is not an http or https address."), "HF_ENDPOINT");
  return *address;
}

}  // namespace

/// One exchange, as libcurl's callbacks see it. Nothing may be thrown through libcurl: it is kept for afterwards.
struct HttpClient::Transfer {
  const HttpClient& client;
  const HttpRequest& request;
  const BodySink& sink;
  HttpResponse response{};
  std::exception_ptr problem{};
  Reach refused_reach = Reach::Public;
  Headers headers{nullptr, curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> error{};
  std::size_t header_bytes = 0;
  std::int64_t received = 0;
  bool started = false;
  bool wanted = true;  ///< the body
  bool done = false;
  CURLcode code = CURLE_OK;

  static Transfer& self(void* data) { return *static_cast<Transfer*>(data); }

  static std::size_t take_header(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = self(user);
    const std::string_view line(data, size);
    transfer.header_bytes += size;
    if (transfer.header_bytes > kMostHeaderBytes) return 0;
    if (line.starts_with("HTTP/")) transfer.response.headers.clear();  // of an answer before the last
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) {
      transfer.response.headers[lower_case(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
    }
    return size;
  }

  static std::size_t take_body(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = self(user);
    transfer.received += static_cast<std::int64_t>(size);
    try {
      transfer.start();
      if (!transfer.wanted) return 0;
      transfer.sink.bytes({data, size});
    } catch (...) {
      transfer.problem = std::current_exception();
      return 0;
    }
    return size;
  }

  static curl_socket_t open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    Transfer& transfer = self(user);
    const Reach reach = reach_of(address->addr);
    if (!transfer.client.has_proxy_ &&
        !reach_is_allowed(reach, transfer.request.address.host, transfer.client.endpoint_)) {
      transfer.refused_reach = reach;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  void read_status() {
    CURL* easy = client.easy_.get();
    response.address = request.address;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response.status);
    curl_off_t after = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
    if (after > 0) response.retry_after = std::chrono::seconds(after);
  }

  /// What a proxy answered instead of leading on to an https address; 0 where none did.
  [[nodiscard]] long refusal_of_proxy() const {
    long answer = 0;
    curl_easy_getinfo(client.easy_.get(), CURLINFO_HTTP_CONNECTCODE, &answer);
    return code != CURLE_OK && answer >= 400 && answer < 500 ? answer : 0;
  }

  /// Asks once whether the body is wanted.
  void start() {
    if (started) return;
    started = true;
    read_status();
    wanted = !response.is_redirect() && sink.start(response);
  }

  void finish() {
    if (problem) std::rethrow_exception(problem);
    const std::string& where = request.address.url;
    if (refused_reach != Reach::Public && code != CURLE_OK) {
      throw BadInput("the host's name leads to an address inside a private network.", where);
    }
    const long of_proxy = refusal_of_proxy();
    if (of_proxy == kProxyWantsUser) {
      throw BadInput("the proxy wants a user and a password.", where, "Write them into https_proxy.");
    }
    if (of_proxy != 0) throw BadInput(concat("the proxy answered ", of_proxy, "."), where, kNetworkHint);
    if (is_hopeless(code)) {
      throw BadInput(concat("no connection: ", error[0] != 0 ? error.data() : curl_easy_strerror(code), "."), where,
                     kNetworkHint);
    }
    if (code == CURLE_OK) {
      start();
    } else if (wanted) {
      read_status();
      response.broken_off = error[0] != 0 ? error.data() : curl_easy_strerror(code);
    }
  }
};

std::string HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

HttpClient::HttpClient(const HubSettings& settings)
    : settings_(settings),
      endpoint_(required_address(settings.endpoint)),
      has_proxy_(proxy_is_set()),
      easy_(nullptr, [](void* easy) { curl_easy_cleanup(easy); }),
      multi_(nullptr, [](void* multi) { curl_multi_cleanup(multi); }) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  TSTITCH_CHECK(global == CURLE_OK, global);
  easy_.reset(curl_easy_init());
  multi_.reset(curl_multi_init());
  TSTITCH_CHECK(easy_ && multi_);
}

HttpClient::~HttpClient() = default;

bool HttpClient::may_have_token(const Address& address) const {
  const bool is_safe = address.scheme == "https" || literal_reach(address.host) == Reach::Loopback;
  return !settings_.token.empty() && is_safe && address.same_origin(endpoint_);
}

void HttpClient::prepare(Transfer& transfer) {
  CURL* easy = easy_.get();
  curl_easy_reset(easy);  // connections stay open
  const auto add_header = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(transfer.headers.get(), line.c_str());
    TSTITCH_CHECK(longer != nullptr);
    static_cast<void>(transfer.headers.release());
    transfer.headers.reset(longer);
  };
  for (const std::string& line : transfer.request.headers) add_header(line);
  add_header("Accept-Encoding: identity");  // hashes are of the bytes themselves
  if (may_have_token(transfer.request.address)) add_header(concat("Authorization: Bearer ", settings_.token));

  curl_easy_setopt(easy, CURLOPT_URL, transfer.request.address.url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOBODY, transfer.request.head ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, concat("tstitch/", program_version()).c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  const auto trusted = settings_.certificates.empty() ? system_certificates() : settings_.certificates;
  if (!trusted.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, trusted.c_str());
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.stall.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
}

void HttpClient::run(Transfer& transfer, const std::stop_token& stop) {
  constexpr int kPollMilliseconds = 50;
  Clock::time_point window = Clock::now();
  std::int64_t received_before = 0;
  for (int running = 1; running > 0;) {
    stop_point(stop);
    TSTITCH_CHECK(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    if (running == 0) break;
    if (Clock::now() - window >= settings_.stall) {
      if (transfer.received - received_before < kStallBytes) {
        transfer.code = CURLE_OPERATION_TIMEDOUT;
        return;
      }
      window = Clock::now();
      received_before = transfer.received;
    }
    curl_multi_poll(multi_.get(), nullptr, 0, kPollMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
  TSTITCH_CHECK(message != nullptr && message->msg == CURLMSG_DONE);
  transfer.code = message->data.result;
}

HttpResponse HttpClient::send_once(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop) {
  Transfer transfer{*this, request, sink};
  prepare(transfer);
  TSTITCH_CHECK(curl_multi_add_handle(multi_.get(), easy_.get()) == CURLM_OK);
  try {
    run(transfer, stop);
  } catch (...) {
    curl_multi_remove_handle(multi_.get(), easy_.get());
    throw;
  }
  curl_multi_remove_handle(multi_.get(), easy_.get());
  transfer.finish();
  return std::move(transfer.response);
}

HttpResponse HttpClient::send(const HttpRequest& request, const BodySink& sink, const std::stop_token& stop,
                              const Enough& enough) {
  HttpRequest next = request;
  std::set<std::string> visited;
  for (int hops = 0;; ++hops) {
    visited.insert(next.address.url);
    HttpResponse response = send_once(next, sink, stop);
    if (!response.broken_off.empty() || !response.is_redirect() || (enough && enough(response))) return response;
    const std::optional<Address> target = resolve_address(next.address, response.header("location"));
    if (!target) throw BadInput("the hub redirects to something that is no http address.", next.address.url);
    if (const std::string problem = redirect_problem(next.address, *target, endpoint_); !problem.empty()) {
      throw BadInput(problem, next.address.url);
    }
    if (hops == kMostRedirects || visited.contains(target->url)) {
      throw BadInput(concat("the hub redirects ", hops == kMostRedirects ? "too often." : "in a circle."),
                     request.address.url);
    }
    next.address = *target;
  }
}

}  // namespace tstitch
