#include "core/base/error.h"

namespace tstitch {

std::string Error::sentence() const {
  std::string text = where_.empty() ? std::string() : where_ + ": ";
  text += what();
  if (!hint_.empty()) {
    text += ' ';
    text += hint_;
  }
  return text;
}

}  // namespace tstitch
