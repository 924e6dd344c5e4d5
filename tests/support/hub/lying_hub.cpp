#include "tests/support/hub/lying_hub.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/formats/digest.h"
#include "core/formats/sha256.h"

namespace tstitch::test {

namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

Asked parse_request(const std::string& text) {
  Asked asked;
  std::istringstream in(text);
  in >> asked.method >> asked.path;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line) && line != "\r") {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    asked.headers[lower_case(line.substr(0, colon))] = trimmed(std::string_view(line).substr(colon + 1));
  }
  return asked;
}

}  // namespace

std::string git_blob_hash(const std::string& bytes) {
  const std::string header = concat("blob ", bytes.size());
  Digest digest(DigestKind::Sha1);
  digest.add(header.c_str(), header.size() + 1);
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

std::string Asked::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

LyingHub::LyingHub(Script script) : script_(std::move(script)), listener_(listen_on_loopback()) {
  thread_ = std::thread([this] { serve(); });
}

LyingHub::~LyingHub() {
  over_ = true;
  thread_.join();
  ::close(listener_.descriptor);
}

std::string LyingHub::address() const {
  return concat("http://127.0.0.1:", port());
}

const std::string& LyingHub::commit() {
  static const std::string commit(40, 'c');
  return commit;
}

void LyingHub::put_large(const std::string& repository, const std::string& path, const std::string& bytes) {
  files_[repository + "/" + path] = {bytes, sha256_of(bytes)};
}

void LyingHub::put_small(const std::string& repository, const std::string& path, const std::string& bytes) {
  files_[repository + "/" + path] = {bytes, git_blob_hash(bytes)};
}

Answer LyingHub::honest(const Asked& asked) const {
  // /org/name/resolve/revision/path
  const std::size_t resolve = asked.path.find("/resolve/");
  const std::size_t revision_end = resolve == std::string::npos ? resolve : asked.path.find('/', resolve + 9);
  if (revision_end == std::string::npos) return {404, {{"X-Error-Code", "RepoNotFound"}}};
  const auto found = files_.find(asked.path.substr(1, resolve - 1) + asked.path.substr(revision_end));
  if (found == files_.end()) return {404, {{"X-Error-Code", "EntryNotFound"}, {"X-Repo-Commit", commit()}}};
  const File& file = found->second;
  Answer answer{200, {{"X-Repo-Commit", commit()}, {"ETag", "\"" + file.hash + "\""}}, file.bytes};
  const std::string range = asked.header("range");
  const std::string condition = asked.header("if-range");
  if (range.empty() || (!condition.empty() && condition != answer.headers["ETag"])) return answer;
  const std::size_t first = std::strtoull(range.c_str() + 6, nullptr, 10);
  if (first >= file.bytes.size()) return {416, {{"Content-Range", concat("bytes */", file.bytes.size())}}};
  answer.status = 206;
  answer.body = file.bytes.substr(first);
  answer.headers["Content-Range"] = concat("bytes ", first, "-", file.bytes.size() - 1, "/", file.bytes.size());
  return answer;
}

std::vector<Asked> LyingHub::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::vector<Asked> LyingHub::gets() const {
  std::vector<Asked> all = asked();
  all.erase(std::remove_if(all.begin(), all.end(), [](const Asked& one) { return !one.is_get(); }), all.end());
  return all;
}

void LyingHub::serve() {
  while (!over_) {
    if (!is_ready(listener_.descriptor)) continue;
    const int connection = ::accept4(listener_.descriptor, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    talk(connection);
    ::close(connection);
  }
}

void LyingHub::talk(int connection) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (over_) return;
    if (!is_ready(connection)) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) return;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const Asked asked = parse_request(text);
  int number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = static_cast<int>(std::count_if(asked_.begin(), asked_.end(),
                                            [&](const Asked& before) { return before.method == asked.method; }));
    asked_.push_back(asked);
  }
  const std::optional<Answer> lie = script_ ? script_(asked, number) : std::nullopt;
  send_answer(connection, asked, lie ? *lie : honest(asked));
}

void LyingHub::send_answer(int connection, const Asked& asked, const Answer& answer) const {
  std::string head = concat("HTTP/1.1 ", answer.status, " So\r\nConnection: close\r\n");
  for (const auto& [name, value] : answer.headers) head += concat(name, ": ", value, "\r\n");
  const std::string length = answer.length.value_or(concat(answer.body.size()));
  if (!length.empty()) head += concat("Content-Length: ", length, "\r\n");
  if (!send_all(connection, head + "\r\n") || !asked.is_get()) return;
  if (!send_all(connection, std::string_view(answer.body).substr(0, answer.drop_after.value_or(answer.body.size())))) {
    return;
  }
  while (answer.stall && !over_) {
    std::array<char, 16> ignored{};
    if (is_ready(connection) && ::recv(connection, ignored.data(), ignored.size(), 0) <= 0) return;
  }
}

}  // namespace tstitch::test
