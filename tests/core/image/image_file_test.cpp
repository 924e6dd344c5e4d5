#include "core/image/image_file.h"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/image/png.h"
#include "tests/core/image/foreign_pictures.h"

namespace tstitch {
namespace {

namespace fs = std::filesystem;

std::string refusal(const fs::path& file) {
  try {
    (void)read_picture(file);
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "nothing was refused";
}

class ImageFile : public ::testing::Test {
 protected:
  ImageFile() : folder_(fs::temp_directory_path() / concat("tstitch-image-", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~ImageFile() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(ImageFile, TellsFormatsApartByContent) {
  const Image image = test::smooth_picture(12, 9);
  EXPECT_EQ(decode_picture(encode_png(image, {}), "x.jpg").image, image);
  EXPECT_EQ(decode_picture(test::encode_webp(image), "x.png").image, image);
  EXPECT_EQ(decode_picture(test::encode_jpeg(image), "x").image.width, 12);
  EXPECT_THROW((void)decode_picture("", "x"), BadInput);
  EXPECT_THROW((void)decode_picture("RIFF1234WAVEfmt ", "x"), BadInput);
}

TEST_F(ImageFile, WritesAPngThatItReadsBack) {
  const Image image = test::smooth_picture(12, 9);
  const fs::path file = folder_ / "a.png";
  EXPECT_EQ(write_new_png(file, image, {{"parameters", "x"}}), NewFile::Written);
  EXPECT_EQ(write_new_png(file, image, {}), NewFile::NameTaken);
  const Picture picture = read_picture(file);
  EXPECT_EQ(picture.image, image);
  EXPECT_EQ(picture.texts, (std::vector<PictureText>{{"parameters", "x"}}));
}

TEST_F(ImageFile, NamesWhatIsNoPicture) {
  EXPECT_EQ(refusal(folder_ / "none.png"),
            (folder_ / "none.png").string() + ": expected a picture file, found nothing there.");
  EXPECT_NE(refusal(folder_).find("no regular file"), std::string::npos);
  std::ofstream(folder_ / "text.png") << "just text";
  EXPECT_NE(refusal(folder_ / "text.png").find("text.png: expected a PNG, JPEG or WebP picture"), std::string::npos);
}

}  // namespace
}  // namespace tstitch
