#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/image/image_file.h"

namespace tstitch {
namespace {

std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtoul(hex.substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

/// Lossy decoders may round differently from one version to the next.
void expect_equal(const Image& image, const nlohmann::json& golden, int tolerance) {
  ASSERT_EQ(image.width, golden.at("size").at(0));
  ASSERT_EQ(image.height, golden.at("size").at(1));
  const std::string expected = bytes_of_hex(golden.at("rgb"));
  ASSERT_EQ(image.rgb.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_LE(std::abs(image.rgb[i] - static_cast<unsigned char>(expected[i])), tolerance) << "value " << i;
  }
}

/// Files of tests/golden/make_foreign_pictures.py: what Pillow opens is opened, with its pixels, turned as it turns it.
TEST(ForeignFiles, EqualPillow) {
  const auto golden = nlohmann::json::parse(std::ifstream(TSTITCH_GOLDEN_DIR "/foreign_pictures.json"));
  ASSERT_GE(golden.at("cases").size(), 90U);
  for (const auto& entry : golden.at("cases")) {
    const std::string name = entry.at("name");
    SCOPED_TRACE(name);
    const std::string bytes = bytes_of_hex(entry.at("file"));
    if (!entry.contains("rgb")) {
      EXPECT_THROW((void)decode_picture(bytes, name), BadInput);
      continue;
    }
    const bool exact = bytes.starts_with("\x89PNG") || bytes.find("VP8L") != std::string::npos;
    ASSERT_NO_THROW(expect_equal(decode_picture(bytes, name).image, entry, exact ? 0 : 2));
    EXPECT_EQ(decode_picture(bytes, name, PictureContent::Texts).image.width, entry.at("size").at(0));
  }
}

std::string refusal(const std::string& bytes) {
  try {
    (void)decode_picture(bytes, "x");
  } catch (const BadInput& problem) {
    return problem.sentence();
  }
  return "nothing was refused";
}

TEST(ForeignFiles, OfOtherKindsAreNamed) {
  const std::pair<std::string, const char*> kinds[] = {
      {"GIF89a......", "a GIF picture"},
      {std::string("II*\0\x08\0\0\0", 8), "a TIFF picture"},
      {std::string("MM\0*\0\0\0\x08", 8), "a TIFF picture"},
      {"8BPS\0\1", "a Photoshop file (PSD)"},
      {"BM" + std::string(60, '\0'), "a BMP picture"},
      {std::string("\0\0\0\x1C", 4) + "ftypavif", "an AVIF picture"},
      {std::string("\0\0\0\x1C", 4) + "ftypmif1" + std::string(4, '\0') + "mif1avif", "an AVIF picture"},
      {std::string("\0\0\0\x1C", 4) + "ftypheic", "a HEIC picture"},
      {std::string("\0\0\0\x1C", 4) + "ftypisom", "a video (MP4)"},
      {"\xFF\x0A..", "a JPEG XL picture"},
      {"<!DOCTYPE html><html>", "a web page"},
      {"<?xml version='1.0'?><svg xmlns=''/>", "an SVG drawing"},
      {"P6\n4 4\n255\n", "a Netpbm picture"},
      {"{\"prompt\": 1}", "a JSON text"},
      {"RIFF1234WAVEfmt ", "a sound (WAV)"},
      {"", "an empty file"},
      {std::string("\1\2\3", 3), "a file of another kind"}};
  for (const auto& [bytes, kind] : kinds) {
    EXPECT_EQ(refusal(bytes), std::string("x: expected a PNG, JPEG or WebP picture, found ") + kind + ".");
  }
}

}  // namespace
}  // namespace tstitch
