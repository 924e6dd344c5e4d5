#include "core/hub/download.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/hub/part_file.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

/// `bytes 100-199/200` or `bytes 100-199/*`.
struct ContentRange {
  std::int64_t first = 0;
  std::optional<std::int64_t> of;
};

std::optional<ContentRange> parse_content_range(std::string_view text) {
  if (!text.starts_with("bytes ")) return std::nullopt;
  text.remove_prefix(6);
  ContentRange range;
  const auto [first_end, first_error] = std::from_chars(text.data(), text.data() + text.size(), range.first);
  const std::size_t slash = text.find('/');
  if (first_error != std::errc() || *first_end != '-' || slash == std::string_view::npos) return std::nullopt;
  const std::string_view total = text.substr(slash + 1);
  std::int64_t of = 0;
  const auto [end, error] = std::from_chars(total.data(), total.data() + total.size(), of);
  if (error == std::errc() && end == total.data() + total.size()) range.of = of;
  return range.of || total == "*" ? std::optional(range) : std::nullopt;
}

/// What a server sends in place of the file, told by its first bytes; empty for what may be the file.
std::string_view impostor(std::string_view head) {
  if (head.starts_with("version https://git-lfs")) return "the pointer of a large file, not the file itself";
  const std::string_view text = trimmed(head);
  const bool is_page = text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") || text.starts_with("<html") ||
                       text.starts_with("<HTML");
  return is_page ? "a web page, not the file" : "";
}

class Download {
 public:
  Download(HttpClient& client, const HubFile& file, const fs::path& blob, const std::stop_token& stop,
           const BytesHere& here)
      : client_(client),
        file_(file),
        stop_(stop),
        here_(here),
        address_(file.address.value_or(file_address(client.endpoint(), file.repository, file.commit, file.path))),
        part_(blob, file.hash, stop) {}

  /// True when the bytes are the file's; the part is then under its final name.
  bool attempt() {
    fetch();
    found_ = part_.hash(stop_);
    if (found_ != file_.hash.hex) {
      refuse_impostor();
      part_.clear();
      return false;
    }
    part_.finish();
    return true;
  }

  /// Takes back the part that was begun for nothing.
  void leave() { part_.remove(); }

  [[noreturn]] void refuse_mismatch() {
    part_.remove();
    throw BadInput(concat("the bytes that came twice have the ", file_.hash.kind_name(), " ", found_,
                          ", the hub promises ", file_.hash.hex, "; they were thrown away."),
                   where(), file_.address ? "Fetch again later." : "Fetch again later, or from another HF_ENDPOINT.");
  }

 private:
  [[nodiscard]] std::string where() const { return concat(file_.repository, "/", file_.path); }
  [[nodiscard]] bool is_whole() const { return file_.bytes && part_.size() == *file_.bytes; }

  /// Until every byte is there, whatever they are.
  void fetch() {
    if (file_.bytes && part_.size() > *file_.bytes) part_.clear();
    Tries tries(client_.settings(), where());
    while (!is_whole()) {
      const std::int64_t before = part_.size();
      restarted_ = false;
      const HttpResponse response = client_.send(
          request(), {[this](const HttpResponse& r) { return start(r); }, [this](std::string_view b) { take(b); }},
          stop_);
      if (is_whole()) return;
      if (response.broken_off.empty()) refuse_impostor();
      const bool has_body = response.status == 200 || (response.status == 206 && !restarted_);
      if (has_body && response.broken_off.empty() && !file_.bytes) return;
      if (!has_body && !restarted_ && !Tries::may_pass(response)) {
        refuse_status(response, file_.repository, file_.path, !client_.settings().token.empty());
      }
      tries.wait(response, !restarted_ && part_.size() > before, stop_);
    }
  }

  [[nodiscard]] HttpRequest request() const {
    HttpRequest request{address_};
    if (part_.size() == 0) return request;
    request.headers.push_back(concat("Range: bytes=", part_.size(), "-"));
    if (const std::string etag = part_.etag(); !etag.empty()) request.headers.push_back(concat("If-Range: ", etag));
    return request;
  }

  /// Looks at what the server makes of the request before a byte of it is kept.
  bool start(const HttpResponse& response) {
    if (response.status == 416) restart();
    if (response.status != 200 && response.status != 206) return false;
    refuse_disguise(response);
    if (response.status == 206) return start_range(response);
    if (part_.size() > 0) part_.clear();  // the whole file instead of the rest
    part_.remember_etag(response.header("etag"));
    return true;
  }

  bool start_range(const HttpResponse& response) {
    const auto range = parse_content_range(response.header("content-range"));
    const bool fits = range && range->first == part_.size() && (!range->of || !file_.bytes || range->of == file_.bytes);
    if (!fits) restart();
    return fits;
  }

  void restart() {
    part_.clear();
    part_.remember_etag({});
    restarted_ = true;
  }

  void refuse_disguise(const HttpResponse& response) const {
    const std::string encoding = response.header("content-encoding");
    if (!encoding.empty() && encoding != "identity") {
      throw BadInput(concat("the hub sends the file encoded (", encoding, ") though it was asked not to."), where());
    }
    const bool is_page = response.header("content-type").starts_with("text/html");
    if (is_page && fs::path(file_.path).extension() != ".html") refuse_as("a web page, not the file");
  }

  void refuse_impostor() {
    const std::string_view what = impostor(part_.head());
    if (what.empty()) return;
    part_.remove();
    refuse_as(what);
  }

  [[noreturn]] void refuse_as(std::string_view what) const {
    throw BadInput(concat("the hub sent ", what, "."), where(),
                   file_.address ? "A proxy or a login page may stand between."
                                 : "A proxy or a login page may stand between; check HF_ENDPOINT and HF_TOKEN.");
  }

  void take(std::string_view bytes) {
    if (file_.bytes && part_.size() + static_cast<std::int64_t>(bytes.size()) > *file_.bytes) {
      const std::string_view first = impostor(bytes);
      part_.remove();
      if (!first.empty()) refuse_as(first);
      throw BadInput(concat("the hub sends more bytes than the ", *file_.bytes, " it promised."), where());
    }
    part_.append(bytes);
    if (here_) here_(part_.size());
  }

  HttpClient& client_;
  const HubFile& file_;
  const std::stop_token& stop_;
  const BytesHere& here_;
  Address address_;
  PartFile part_;
  bool restarted_ = false;  ///< the last answer did not fit what was there
  std::string found_;
};

bool is_here(const HubFile& file, const fs::path& blob, const std::stop_token& stop) {
  std::error_code ignored;
  if (!fs::is_regular_file(blob, ignored)) return false;
  if (file.bytes && fs::file_size(blob, ignored) != static_cast<std::uintmax_t>(*file.bytes)) return false;
  return hash_of_file(file.hash.kind, blob, stop) == file.hash.hex;
}

}  // namespace

void download_file(HttpClient& client, const HubFile& file, const fs::path& blobs, const std::stop_token& stop,
                   const BytesHere& here) {
  const fs::path blob = blobs / file.hash.hex;
  if (is_here(file, blob, stop)) return;
  Download download(client, file, blob, stop, here);
  if (is_here(file, blob, stop)) return download.leave();  // brought by another program while this one waited
  if (!download.attempt() && !download.attempt()) download.refuse_mismatch();
}

}  // namespace tstitch
