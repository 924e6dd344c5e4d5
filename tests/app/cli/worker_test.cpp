// `tstitch worker`: the engine behind its standard input and output.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/engine/wire/piped_engine.h"
#include "core/image/image_file.h"
#include "core/system/child_process.h"
#include "core/system/command_line.h"
#include "tests/app/cli/program.h"
#include "tests/support/engine_contract.h"

namespace tstitch {
namespace {

using std::chrono::milliseconds;
using test::run_program;
using test::ScratchFolder;
using testing::HasSubstr;

constexpr milliseconds kLong{25000};

class Worker : public testing::Test {
 protected:
  std::unique_ptr<PipedEngine> engine() const {
    PipedEngineOptions options;
    options.command =
        join_command_line({TSTITCH_PROGRAM, "worker", "--profile", (folder_.path() / "profile").string()});
    options.first_word = milliseconds(0);
    return make_piped_engine(options);
  }

  static GenerationRequest request(Engine& engine) {
    GenerationRequest request = engine.pairs().front().defaults;
    request.prompt = "3d fox";
    request.steps = 4;
    request.seed = 11;
    return request;
  }

  /// What it prints on standard error, and how it ends, when it is given these bytes and its input stays open.
  std::pair<std::string, int> given(const std::string& bytes) const {
    ChildProcess worker({TSTITCH_PROGRAM, "worker", "--profile", folder_.path().string()});
    worker.input().write_all(bytes, [] { return true; });
    const auto ending = worker.wait(kLong);
    char text[1000];
    const auto got = worker.errors().read_some(text, sizeof(text), milliseconds(0));
    return {std::string(text, got.value_or(0)), ending ? ending->exit_code : -1};
  }

  ScratchFolder folder_;
};

TEST_F(Worker, keepsTheContractOfAnEngine) {
  const auto piped = engine();
  GenerationRequest slow = request(*piped);
  slow.steps = 500;
  test::expect_engine_contract(*piped, request(*piped), slow);
}

TEST_F(Worker, drawsThePictureThatGenerateDraws) {
  const auto piped = engine();
  const Image drawn = test::picture_of(piped->make(test::run_of(request(*piped)), {}, [](const Event&) {}));
  const auto ended =
      run_program({"generate", "3d fox", "--steps", "4", "--seed", "11", "--output", "a.png"}, folder_.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(read_picture(folder_.path() / "a.png").image, drawn);
}

TEST_F(Worker, endsWithItsInput) {
  const auto ended = run_program({"worker", "--profile", folder_.path().string()}, folder_.path());
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("\"hello\":\"tstitch\""));
}

TEST_F(Worker, brokenInputIsExitCodeSix) {
  const auto [said, code] = given(std::string(4, '\xFF'));
  EXPECT_EQ(code, 6);
  EXPECT_THAT(said, HasSubstr("a length of 4294967295 bytes"));
  EXPECT_EQ(given("GET / HTTP/1.1\r\n\r\n").second, 6);
}

}  // namespace
}  // namespace tstitch
