#include "core/engine/wire/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/json_fields.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace tstitch::wire {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLook{200};    ///< between two looks at whether all is over
constexpr milliseconds kToEnd{2000};  ///< for a process whose streams are closed
constexpr std::size_t kLongestLine = 4096;

std::string seconds_text(milliseconds time) {
  return number_text(static_cast<double>(time.count()) / 1000.0);
}

/// A line of foreign text for a terminal: nothing that moves the cursor or changes colours.
std::string plain(std::string line) {
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) c = ' ';
  }
  return line;
}

}  // namespace

Connection::OpenCall::OpenCall(Connection& connection) : call(std::make_shared<Call>()), connection_(connection) {
  const std::lock_guard lock(connection_.mutex_);
  id = ++connection_.last_id_;
  connection_.calls_.emplace(id, call);
}

Connection::OpenCall::~OpenCall() {
  const std::lock_guard lock(connection_.mutex_);
  connection_.calls_.erase(id);
}

Connection::Connection(ConnectionOptions options)
    : options_(std::move(options)), writer_([this](std::string_view frame) {
        return process_->input().write_all(frame, [this] {
          const std::lock_guard lock(mutex_);
          return !closing_ && !lost_;
        });
      }) {
  try {
    process_ = std::make_unique<ChildProcess>(options_.words, options_.process);
  } catch (const ProcessNotStarted& problem) {
    throw Lost{concat("could not be started: ", options_.words.front(), ": ", problem.what()), {}};
  }
  errors_ = std::jthread([this] { read_errors(); });
  reader_ = std::jthread([this] { read_all(); });
  send(hello(Side::Asking));
}

Connection::~Connection() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  process_->input().close();
  reader_.join();
  if (!process_->wait(kToEnd)) process_->kill();
  if (errors_.joinable()) errors_.join();
}

bool Connection::is_lost() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return !losing_ || lost_ || closing_; });
  return lost_.has_value();
}

void Connection::wait_until_ready(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, stop, [this] { return ready_ || lost_ || closing_; });
  if (lost_) throw *lost_;
  if (closing_) throw Lost{"is closed", {}};
  if (!ready_) throw Interrupted{};
}

void Connection::break_off(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  if (!break_off_) break_off_ = reason;
}

void Connection::retire(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  retired_ = true;
  break_off_ = reason;
}

void Connection::break_protocol(const BadInput& problem) {
  Lost lost{concat("broke the protocol: ", problem.sentence()), {}};
  break_off(lost.reason);
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return lost_ || closing_; });
  throw lost;
}

void Connection::send(const Message& message) {
  if (!writer_.send(message)) break_off("does not read any more");
}

void Connection::send_stop(std::uint64_t id) {
  Message message;
  message.head["stop"] = id;
  send(message);
}

std::optional<Message> Connection::next(Call& call, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, stop, [&] { return !call.arrived.empty() || lost_ || closing_; });
  if (!call.arrived.empty()) {
    Message message = std::move(call.arrived.front());
    call.arrived.pop_front();
    return message;
  }
  if (lost_) throw *lost_;
  if (closing_) throw Lost{"is closed", {}};
  return std::nullopt;
}

void Connection::take(Message message) {
  const JsonFields fields(message.head, "message");
  std::unique_lock lock(mutex_);
  if (!ready_) {
    require_hello(message, Side::Engine);
    ready_ = true;
    lock.unlock();
    if (options_.on_ready) options_.on_ready();
    wake_.notify_all();
    return;
  }
  if (fields.has("beat")) return;
  const std::uint64_t id = fields.unsigned_integer(fields.has("event") ? "event" : "answer");
  const auto found = calls_.find(id);
  if (found == calls_.end()) {
    if (id > last_id_) throw BadInput("answers what was not asked.", "message");
    return;  // nobody waits for it any more
  }
  found->second->arrived.push_back(std::move(message));
  lock.unlock();
  wake_.notify_all();
}

void Connection::read_all() {
  MessageStream stream(process_->output(), options_.frame_patience);
  Clock::time_point heard = Clock::now();
  try {
    for (Message message;;) {
      const MessageStream::Arrival arrival = stream.next(message, kLook);
      if (arrival == MessageStream::Arrival::End) return lose(reason_of_end());
      if (arrival == MessageStream::Arrival::Message) {
        heard = Clock::now();
        take(std::move(message));
      }
      std::unique_lock lock(mutex_);
      if (closing_) return;
      const std::optional<std::string> broken = break_off_;
      const milliseconds limit = ready_ ? options_.silence : options_.first_word;
      const bool ready = ready_;
      lock.unlock();
      if (broken) return lose(*broken);
      if (arrival == MessageStream::Arrival::Nothing && limit.count() > 0 && Clock::now() - heard > limit) {
        return lose(concat(ready ? "has been silent for " : "said nothing within ", seconds_text(limit), " seconds"));
      }
    }
  } catch (const BadInput& problem) {
    std::string reason = problem.sentence();  // ends with its own full stop
    if (reason.ends_with('.')) reason.pop_back();
    lose(concat("broke the protocol: ", reason));
  }
}

std::string Connection::reason_of_end() {
  const std::optional<ProcessEnding> ending = process_->wait(kToEnd);
  bool ready = false;
  {
    const std::lock_guard lock(mutex_);
    ready = ready_;
  }
  return concat(ending ? ending->phrase() : "closed its output", ready ? "" : " before its first word");
}

void Connection::lose(std::string reason) {
  process_->kill();
  errors_.join();
  Lost lost{std::move(reason), {}};
  bool quiet = false;
  {
    const std::lock_guard lock(mutex_);
    if (!ready_ && !last_line_.empty()) lost.hint = concat("It said last: ", last_line_);
    if (closing_) return;
    quiet = retired_;
    losing_ = true;
  }
  if (options_.on_lost && !quiet) options_.on_lost(lost);
  {
    const std::lock_guard lock(mutex_);
    lost_ = std::move(lost);
  }
  wake_.notify_all();
}

void Connection::read_errors() {
  std::string line;
  const auto end_line = [&] {
    if (line.empty()) return;
    line = plain(std::move(line));
    {
      const std::lock_guard lock(mutex_);
      last_line_ = line;
    }
    if (options_.on_line) options_.on_line(line);
    line.clear();
  };
  std::array<char, 4096> bytes;
  for (bool over = false;;) {
    const std::optional<std::size_t> got = process_->errors().read_some(bytes.data(), bytes.size(), kLook);
    if (got && *got == 0) break;
    if (!got && std::exchange(over, process_->wait(milliseconds(0)).has_value())) break;  // somebody else holds it open
    for (std::size_t i = 0; got && i < *got; ++i) {
      const char c = bytes[i];
      if (c == '\n' || c == '\r' || line.size() == kLongestLine) end_line();
      if (c != '\n' && c != '\r') line += c;
    }
  }
  end_line();
}

}  // namespace tstitch::wire
