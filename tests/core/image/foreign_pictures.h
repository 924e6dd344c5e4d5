#pragma once

#include <cstdint>
#include <cstdio>  // jpeglib.h needs FILE and does not include it
#include <cstdlib>
#include <string>

#include <jpeglib.h>
#include <webp/encode.h>

#include "core/base/image.h"

namespace tstitch::test {

/// A smooth picture, which lossy formats keep well.
inline Image smooth_picture(int width, int height) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {x * 4, y * 4, 128}) image.rgb.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return image;
}

/// What cameras and other programs put into EXIF: a big-endian block with one Exif folder and its UserComment.
inline std::string exif_block(const std::string& comment) {
  std::string block("MM\0*\0\0\0\x08", 8);
  block += std::string("\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x1A\0\0\0\0", 18);  // the Exif folder lies at 26
  block += std::string("\0\1\x92\x86\0\7\0\0", 8);
  block += static_cast<char>(comment.size() >> 8);
  block += static_cast<char>(comment.size());
  block += std::string("\0\0\0\x2C\0\0\0\0", 8);  // the comment lies at 44
  return block + comment;
}

/// UserComment's `UNICODE` form of ASCII text.
inline std::string unicode_comment(const std::string& ascii) {
  std::string comment("UNICODE\0", 8);
  for (const char c : ascii) comment += std::string(1, '\0') + c;
  return comment;
}

inline std::string encode_jpeg(const Image& image, const std::string& exif = {}, bool progressive = false,
                               bool arithmetic = false) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = image.width;
  jpeg.image_height = image.height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 95, TRUE);
  jpeg.arith_code = arithmetic ? TRUE : FALSE;
  if (progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  const std::string marker = std::string("Exif\0\0", 6) + exif;
  if (!exif.empty()) {
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(marker.data()), marker.size());
  }
  while (jpeg.next_scanline < jpeg.image_height) {
    auto* row = const_cast<std::uint8_t*>(image.rgb.data()) + std::size_t(jpeg.next_scanline) * image.width * 3;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string bytes(reinterpret_cast<const char*>(buffer), size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);  // jpeg_mem_dest() hands over malloc's memory
  return bytes;
}

inline std::string encode_webp(const Image& image) {
  std::uint8_t* buffer = nullptr;
  const std::size_t size = WebPEncodeLosslessRGB(image.rgb.data(), image.width, image.height, image.width * 3, &buffer);
  std::string bytes(reinterpret_cast<const char*>(buffer), size);
  WebPFree(buffer);
  return bytes;
}

}  // namespace tstitch::test
