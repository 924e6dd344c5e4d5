#pragma once

#include <string>

namespace tstitch {

/// A text that travels in a picture's file: PNG keyword and UTF-8 text.
struct PictureText {
  std::string keyword;
  std::string text;
  friend bool operator==(const PictureText&, const PictureText&) = default;
};

}  // namespace tstitch
