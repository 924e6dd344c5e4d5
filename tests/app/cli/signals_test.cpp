#include <csignal>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/image/image_file.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;

/// What appears on stdout as a run of three pictures goes on.
const std::vector<std::string> kMoments{R"("stage":"loading")",  R"("stage":"text")",   R"("event":"step")",
                                        R"("stage":"decoding")", R"("stage":"saving")", R"("event":"saved")"};

Ended stopped_at(const std::string& moment, int signal, const fs::path& folder) {
  return interrupt_program({"generate", "3d fox", "--steps", "3", "--count", "3", "--size", "64x64", "--json",
                            "--profile", "profile", "--output", "out/"},
                           folder, moment, signal);
}

bool is_temporary(const fs::path& file) {
  return file.filename().string().starts_with(".");
}

/// Every file under a final name is a whole picture; returns their number and counts the others.
int whole_pictures(const fs::path& folder, int& temporary) {
  int pictures = 0;
  if (!fs::exists(folder)) return 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_temporary(entry.path())) {
      ++temporary;
    } else {
      EXPECT_EQ(read_picture(entry.path()).image.width, 64) << entry.path();
      ++pictures;
    }
  }
  return pictures;
}

TEST(Signals, aKilledRunLeavesNoHalfPictureUnderAFinalName) {
  for (const std::string& moment : kMoments) {
    SCOPED_TRACE(moment);
    const ScratchFolder scratch;
    const Ended ended = stopped_at(moment, SIGKILL, scratch.path());
    EXPECT_EQ(ended.exit, 128 + SIGKILL);
    int temporary = 0;
    const int pictures = whole_pictures(scratch.path() / "out", temporary);
    EXPECT_LT(pictures, 3);
    if (moment == kMoments.back()) {
      EXPECT_GE(pictures, 1);
    }
  }
}

TEST(Signals, aStoppedRunKeepsItsFinishedPicturesAndNothingElse) {
  for (const std::string& moment : kMoments) {
    SCOPED_TRACE(moment);
    const ScratchFolder scratch;
    const Ended ended = stopped_at(moment, SIGINT, scratch.path());
    EXPECT_EQ(ended.exit, 130) << ended.err;
    const auto outcome = nlohmann::json::parse(ended.out.substr(ended.out.rfind('\n', ended.out.size() - 2) + 1));
    EXPECT_EQ(outcome.at("outcome"), "cancelled");
    int temporary = 0;
    const int pictures = whole_pictures(scratch.path() / "out", temporary);
    EXPECT_EQ(temporary, 0);
    EXPECT_EQ(outcome.at("images").size(), static_cast<std::size_t>(pictures));
    EXPECT_EQ(outcome.at("request").at("prompt"), "3d fox");
  }
}

}  // namespace
}  // namespace tstitch::test
