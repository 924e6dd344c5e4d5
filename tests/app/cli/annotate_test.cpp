#include <fstream>

#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/image/png.h"
#include "tests/app/cli/phone_picture.h"
#include "tests/app/cli/program.h"

namespace tstitch::test {
namespace {

const std::string kPicture = TSTITCH_SOURCE_DIR "/models/miniature/strip.webp";

TEST(Annotate, drawsTheEdgesOfAPictureAndNeverOverwrites) {
  const ScratchFolder scratch;
  const Ended ended = run_program({"annotate", "canny", kPicture, "edges.png"}, scratch.path());
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const Image map = read_picture(scratch.path() / "edges.png").image;
  EXPECT_EQ(map.width, read_picture(kPicture).image.width);
  int edges = 0;
  for (const std::uint8_t value : map.rgb) {
    ASSERT_TRUE(value == 0 || value == 255);
    edges += value == 255 ? 1 : 0;
  }
  EXPECT_GT(edges, 0);
  EXPECT_EQ(run_program({"annotate", "canny", kPicture, "edges.png"}, scratch.path()).exit, 2);
}

/// The row `upright` of the cases.
TEST(Annotate, seesAPictureTheWayItsCameraWasHeld) {
  const ScratchFolder scratch;
  const Image image = read_picture(kPicture).image;
  std::ofstream(scratch.path() / "upright.png", std::ios::binary) << encode_png(image, {});
  std::ofstream(scratch.path() / "phone.png", std::ios::binary) << on_its_side(image);
  for (const std::string name : {"upright", "phone"}) {
    ASSERT_EQ(run_program({"annotate", "canny", name + ".png", name + "-map.png"}, scratch.path()).exit, 0);
  }
  EXPECT_EQ(read_picture(scratch.path() / "phone-map.png").image,
            read_picture(scratch.path() / "upright-map.png").image);
}

TEST(Annotate, namesTheKindAndThePictureItCannotTake) {
  const ScratchFolder scratch;
  const Ended kind = run_program({"annotate", "magic", kPicture, "out.png"}, scratch.path());
  EXPECT_EQ(kind.exit, 2);
  EXPECT_NE(kind.err.find("canny"), std::string::npos) << kind.err;
  const Ended missing = run_program({"annotate", "canny", "nowhere.png", "out.png"}, scratch.path());
  EXPECT_EQ(missing.exit, 3);
  EXPECT_NE(missing.err.find("nowhere.png"), std::string::npos) << missing.err;
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

TEST(Annotate, asksForTheWeightsThatAKindNeedsAndForNoOthers) {
  const ScratchFolder scratch;
  const auto refused = [&](std::vector<std::string> options, int exit, const char* text) {
    options.insert(options.begin(), "annotate");
    const Ended ended = run_program(options, scratch.path());
    EXPECT_EQ(ended.exit, exit) << ended.err;
    EXPECT_NE(ended.err.find(text), std::string::npos) << ended.err;
  };
  const std::string network = TSTITCH_SOURCE_DIR "/models/miniature/large/unet";
  refused({"depth", kPicture, "out.png"}, 2,
          "--weights: depth needs the annotator's weights, and none are given. Give ");
  refused({"pose", kPicture, "out.png", "--weights", "nowhere.safetensors"}, 3, "nowhere.safetensors");
  refused({"depth", kPicture, "out.png", "--weights", network}, 3, "unet");
  refused({"canny", kPicture, "out.png", "--weights", "x"}, 2, "canny has no weights");
  refused({"lineart", kPicture, "out.png", "--weights", "x", "--low", "3"}, 2, "lineart has no thresholds");
  EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
}

}  // namespace
}  // namespace tstitch::test
