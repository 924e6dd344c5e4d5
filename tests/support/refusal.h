#pragma once

#include <string>

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace tstitch::test {

/// What `parse` says when it refuses, which must be about that file; "accepted" when it does not.
template <class Parse>
std::string refusal_in(const std::string& file, Parse parse) {
  try {
    (void)parse();
  } catch (const BadInput& error) {
    EXPECT_EQ(error.where(), file);
    return error.what();
  }
  return "accepted";
}

}  // namespace tstitch::test
