#include "core/jobs/stored_request.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/image/png.h"
#include "core/picture_text/picture_text.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

class StoredRequest : public ::testing::Test {
 protected:
  std::filesystem::path picture(const std::vector<PictureText>& texts) const {
    return folder_.write("picture.png", encode_png({2, 2, std::vector<std::uint8_t>(12)}, texts));
  }

  static std::string refusal(const std::filesystem::path& file) {
    try {
      (void)stored_request(file);
    } catch (const BadInput& problem) {
      EXPECT_NE(problem.where().find(file.filename().string()), std::string::npos) << problem.where();
      return problem.what();
    }
    return "nothing was refused";
  }

  test::TemporaryFolder folder_;
};

TEST_F(StoredRequest, isWhatThePictureWasMadeFrom) {
  GenerationRequest request;
  request.prompt = "\xE7\x8C\xAB, snow";
  request.seed = 18446744073709551615U;
  request.denoisers = {{"large", {"big", "sd1", {{"unet", std::string(64, 'a')}}, {}}, 3.5}};
  Made made;
  made.device = "cpu";
  made.threads = 2;
  const PictureRequest read = stored_request(
      picture({{kParametersKeyword, "other text"}, {kRequestKeyword, picture_request_json(request, made)}}));
  EXPECT_EQ(read.request, request);
  EXPECT_EQ(read.made, made);
}

/// A `.tstitch` file is the JSON of the metadata chunk.
TEST_F(StoredRequest, mayLieInAFileOfItsOwn) {
  GenerationRequest request;
  request.prompt = "3d fox";
  request.denoisers = {{"large", {"big", "sd1", {{"unet", std::string(64, 'a')}}, {}}, 3.5}};
  Made made;
  made.threads = 2;
  const std::string json = picture_request_json(request, made);
  for (const std::string& text : {json, "\n  " + json + "\n"}) {
    const PictureRequest read = stored_request(folder_.write("fox.tstitch", text));
    EXPECT_EQ(read.request, request);
    EXPECT_EQ(read.made, made);
  }
  EXPECT_NE(refusal(folder_.write("fox.tstitch", json.substr(0, json.size() / 2))), "nothing was refused");
  EXPECT_NE(refusal(folder_.write("fox.tstitch", "{" + std::string(2U << 20U, ' ') + "}")).find("bytes"),
            std::string::npos);
}

TEST_F(StoredRequest, isNotFoundInAStrangersPicture) {
  EXPECT_NE(refusal(picture({{kParametersKeyword, "a cat\nSteps: 20"}})).find("carries no request"), std::string::npos);
}

TEST_F(StoredRequest, isRefusedWithThePicturesNameWhenDamaged) {
  EXPECT_NE(refusal(picture({{kRequestKeyword, R"({"tstitch":1,"request":{"prompt":)"}})), "nothing was refused");
  EXPECT_NE(refusal(picture({{kRequestKeyword, R"({"tstitch":99})"}})), "nothing was refused");
  EXPECT_NE(refusal(folder_.write("picture.png", "no picture")), "nothing was refused");
  EXPECT_NE(refusal(folder_.path() / "missing.png"), "nothing was refused");
}

}  // namespace
}  // namespace tstitch
