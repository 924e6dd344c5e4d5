#include "core/jobs/picture_saver.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/image_file.h"
#include "core/jobs/stored_request.h"
#include "core/picture_text/picture_text.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

class PictureSavers : public ::testing::Test {
 protected:
  PictureSaver saver(const std::string& place, int pictures = 1, bool metadata = true) const {
    return {{folder_.path().string() + "/" + place, metadata}, pictures};
  }

  MadePicture picture(std::uint64_t seed) const {
    MadePicture made;
    made.image = image_;
    made.request.prompt = "a cat";
    made.request.seed = seed;
    made.request.denoisers = {{"small", {"little", "sd1", {{"unet", std::string(64, 'b')}}, {}}, {}},
                              {"large", {"big", "sd1", {{"unet", std::string(64, 'a')}}, {}}, 3.5}};
    made.made.device = "cpu";
    made.made.seconds = {{"large", 2.0}};
    made.segments = {{"large", 20}};
    return made;
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<const Image> image_ =
      std::make_shared<const Image>(Image{2, 1, std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}});
};

TEST_F(PictureSavers, writeThePictureWithItsRequest) {
  const SavedImage saved = saver("a.png").save(picture(3));
  EXPECT_EQ(saved.file, folder_.path() / "a.png");
  EXPECT_EQ(saved.image, image_);
  EXPECT_EQ(read_picture(saved.file).image, *image_);
  const PictureRequest stored = stored_request(saved.file);
  EXPECT_EQ(stored.request, picture(3).request);
  EXPECT_EQ(stored.made, picture(3).made);
}

TEST_F(PictureSavers, writeTheFieldsTextBesideOurs) {
  const std::vector<PictureText> texts = picture_texts(picture(3));
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].keyword, kParametersKeyword);
  EXPECT_NE(texts[0].text.find("Model hash: aaaaaaaaaa"), std::string::npos) << texts[0].text;
  EXPECT_EQ(texts[1].keyword, kRequestKeyword);
}

TEST_F(PictureSavers, storeTheSeedOfEachPictureOfAJob) {
  const PictureSaver several = saver("many/", 2);
  const SavedImage first = several.save(picture(3));
  const SavedImage second = several.save(picture(4));
  EXPECT_LT(first.file, second.file);
  EXPECT_EQ(stored_request(first.file).request.seed, 3U);
  EXPECT_EQ(stored_request(second.file).request.seed, 4U);
  EXPECT_EQ(second.seed, 4U);
}

TEST_F(PictureSavers, leaveTheTextsOutWhereNoneAreWanted) {
  EXPECT_TRUE(read_picture(saver("a.png", 1, false).save(picture(3)).file).texts.empty());
}

TEST_F(PictureSavers, refuseBeforeTheRunWhatCannotBeWritten) {
  folder_.write("taken.png", "mine");
  EXPECT_THROW(saver("taken.png"), UsageError);
  EXPECT_THROW(saver("one.png", 2), UsageError);
  EXPECT_THROW(saver("taken.png/below.png"), BadInput);
}

TEST_F(PictureSavers, neverReplaceWhatCameInBetween) {
  const PictureSaver late = saver("a.png");
  folder_.write("a.png", "mine");
  EXPECT_THROW(static_cast<void>(late.save(picture(3))), UsageError);
  EXPECT_EQ(fs::file_size(folder_.path() / "a.png"), 4U);
}

}  // namespace
}  // namespace tstitch
