#pragma once

#include <stdexcept>
#include <string>

#include "core/base/text.h"

namespace tstitch {

/// A bug of this program: carries the condition, the place and the values (exit 1). Never caught to go on.
class LogicError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace tstitch

/// States what must hold if the program is right; on in every build. Further arguments are printed as they are.
#define TSTITCH_CHECK(condition, ...)                                                                                 \
  do {                                                                                                                \
    if (!(condition)) {                                                                                               \
      throw ::tstitch::LogicError(::tstitch::concat("check failed: " #condition " at ", __FILE__, ":", __LINE__, " ", \
                                                    ::tstitch::concat(__VA_ARGS__)));                                 \
    }                                                                                                                 \
  } while (false)
