#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/values.h"
#include "core/system/child_process.h"

namespace tstitch::wire {

/// An engine is not to be had any more: "was ended by signal 9 (SIGKILL)", as what follows its name in a sentence.
struct Lost {
  std::string reason;
  std::string hint;
};

struct ConnectionOptions {
  std::vector<std::string> words;
  ProcessOptions process;
  std::chrono::milliseconds first_word{10000};  ///< 0 = as long as it lives
  std::chrono::milliseconds silence{30000};
  std::chrono::milliseconds frame_patience{8000};
  std::function<void(const std::string&)> on_line;  ///< of its standard error; on a thread of the connection
  std::function<void()> on_ready;                   ///< its first word has come; likewise
  std::function<void(const Lost&)> on_lost;         ///< once, before anybody who waits hears of it; likewise
};

/// A started engine: one process, from its first word until it is lost. For any thread.
class Connection {
 public:
  /// Starts the program; does not wait for it. Throws Lost when it cannot be started.
  explicit Connection(ConnectionOptions options);
  /// Closes its input, gives it a moment to end by itself, then ends it.
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Waits for its first word. Throws Lost, or Interrupted after a stop.
  void wait_until_ready(const std::stop_token& stop);
  /// Whoever asks while `on_lost` is being told waits for that.
  [[nodiscard]] bool is_lost();
  /// It is lost for that reason.
  void break_off(const std::string& reason);
  /// The same, as its owner wishes it: `on_lost` is not told.
  void retire(const std::string& reason);

  /// How a stop is taken: told to the engine, whose answer is waited for, or at once.
  enum class OnStop { Tell, Leave };

  /// Throws what the engine answers, Lost, or Interrupted after a stop. Events come on this thread.
  template <class Ask>
  typename Ask::Answer ask(const Ask& question, const std::stop_token& stop = {}, OnStop on_stop = OnStop::Leave,
                           const EventSink& sink = {});
  /// Asks and does not wait.
  template <class Ask>
  void tell(const Ask& question);

 private:
  struct Call {
    std::deque<Message> arrived;
  };
  /// Takes the call off the list.
  class OpenCall {
   public:
    explicit OpenCall(Connection& connection);
    ~OpenCall();
    OpenCall(const OpenCall&) = delete;
    OpenCall& operator=(const OpenCall&) = delete;
    std::uint64_t id = 0;
    std::shared_ptr<Call> call;

   private:
    Connection& connection_;
  };

  template <class Ask>
  static Message message_of(const Ask& question, std::uint64_t id);
  template <class Value>
  Value understood(Message& message, const char* key);
  /// What is asked next finds a lost engine.
  [[noreturn]] void break_protocol(const BadInput& problem);

  void send(const Message& message);
  void send_stop(std::uint64_t id);
  /// The next message of a call; nothing after a stop. Throws Lost.
  std::optional<Message> next(Call& call, const std::stop_token& stop);

  void read_all();
  void read_errors();
  void take(Message message);
  void lose(std::string reason);
  std::string reason_of_end();

  ConnectionOptions options_;
  std::unique_ptr<ChildProcess> process_;
  MessageWriter writer_;

  mutable std::mutex mutex_;  ///< of what follows
  std::condition_variable_any wake_;
  bool ready_ = false;
  bool closing_ = false;
  bool losing_ = false;  ///< on_lost is being told
  bool retired_ = false;
  std::optional<std::string> break_off_;
  std::optional<Lost> lost_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Call>> calls_;
  std::string last_line_;

  std::jthread errors_;
  std::jthread reader_;
};

template <class Ask>
Message Connection::message_of(const Ask& question, std::uint64_t id) {
  Message message;
  message.head = {{"ask", id}, {"question", Ask::kName}};
  message.head["with"] = write(question, message.blobs);
  return message;
}

template <class Value>
Value Connection::understood(Message& message, const char* key) {
  try {
    return read<Value>(Place(message.head, message.blobs, "answer").at(key));
  } catch (const BadInput& problem) {
    break_protocol(problem);
  }
}

template <class Ask>
typename Ask::Answer Connection::ask(const Ask& question, const std::stop_token& stop, OnStop on_stop,
                                     const EventSink& sink) {
  const OpenCall open(*this);
  send(message_of(question, open.id));
  for (std::stop_token listened = stop;;) {
    std::optional<Message> message = next(*open.call, listened);
    if (!message) {
      if (on_stop == OnStop::Leave) throw Interrupted{};
      send_stop(open.id);
      listened = {};
    } else if (message->head.contains("event")) {
      const auto event = understood<Event>(*message, "value");
      if (sink) sink(event);
    } else if (message->head.contains("interrupted")) {
      throw Interrupted{};
    } else if (message->head.contains("error")) {
      throw_error(understood<Error>(*message, "error"));
    } else {
      return understood<typename Ask::Answer>(*message, "value");
    }
  }
}

template <class Ask>
void Connection::tell(const Ask& question) {
  const OpenCall open(*this);
  send(message_of(question, open.id));
}

}  // namespace tstitch::wire
