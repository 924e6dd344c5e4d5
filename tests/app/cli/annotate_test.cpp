#include <fstream>

#include <gtest/gtest.h>

#include "core/image/image_file.h"
#include "core/image/png.h"
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

/// What a telephone held upright saves: the picture on its side, and a note (EXIF orientation 6) to turn it.
std::string on_its_side(const Image& image) {
  Image turned{image.height, image.width, {}};
  for (int y = 0; y < turned.height; ++y) {
    for (int x = 0; x < turned.width; ++x) {
      const std::size_t from = (std::size_t(x) * image.width + (image.width - 1 - y)) * 3;
      for (std::size_t c = 0; c < 3; ++c) turned.rgb.push_back(image.rgb[from + c]);
    }
  }
  const std::string note(
      "\0\0\0\x1A\x65XIfII*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0"
      "\xB7\x48\x11\x29",
      38);
  std::string file = encode_png(turned, {});
  constexpr std::size_t kAfterHeader = 8 + 25;
  return file.insert(kAfterHeader, note);
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
