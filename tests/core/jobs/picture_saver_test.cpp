#include "core/jobs/picture_saver.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/jobs/stored_request.h"
#include "tests/support/small_pair.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class PictureSavers : public ::testing::Test {
 protected:
  PictureSavers() : run_(pair_.resolved()) { compute_.chosen.name = "cpu"; }

  PictureSaver saver(const std::string& place, int pictures = 1, bool metadata = true) {
    return {{pair_.folder().string() + "/" + place, metadata}, pictures, run_, compute_, pair_.workshop().hashes};
  }

  SavedImage save(PictureSaver& saver, std::uint64_t seed) {
    ResolvedRun one = run_;
    one.request.seed = seed;
    return saver.save(one, image_, {{"large", 2.0}}, NoiseOrigin::Seed);
  }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ResolvedRun run_;
  ComputeChoice compute_;
  std::shared_ptr<const Image> image_ =
      std::make_shared<const Image>(Image{2, 1, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}});
};

TEST_F(PictureSavers, writeThePictureWithItsRequest) {
  PictureSaver one = saver("a.png");
  const SavedImage saved = save(one, 3);
  EXPECT_EQ(saved.file, pair_.folder() / "a.png");
  EXPECT_EQ(saved.image, image_);
  EXPECT_EQ(read_picture(saved.file).image, *image_);
  const PictureRequest stored = stored_request(saved.file);
  EXPECT_EQ(stored.request.denoisers.front().model.files, one.hashed_request().denoisers.front().model.files);
  EXPECT_EQ(stored.made.seconds, (std::map<DenoiserName, double>{{"large", 2.0}}));
}

TEST_F(PictureSavers, storeTheSeedOfEachPictureOfAJob) {
  PictureSaver several = saver("many/", 2);
  const SavedImage first = save(several, 3);
  const SavedImage second = save(several, 4);
  EXPECT_LT(first.file, second.file);
  EXPECT_EQ(stored_request(first.file).request.seed, 3U);
  EXPECT_EQ(stored_request(second.file).request.seed, 4U);
  EXPECT_EQ(second.seed, 4U);
}

TEST_F(PictureSavers, leaveTheTextsOutWhereNoneAreWanted) {
  PictureSaver plain = saver("a.png", 1, false);
  EXPECT_TRUE(read_picture(save(plain, 3).file).texts.empty());
}

TEST_F(PictureSavers, refuseBeforeTheRunWhatCannotBeWritten) {
  pair_.files().write("taken.png", "mine");
  EXPECT_THROW(saver("taken.png"), UsageError);
  EXPECT_THROW(saver("one.png", 2), UsageError);
  EXPECT_THROW(saver("taken.png/below.png"), BadInput);
}

TEST_F(PictureSavers, neverReplaceWhatCameInBetween) {
  PictureSaver late = saver("a.png");
  pair_.files().write("a.png", "mine");
  EXPECT_THROW(save(late, 3), UsageError);
  EXPECT_EQ(fs::file_size(pair_.folder() / "a.png"), 4U);
}

}  // namespace
}  // namespace tstitch
