#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/image/image_file.h"
#include "tests/app/cli/program.h"
#include "tests/support/file_size_limit.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The header of a safetensors file: eight bytes of length, then JSON.
json header_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::uint64_t length = 0;
  in.read(reinterpret_cast<char*>(&length), sizeof(length));
  std::string text(length, ' ');
  in.read(text.data(), static_cast<std::streamsize>(length));
  json header = json::parse(text);
  header.erase("__metadata__");
  return header;
}

std::vector<std::string> short_run(const std::vector<std::string>& more) {
  std::vector<std::string> words{"generate", "3d fox", "--steps",   "4",       "--sampler", "ddim",
                                 "--ratio",  "50%",    "--profile", "profile", "--size",    "64x64"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Files, thatMayNotGrowEndTheRunInOneSentence) {
  const ScratchFolder scratch;
  {
    const FileSizeLimit limit(1000);
    const Ended ended = run_program(short_run({"--output", "fox.png"}), scratch.path());
    EXPECT_EQ(ended.exit, 3) << ended.err;
    EXPECT_NE(ended.err.find("fox.png"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("File too large"), std::string::npos) << ended.err;
  }
  for (const auto& entry : fs::directory_iterator(scratch.path())) EXPECT_TRUE(entry.is_directory()) << entry.path();
  EXPECT_EQ(run_program(short_run({"--output", "fox.png"}), scratch.path()).exit, 0);
}

TEST(Files, savesLatentsAndEveryEvaluation) {
  const ScratchFolder scratch;
  const Ended ended = run_program(
      short_run({"--seed", "1", "--output", "a.png", "--save-latents", "l.st", "--save-trajectory", "t.st"}),
      scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json latents = header_of(scratch.path() / "l.st");
  ASSERT_EQ(latents.size(), 1U);
  EXPECT_EQ(latents["latents"]["dtype"], "F32");
  const json shape = latents["latents"]["shape"];
  const json trajectory = header_of(scratch.path() / "t.st");
  EXPECT_EQ(trajectory.size(), 13U);  // five states, four estimates, four model numbers
  for (int i = 0; i <= 4; ++i) EXPECT_EQ(trajectory.at("step." + std::to_string(i))["shape"], shape);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(trajectory.at("denoised." + std::to_string(i))["shape"], shape);
    EXPECT_EQ(trajectory.at("model." + std::to_string(i))["dtype"], "I32");
    EXPECT_EQ(trajectory.at("model." + std::to_string(i))["shape"], json({1}));
  }
}

TEST(Files, startsFromTheLatentsItIsGiven) {
  const ScratchFolder scratch;
  ASSERT_EQ(run_program(short_run({"--seed", "1", "--output", "a.png", "--save-latents", "l.st"}), scratch.path()).exit,
            0);
  for (const char* seed : {"1", "2"}) {
    const Ended ended = run_program(
        short_run({"--init-latents", "l.st", "--seed", seed, "--output", std::string(seed) + ".png"}), scratch.path());
    ASSERT_EQ(ended.exit, 0) << ended.err;
  }
  const auto first = read_picture(scratch.path() / "1.png").image.rgb;
  EXPECT_EQ(first, read_picture(scratch.path() / "2.png").image.rgb);
  EXPECT_NE(first, read_picture(scratch.path() / "a.png").image.rgb);
  const Ended wrong =
      run_program(short_run({"--init-latents", "l.st", "--size", "32x32", "--output", "c.png"}), scratch.path());
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_NE(wrong.err.find("l.st"), std::string::npos) << wrong.err;
}

TEST(Files, writesOnePreviewForEachDueEvaluation) {
  const ScratchFolder scratch;
  ASSERT_EQ(
      run_program(short_run({"--preview", "seen", "--preview-every", "2", "--output", "a.png"}), scratch.path()).exit,
      0);
  int previews = 0;
  for (const auto& entry : fs::directory_iterator(scratch.path() / "seen")) {
    EXPECT_FALSE(read_picture(entry.path()).image.rgb.empty());
    ++previews;
  }
  EXPECT_EQ(previews, 2);
}

}  // namespace
}  // namespace tstitch::test
