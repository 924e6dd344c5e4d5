#include "core/engine/wire/serve.h"

#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/questions.h"
#include "tests/support/scripted_engine.h"

namespace tstitch::wire {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// A served engine, and the asking side's ends of its pipes.
class Served {
 public:
  explicit Served(milliseconds patience = milliseconds(8000))
      : writer_([this](std::string_view frame) { return input_.write_all(frame, [] { return true; }); }) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    input_ = std::move(in.writing);
    output_ = std::move(out.reading);
    ServeOptions options;
    options.beat = milliseconds(20);
    options.frame_patience = patience;
    ending_ = std::async(std::launch::async,
                         [this, options, reading = std::move(in.reading), writing = std::move(out.writing)]() mutable {
                           try {
                             serve_engine(engine_, std::move(reading), std::move(writing), options);
                             return std::string("ended");
                           } catch (const EngineUnavailable& problem) {
                             return problem.sentence();
                           }
                         });
  }
  ~Served() {
    input_.close();
    output_.close();
  }

  void write(const std::string& bytes) {
    input_.write_all(bytes, [] { return true; });
  }
  void send(const Message& message) { writer_.send(message); }
  template <class Ask>
  void ask(std::uint64_t id, const Ask& question) {
    Message message;
    message.head = {{"ask", id}, {"question", Ask::kName}};
    message.head["with"] = wire::write(question, message.blobs);
    send(message);
  }
  void close_input() { input_.close(); }
  void close_output() { output_.close(); }

  /// The next message that is no heartbeat.
  Message next() {
    for (Message message;;) {
      const auto arrival = stream_.next(message, milliseconds(20000));
      if (arrival == MessageStream::Arrival::End) return {};
      if (arrival == MessageStream::Arrival::Message && !message.head.contains("beat")) return message;
    }
  }
  std::string ending() { return ending_.get(); }

 private:
  test::ScriptedEngine engine_;
  PipeEnd input_;
  PipeEnd output_;
  MessageWriter writer_;
  MessageStream stream_{output_, milliseconds(20000)};
  std::future<std::string> ending_;
};

AskMake waiting_run() {
  AskMake ask;
  ask.run.request = test::ScriptedEngine::request();
  ask.run.request.prompt = "wait";
  return ask;
}

TEST(Serve, saysHelloAndBeatsAndEndsWithItsInput) {
  Served served;
  const Message hello = served.next();
  EXPECT_EQ(hello.head["hello"], "tstitch");
  EXPECT_EQ(hello.head["side"], "engine");
  EXPECT_EQ(hello.head["protocol"], kProtocol);
  served.close_input();
  EXPECT_EQ(served.ending(), "ended");
}

TEST(Serve, answersTheLibraryWhileARunGoesOnAndStopsIt) {
  Served served;
  served.next();
  served.send(hello(Side::Asking));
  served.ask(1, waiting_run());
  served.ask(2, AskFindModel{"x", PairRole::Small});
  Message message;
  for (message = served.next(); !message.head.contains("answer");) message = served.next();
  EXPECT_EQ(message.head["answer"], 2);
  EXPECT_EQ(message.head["value"], "/models/small/x");
  Message stop;
  stop.head["stop"] = 1;
  served.send(stop);
  for (message = served.next(); !message.head.contains("answer");) message = served.next();
  EXPECT_EQ(message.head["answer"], 1);
  EXPECT_TRUE(message.head["value"].contains("cancelled")) << message.head;
}

TEST(Serve, aClosedStreamStopsWhatRuns) {
  Served first;
  first.next();
  first.send(hello(Side::Asking));
  first.ask(1, waiting_run());
  first.next();
  first.close_input();
  EXPECT_EQ(first.ending(), "ended");
  Served second;
  second.next();
  second.send(hello(Side::Asking));
  second.ask(1, waiting_run());
  second.close_output();
  EXPECT_EQ(second.ending(), "ended");
}

TEST(Serve, anAbsurdLengthEndsItAtOnce) {
  Served served;
  served.next();
  served.write(std::string(4, '\xFF'));  // the input stays open
  EXPECT_THAT(served.ending(), HasSubstr("a length of 4294967295 bytes"));
}

TEST(Serve, brokenInputEndsIt) {
  const std::string greeting = [] {
    std::string bytes;
    MessageWriter([&](std::string_view frame) { return bytes += frame, true; }).send(hello(Side::Asking));
    return bytes;
  }();
  std::string flipped = greeting;
  flipped[greeting.size() - 3] ^= 1;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"GET / HTTP/1.1\r\n\r\n", "a length of"},
      {flipped, "checksum"},
      {greeting.substr(0, 20), "breaks off"},
      {framed(R"({"hello":"tstitch","side":"engine","protocol":1,"attachments":[]})", {}),
       "not that of the asking side"},
      {framed(R"({"hello":"tstitch","side":"asking","protocol":2,"program":"9","attachments":[]})", {}),
       "speaks version 2"},
      {greeting + framed(R"({"ask":1,"question":"who","with":{},"attachments":[]})", {}), "nobody knows"},
      {greeting + framed(R"({"ask":1,"question":"inspect","with":{},"attachments":[]})", {}), "\"place\" is missing"},
      {greeting + framed(R"({"ask":-1,"question":"pairs","with":{},"attachments":[]})", {}), "message: ask"}};
  for (const auto& [bytes, expected] : cases) {
    Served served;
    served.next();
    served.write(bytes);
    served.close_input();
    EXPECT_THAT(served.ending(), HasSubstr(expected)) << bytes;
  }
}

TEST(Serve, framesThatComeInHalvesAreInTime) {
  Served served(milliseconds(1500));
  served.next();
  served.send(hello(Side::Asking));
  std::string stream;
  for (int id = 1; id <= 6; ++id) {
    stream += framed(R"({"ask":)" + std::to_string(id) + R"(,"question":"pairs","with":{},"attachments":[]})", {});
  }
  const std::size_t half = stream.size() / 12;
  for (std::size_t at = 0; at < stream.size(); at += 2 * half) {  // the end of one and the beginning of the next
    const std::size_t begin = at == 0 ? 0 : at - half;
    served.write(stream.substr(begin, at + half - begin));
    std::this_thread::sleep_for(milliseconds(400));
  }
  served.write(stream.substr(11 * half));
  for (int id = 1; id <= 6; ++id) EXPECT_TRUE(served.next().head.contains("answer"));
}

TEST(Serve, aFrameThatDoesNotGoOnEndsIt) {
  Served served(milliseconds(50));
  served.next();
  served.write(framed(R"({"a":1})", {}).substr(0, 14));  // the input stays open
  EXPECT_THAT(served.ending(), HasSubstr("does not come to its end"));
}

}  // namespace
}  // namespace tstitch::wire
