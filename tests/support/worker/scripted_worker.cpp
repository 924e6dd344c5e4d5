// A ScriptedEngine behind standard input and output, as `tstitch worker` is behind them, and what may go wrong there.
// scripted_worker [--shelf DIR] [FAULT AT]: after so many bytes of output the fault begins. `elsewhere`: it finds none
// of the asking side's files, as on another machine.

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/serve.h"
#include "core/system/child_process.h"
#include "core/system/pipe.h"
#include "tests/support/scripted_engine.h"

namespace {

using tstitch::PipeEnd;

bool go_on() {
  return true;
}

[[noreturn]] void stay_silent() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

[[noreturn]] void write_for_ever(PipeEnd& output, const std::string& text) {
  while (output.write_all(text, go_on)) {
  }
  std::_Exit(0);
}

/// Passes on what comes, until the fault.
void pass(PipeEnd from, PipeEnd output, const std::string& fault, std::size_t at) {
  std::array<char, 4096> bytes;
  for (std::size_t passed = 0;;) {
    const auto got = from.read_some(bytes.data(), bytes.size(), std::chrono::hours(1));
    if (!got || *got == 0) return;
    const bool begins = !fault.empty() && fault != "elsewhere" && passed <= at && at < passed + *got;
    if (begins && fault == "flip") bytes[at - passed] = static_cast<char>(bytes[at - passed] ^ 0x20);
    const std::size_t good = begins && fault != "flip" ? at - passed : *got;
    output.write_all({bytes.data(), good}, go_on);
    passed += *got;
    if (!begins) continue;
    if (fault == "cut") std::_Exit(0);
    if (fault == "silent") stay_silent();
    if (fault == "endless") write_for_ever(output, "endless ");
    if (fault == "zeros") write_for_ever(output, std::string(4096, '\0'));
    if (fault == "oversized") output.write_all(std::string(4, '\xFF'), go_on);
  }
}

void say_hello_of_another_version(PipeEnd& output) {
  tstitch::wire::Message hello = tstitch::wire::hello(tstitch::wire::Side::Engine);
  hello.head["protocol"] = 999;
  tstitch::wire::MessageWriter writer([&](std::string_view frame) { return output.write_all(frame, go_on); });
  writer.send(hello);
}

/// Starts a process, says its number, and waits to be killed.
[[noreturn]] void be_a_parent() {
  const tstitch::ChildProcess child({"sleep", "1000"});
  std::cout << child.id() << std::endl;
  stay_silent();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tstitch;
  std::vector<std::string> words(argv + 1, argv + argc);
  ServeOptions options;
  options.beat = std::chrono::milliseconds(50);
  if (words.size() >= 2 && words[0] == "--shelf") {
    options.shelf = words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  const std::string fault = words.empty() ? "" : words[0];
  const std::size_t at = words.size() < 2 ? 0 : static_cast<std::size_t>(std::atol(words[1].c_str()));
  if (fault == "parent") be_a_parent();
  StandardStreams streams = take_standard_streams();
  std::cout << "this is no frame" << std::endl;
  std::cerr << "the worker\x1B[31m has begun\n";
  if (fault == "exit") return static_cast<int>(at);
  if (fault == "mute") stay_silent();
  if (fault == "version") {
    say_hello_of_another_version(streams.output);
    stay_silent();
  }
  options.same_machine = fault != "elsewhere";
  Pipe filter = make_pipe();
  std::thread passing(pass, std::move(filter.reading), std::move(streams.output), fault, at);
  test::ScriptedEngine engine;
  try {
    serve_engine(engine, std::move(streams.input), std::move(filter.writing), options);
  } catch (const Error& problem) {
    std::cerr << problem.sentence() << '\n';
    std::_Exit(static_cast<int>(problem.code()));
  }
  std::_Exit(0);
}
