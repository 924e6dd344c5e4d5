#include "core/local_engine/picture_shelf.h"

#include <fstream>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/png.h"
#include "core/local_engine/local_engine.h"
#include "tests/support/small_pair.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

std::string png_of(int width, std::uint8_t level) {
  Image image{width, 8, {}};
  image.rgb.assign(static_cast<std::size_t>(width) * 8 * 3, level);
  return encode_png(image, {});
}

TEST(PictureShelf, decodesAFileOnceUntilItChanges) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.png", png_of(8, 10));
  PictureShelf shelf;
  const PictureShelf::Read first = shelf.read(file);
  EXPECT_EQ(shelf.read(file).image, first.image);
  folder.write("a.png", png_of(16, 20));
  const PictureShelf::Read changed = shelf.read(file);
  EXPECT_NE(changed.image, first.image);
  EXPECT_EQ(changed.image->width, 16);
  EXPECT_NE(changed.file, first.file);
  EXPECT_EQ(first.image->rgb.front(), 10) << "a run keeps what it began with";
  folder.write("a.png", "no picture");
  EXPECT_THROW(shelf.read(file), BadInput);
}

TEST(PictureShelf, keepsThoseUsedLastWithinItsBound) {
  const test::TemporaryFolder folder;
  const auto a = folder.write("a.png", png_of(8, 1)), b = folder.write("b.png", png_of(8, 2));
  const auto c = folder.write("c.png", png_of(8, 3));
  PictureShelf shelf(2 * 8 * 8 * 3);
  const std::weak_ptr<const Image> first = shelf.read(a).image, second = shelf.read(b).image;
  EXPECT_FALSE(first.expired());
  shelf.read(a);
  shelf.read(c);
  EXPECT_FALSE(first.expired());
  EXPECT_TRUE(second.expired());
  const auto held = shelf.read(a).image;
  shelf.clear();
  EXPECT_EQ(shelf.read(a).image, held) << "what a run holds needs no decoding";
}

/// A plan of the same request looks at no picture again: its pixels may be gone as long as the file's stamp is there.
TEST(PictureShelf, servesPlansAndRuns) {
  const test::SmallPair pair(TSTITCH_GOLDEN_DIR);
  LocalEngineOptions options;
  options.cache = pair.folder() / "cache";
  const auto engine = make_local_engine(options);
  GenerationRequest request = pair.request(50);
  const auto file = pair.folder() / "source.png";
  std::ofstream(file, std::ios::binary) << png_of(32, 90);
  request.source = SourceChoice{{"source.png", {}, file}, 0.5, {}, 0};
  EXPECT_EQ(engine->plan(request, {}).request.extent.width, request.extent.width);
  request.source->mask = PictureReference{"source.png", {}, file};
  EXPECT_NO_THROW((void)engine->plan(request, {}));
}

}  // namespace
}  // namespace tstitch
