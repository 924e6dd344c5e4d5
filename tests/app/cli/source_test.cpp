#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/image/image_file.h"
#include "tests/app/cli/phone_picture.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Runs of the bundled pair that start from a picture.
class Source : public testing::Test {
 protected:
  Source() {
    Image picture{64, 64, std::vector<std::uint8_t>(std::size_t{64} * 64 * 3)};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
      const std::size_t x = i / 3 % 64, y = i / 3 / 64;
      picture.rgb[i] = static_cast<std::uint8_t>((x / 8 * 37 + y / 8 * 61 + i % 3 * 90) % 256);
    }
    write_new_png(folder() / "photo.png", picture, {});
    Image mask{64, 64, std::vector<std::uint8_t>(picture.rgb.size())};
    for (std::size_t i = 0; i < mask.rgb.size(); ++i) mask.rgb[i] = i / 3 % 64 < 24 ? 255 : 0;
    write_new_png(folder() / "left.png", mask, {});
    Image wide{130, 70, std::vector<std::uint8_t>(std::size_t{130} * 70 * 3, 90)};
    write_new_png(folder() / "wide.png", wide, {});
    std::ofstream(folder() / "broken.png") << "no picture";
  }

  [[nodiscard]] const fs::path& folder() const { return scratch_.path(); }

  [[nodiscard]] Ended make(const std::string& output, const std::vector<std::string>& more) const {
    std::vector<std::string> words{"generate", "3d fox",    "--steps", "6",        "--seed", "3",
                                   "--json",   "--profile", "profile", "--output", output};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, folder());
  }

  json made(const std::string& output, const std::vector<std::string>& more) const {
    const Ended ended = make(output, more);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    const std::size_t last = ended.out.rfind('\n', ended.out.size() - 2);
    return ended.exit != 0 ? json() : json::parse(ended.out.substr(last == std::string::npos ? 0 : last + 1));
  }

  [[nodiscard]] Image picture(const std::string& file) const { return read_picture(folder() / file).image; }

  static int steps(const json& outcome) {
    int count = 0;
    for (const json& segment : outcome.at("segments")) count += segment.at("steps").get<int>();
    return count;
  }

  ScratchFolder scratch_;
};

TEST_F(Source, runsTheStepsThatItsStrengthLeaves) {
  const json outcome = made("a.png", {"--image", "photo.png", "--strength", "0.84", "--ratio", "0.4"});
  EXPECT_EQ(steps(outcome), 5);
  EXPECT_EQ(outcome.at("segments").at(0).at("steps"), 2) << "two fifths of five";
  EXPECT_EQ(outcome.at("request").at("source").at("strength"), 0.84);
  EXPECT_EQ(outcome.at("request").at("source").at("picture").at("name"), "photo.png");
  EXPECT_EQ(outcome.at("request").at("source").at("picture").at("sha256").get<std::string>().size(), 64U);
  EXPECT_EQ(outcome.at("request").dump().find(folder().string()), std::string::npos) << "never a path";
  const json other = made("b.png", {"--image", "photo.png", "--strength", "0.34", "--segments", "large:2"});
  EXPECT_EQ(steps(other), 2);
  EXPECT_EQ(make("c.png", {"--image", "photo.png", "--strength", "0.34", "--segments", "large:6"}).exit, 2);
}

TEST_F(Source, hasItsOwnSizeWhereNoneIsAskedFor) {
  made("own.png", {"--image", "wide.png", "--strength", "0.2"});
  EXPECT_EQ(picture("own.png").width, 128);
  EXPECT_EQ(picture("own.png").height, 64);
  made("asked.png", {"--image", "wide.png", "--strength", "0.2", "--size", "64x72"});
  EXPECT_EQ(picture("asked.png").width, 64);
  EXPECT_EQ(picture("asked.png").height, 72);
}

TEST_F(Source, makesTheSamePixelsFromItsOwnPicture) {
  const std::vector<std::string> masked{
      "--image",  "photo.png",      "--strength", "0.7",           "--mask",
      "left.png", "--mask-feather", "3",          "--second-pass", "scale=1.5,upscale=latent,strength=0.4,ratio=0"};
  made("a.png", masked);
  const std::vector<std::string> again{"generate", "--from", "a.png", "--profile", "profile", "--output"};
  const auto from = [&](const std::string& output, const std::vector<std::string>& more) {
    std::vector<std::string> words = again;
    words.push_back(output);
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words, folder());
  };
  const Ended same = from("b.png", {});
  ASSERT_EQ(same.exit, 0) << same.err;
  EXPECT_EQ(picture("b.png"), picture("a.png"));

  fs::rename(folder() / "left.png", folder() / "moved.png");
  const Ended lost = from("c.png", {});
  EXPECT_EQ(lost.exit, 3);
  EXPECT_NE(lost.err.find("left.png"), std::string::npos) << lost.err;
  EXPECT_NE(lost.err.find("SHA-256"), std::string::npos) << lost.err;
  const Ended given = from("d.png", {"--mask", "moved.png"});
  ASSERT_EQ(given.exit, 0) << given.err << "what is given beside it wins";
  EXPECT_EQ(picture("d.png"), picture("a.png"));
}

TEST_F(Source, isLeftAsItWasBeyondMaskAndFeather) {
  made("a.png", {"--image", "photo.png", "--strength", "1", "--mask", "left.png", "--mask-feather", "8"});
  const Image before = picture("photo.png"), after = picture("a.png");
  bool changed = false;
  for (std::size_t i = 0; i < before.rgb.size(); ++i) {
    if (i / 3 % 64 >= 24 + 8) {
      ASSERT_EQ(after.rgb[i], before.rgb[i]) << i;
    }
    changed |= i / 3 % 64 < 24 && after.rgb[i] != before.rgb[i];
  }
  EXPECT_TRUE(changed);
}

/// A second pass is the run that starts from the first one's picture.
TEST_F(Source, aSecondPassGoesOnFromTheFirstPicture) {
  made("first.png", {"--size", "64x64", "--ratio", "0.5"});
  const std::vector<std::string> larger{"--image", "first.png", "--size", "96x96",   "--strength",
                                        "0.5",     "--steps",   "8",      "--ratio", "0.25"};
  const json alone = made("alone.png", larger);
  const json both = made("both.png", {"--size", "64x64", "--ratio", "0.5", "--second-pass",
                                      "scale=1.5,upscale=lanczos,strength=0.5,steps=8,ratio=0.25"});
  EXPECT_EQ(picture("both.png"), picture("alone.png"));
  ASSERT_EQ(both.at("segments").size(), 4U) << both.dump();
  EXPECT_EQ(steps(both), 6 + 4);
  EXPECT_EQ(both.at("segments").at(2).at("steps"), 1);
  EXPECT_EQ(both.at("request").at("width"), 64);
  EXPECT_EQ(steps(alone), 4);
}

TEST_F(Source, everySeedOfSeveralPicturesStartsFromIt) {
  made("out/", {"--image", "photo.png", "--strength", "0.5", "--count", "2"});
  made("four.png", {"--image", "photo.png", "--strength", "0.5", "--seed", "4"});
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder() / "out")) files.push_back(entry.path());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(read_picture(std::max(files[0], files[1])).image, picture("four.png"));
}

TEST_F(Source, isPlannedWithTheStepsThatRun) {
  const Ended ended =
      run_program({"plan", "--json", "--profile", "profile", "--steps", "10", "--image", "photo.png", "--strength",
                   "0.5", "--ratio", "0.4", "--second-pass", "scale=2,upscale=latent,strength=0.3"},
                  folder());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json plan = json::parse(ended.out);
  EXPECT_EQ(plan.at("evaluations"), 5 + 3) << "both passes";
  ASSERT_EQ(plan.at("segments").size(), 4U) << plan.dump();
  EXPECT_EQ(plan.at("segments").at(0).at("steps"), 2);
  EXPECT_EQ(plan.at("segments").at(2).at("steps"), 1);
  EXPECT_EQ(plan.at("second_pass").at("evaluations"), 3);
  EXPECT_EQ(plan.at("second_pass").at("width"), 128);
  EXPECT_EQ(plan.at("memory").at("stages").at(1).at("stage"), "encoding") << plan.dump();
}

/// Pictures and masks belong to the asking side: an engine in another process is sent them.
TEST_F(Source, isTheSameThroughAnEngineInAnotherProcess) {
  const std::vector<std::string> masked{
      "--image",  "photo.png",      "--strength", "0.7",           "--mask",
      "left.png", "--mask-feather", "3",          "--second-pass", "scale=1.5,upscale=lanczos,strength=0.5,ratio=0"};
  made("here.png", masked);
  std::vector<std::string> far = masked;
  far.insert(far.end(), {"--engine", concat('\'', tested_program(), "' worker --profile worker")});
  const json outcome = made("far.png", far);
  EXPECT_EQ(picture("far.png"), picture("here.png"));
  EXPECT_EQ(outcome.at("request").at("source").at("picture").at("name"), "photo.png");
  EXPECT_EQ(outcome.at("request").at("source").at("picture").at("sha256").get<std::string>().size(), 64U);
  std::vector<std::string> plan{"plan", "--json", "--profile", "profile", "--steps", "6"};
  plan.insert(plan.end(), far.begin(), far.end());
  const Ended planned = run_program(plan, folder());
  ASSERT_EQ(planned.exit, 0) << planned.err;
  EXPECT_EQ(json::parse(planned.out).at("evaluations"), steps(outcome));
}

/// The row `upright` of the cases, from the file to the pixels.
TEST_F(Source, isSeenTheWayItsCameraWasHeld) {
  const Image upright = picture("wide.png");
  Image marked = upright;
  for (std::size_t i = 0; i < marked.rgb.size() / 2; ++i) marked.rgb[i] = static_cast<std::uint8_t>(i % 251);
  write_new_png(folder() / "upright.png", marked, {});
  std::ofstream(folder() / "phone.png", std::ios::binary) << on_its_side(marked);
  for (const std::string name : {"upright", "phone"}) {
    made(name + "-made.png", {"--image", name + ".png", "--mask", name + ".png", "--strength", "0.4"});
  }
  EXPECT_EQ(picture("phone-made.png").width, 128);
  EXPECT_EQ(picture("phone-made.png").height, 64);
  EXPECT_EQ(picture("phone-made.png"), picture("upright-made.png"));
}

TEST_F(Source, itsStrengthIsAnAxisOfGrids) {
  const Ended ended =
      run_program({"grid", "3d fox", "--json", "--profile", "profile", "--steps", "4", "--seed", "3", "--image",
                   "photo.png", "--axis", "strength=0.5,1", "--ratios", "0,0.5", "--output", "grid"},
                  folder());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const json grid = json::parse(std::ifstream(folder() / "grid" / "grid.json"));
  EXPECT_EQ(grid.at("axes").at(0).at("name"), "strength");
  EXPECT_EQ(grid.at("evaluations").at("small"), 1 + 2);
  EXPECT_EQ(grid.at("evaluations").at("large"), 2 + 1 + 4 + 2);
}

TEST_F(Source, refusesWhatCannotBeWithOneSentence) {
  struct Wrong {
    std::vector<std::string> words;
    int exit;
    std::string named;
  };
  const std::vector<Wrong> wrongs{
      {{"--image", "nowhere.png"}, 3, "nowhere.png"},
      {{"--image", "broken.png"}, 3, "broken.png"},
      {{"--image", "photo.png", "--mask", "broken.png"}, 3, "broken.png"},
      {{"--image", ""}, 2, "--image"},
      {{"--image", "photo.png", "--strength", "0"}, 2, "--strength"},
      {{"--image", "photo.png", "--strength", "1.01"}, 2, "--strength"},
      {{"--image", "photo.png", "--strength", "nan"}, 2, "--strength"},
      {{"--image", "photo.png", "--strength", "0.1"}, 2, "--strength"},
      {{"--strength", "0.5"}, 2, "--image"},
      {{"--mask", "left.png"}, 2, "--image"},
      {{"--image", "photo.png", "--mask-feather", "4"}, 2, "--mask-feather"},
      {{"--image", "photo.png", "--mask", "left.png", "--mask-feather", "-1"}, 2, "--mask-feather"},
      {{"--second-pass", "scale=0.5,upscale=latent,strength=0.5"}, 2, "--second-pass"},
      {{"--second-pass", "scale=2,upscale=latent,strength=0"}, 2, "--second-pass"},
      {{"--second-pass", "scale=2,upscale=latent,strength=0.01"}, 2, "--second-pass"},
      {{"--second-pass", "scale=2,upscale=nearest,strength=0.5"}, 2, "nearest"},
      {{"--second-pass", "scale=2"}, 2, "upscale"},
  };
  for (const Wrong& wrong : wrongs) {
    const Ended ended = make("x.png", wrong.words);
    EXPECT_EQ(ended.exit, wrong.exit) << ended.err;
    EXPECT_NE(ended.err.find(wrong.named), std::string::npos) << wrong.named << " in " << ended.err;
    EXPECT_FALSE(fs::exists(folder() / "x.png"));
  }
}

}  // namespace
}  // namespace tstitch::test
