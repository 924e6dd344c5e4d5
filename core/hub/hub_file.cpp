#include "core/hub/hub_file.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "core/base/text.h"

namespace tstitch {

namespace {

std::string path_text(const std::string& path) {
  std::string text;
  for (const std::string& part : split(path, '/')) text += concat("/", percent_encoded(part));
  return text;
}

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool is_commit(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void wait_for(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
  stop_point(stop);
}

std::string what_went_wrong(const HttpResponse& response) {
  return response.broken_off.empty() ? concat("the hub answered ", response.status)
                                     : concat("the transfer broke off (", response.broken_off, ")");
}

/// Keeps what the first answer of a chain says: a redirect to the store of large files tells no commit.
struct Facts {
  std::string commit, etag;
  std::optional<std::int64_t> bytes;

  void add(const HttpResponse& response) {
    if (commit.empty()) commit = response.header("x-repo-commit");
    if (etag.empty()) etag = response.header("x-linked-etag");
    if (!bytes) bytes = number_in(response.header("x-linked-size"));
  }
  void add_last(const HttpResponse& response) {
    add(response);
    if (etag.empty()) etag = response.header("etag");
    if (!bytes && !response.is_redirect()) bytes = number_in(response.header("content-length"));
  }
};

bool is_absent_file(const HttpResponse& response) {
  if (response.status != 404) return false;
  const std::string code = response.header("x-error-code");
  return code.empty() || code == "EntryNotFound";
}

HubFile file_of(const Facts& facts, const std::string& repository, const std::string& path, const Address& address) {
  if (!is_commit(facts.commit)) {
    throw BadInput("the hub does not say which commit the file belongs to.", address.url,
                   "HF_ENDPOINT may name a server that is no hub.");
  }
  const std::optional<ContentHash> hash = hash_in_etag(facts.etag);
  if (!hash) throw BadInput("the hub tells no hash of the file, so that it cannot be checked.", address.url);
  return {repository, path, facts.commit, *hash, facts.bytes};
}

}  // namespace

Address file_address(const Address& endpoint, const std::string& repository, const std::string& revision,
                     const std::string& path) {
  Address address = endpoint;
  while (address.url.ends_with('/')) address.url.pop_back();
  address.url += concat(path_text(repository), "/resolve/", percent_encoded(revision), path_text(path));
  return address;
}

void refuse_status(const HttpResponse& response, const std::string& repository, const std::string& path,
                   bool has_token) {
  const std::string where = concat(repository, "/", path);
  switch (response.status) {
    case 401:
      throw BadInput(has_token ? "the hub does not accept the token, or the repository does not exist."
                               : "the hub gives this repository to known users only, or it does not exist.",
                     where, "Accept its terms on its page, then set HF_TOKEN.");
    case 403:
      throw BadInput("the hub refuses access to this repository.", where,
                     "Accept its terms on its page with the account that HF_TOKEN belongs to.");
    case 404: {
      const std::string code = response.header("x-error-code");
      throw BadInput(code == "RevisionNotFound" ? "the repository has no such revision."
                     : code == "RepoNotFound"   ? "the hub has no such repository."
                                                : "the repository has no such file.",
                     where);
    }
    case 407:
      throw BadInput("the proxy wants a user and a password.", where, "Write them into https_proxy.");
    default:
      throw BadInput(concat("the hub answered ", response.status, "."), where);
  }
}

bool Tries::may_pass(const HttpResponse& response) {
  return !response.broken_off.empty() || response.status == 408 || response.status == 429 || response.status >= 500;
}

void Tries::wait(const HttpResponse& response, bool progress, const std::stop_token& stop) {
  without_progress_ = progress ? 0 : without_progress_ + 1;
  if (without_progress_ == kMostWithoutProgress || ++all_ == kMost) {
    throw BadInput(concat(what_went_wrong(response), ", again and again."), where_,
                   "Fetch again later: what is here is kept.");
  }
  auto pause = settings_.pause * (1 << std::min(without_progress_, 5));
  if (response.retry_after) {
    pause = *response.retry_after;
    if (pause > settings_.longest_wait) {
      throw BadInput(
          concat("the hub answered ", response.status, " and asks to wait for ", response.retry_after->count(), " s."),
          where_, "Fetch again then: what is here is kept.");
    }
  }
  wait_for(pause, stop);
}

std::optional<HubFile> describe_file(HttpClient& client, const std::string& repository, const std::string& revision,
                                     const std::string& path, const std::stop_token& stop) {
  const Address address = file_address(client.endpoint(), repository, revision, path);
  const BodySink no_body{[](const HttpResponse&) { return false; }, [](std::string_view) {}};
  Tries tries(client.settings(), address.url);
  for (;;) {
    Facts facts;
    const auto enough = [&](const HttpResponse& redirect) {
      facts.add(redirect);
      return hash_in_etag(facts.etag).has_value() && !facts.commit.empty();
    };
    const HttpResponse response = client.send({address, true}, no_body, stop, enough);
    if (Tries::may_pass(response)) {
      tries.wait(response, false, stop);
      continue;
    }
    if (is_absent_file(response)) return std::nullopt;
    if (response.status != 200 && !response.is_redirect()) {
      refuse_status(response, repository, path, !client.settings().token.empty());
    }
    facts.add_last(response);
    return file_of(facts, repository, path, address);
  }
}

}  // namespace tstitch
