#include <atomic>
#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/formats/sha256.h"
#include "tests/app/cli/program.h"
#include "tests/support/deflated_record.h"
#include "tests/support/hub/lying_hub.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

/// A list of one archive, on a hub of this machine.
struct OneArchive {
  explicit OneArchive(const fs::path& folder, LyingHub::Script script = {}) : hub(std::move(script)) {
    hub.put_large("org/name", "torch.whl", wheel);
    std::ofstream(folder / "list.json") << json{
        {"cuda_runtime", 1},
        {"name", "torch-1"},
        {"unpacked_bytes", 1000},
        {"from", hub.address() + "/org/name/resolve/main/"},
        {"archives", {{{"path", "torch.whl"}, {"bytes", wheel.size()}, {"sha256", sha256_of(wheel)}}}}};
  }

  std::string wheel = zip_bytes({deflated_record("torch/lib/libtorch_cuda.so", std::string(10'000, 'c'))});
  LyingHub hub;
};

std::vector<std::string> words(const std::string& command, bool has_list = true) {
  std::vector<std::string> all{"cuda", command, "--profile", "profile"};
  if (has_list) all.insert(all.end(), {"--list", "list.json"});
  return all;
}

TEST(Cuda, librariesAreInstalledSeenAndRemoved) {
  const ScratchFolder scratch;
  const OneArchive archive(scratch.path());
  const Ended before = run_program(words("status"), scratch.path());
  EXPECT_EQ(before.exit, 0) << before.err;
  EXPECT_THAT(before.out, HasSubstr("torch-1 is not here: tstitch cuda install"));
  const Ended ended = run_program(words("install"), scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("torch-1 is in "));
  EXPECT_TRUE(fs::exists(scratch.path() / "profile/data/cuda/torch-1/torch/lib/libtorch_cuda.so"));
  std::vector<std::string> json_words = words("status");
  json_words.emplace_back("--json");
  EXPECT_EQ(json::parse(run_program(json_words, scratch.path()).out).at("here"), true);
  EXPECT_EQ(run_program(words("remove", false), scratch.path()).out, "the CUDA libraries are removed\n");
  EXPECT_FALSE(fs::exists(scratch.path() / "profile/data/cuda"));
  EXPECT_EQ(run_program(words("remove", false), scratch.path()).out, "no CUDA libraries were here\n");
}

TEST(Cuda, anInterruptedDownloadGoesOn) {
  const ScratchFolder scratch;
  std::atomic<bool> stalls = true;
  const OneArchive archive(scratch.path(), [&](const Asked& asked, int) -> std::optional<Answer> {
    if (!asked.is_get() || !stalls) return std::nullopt;
    Answer answer = archive.hub.honest(asked);
    answer.drop_after = 50;
    answer.stall = true;
    return answer;
  });
  std::vector<std::string> told = words("install");
  told.emplace_back("--json");
  const Ended stopped = interrupt_program(told, scratch.path(), "\"bytes\":0", SIGINT);
  EXPECT_EQ(stopped.exit, 130) << stopped.err;
  stalls = false;
  const Ended ended = run_program(words("install"), scratch.path());
  EXPECT_EQ(ended.exit, 0) << ended.err;
}

TEST(Cuda, refusalsSayWhatToDo) {
  const ScratchFolder scratch;
  const Ended none = run_program(words("install"), scratch.path());
  EXPECT_EQ(none.exit, 3);
  EXPECT_THAT(none.err, HasSubstr("list.json"));
  OneArchive archive(scratch.path());
  const Ended offline = run_program(words("install"), scratch.path(), {{"HF_HUB_OFFLINE", "1"}});
  EXPECT_EQ(offline.exit, 3);
  EXPECT_THAT(offline.err, HasSubstr("Unset HF_HUB_OFFLINE"));
  EXPECT_EQ(run_program({"cuda"}, scratch.path()).exit, 2);
}

}  // namespace
}  // namespace tstitch::test
