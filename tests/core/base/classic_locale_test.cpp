#include "core/base/classic_locale.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/process_locale.h"

namespace tstitch {
namespace {

TEST(ClassicLocale, holdsForTheThreadWhileOneLives) {
  const test::ProcessLocale german("de_DE.UTF-8");
  EXPECT_EQ(std::strtod("7.5", nullptr), 7);
  {
    const ClassicLocale classic;
    EXPECT_EQ(std::strtod("7.5", nullptr), 7.5);
    {
      const ClassicLocale once_more;
      EXPECT_EQ(std::string(std::localeconv()->decimal_point), ".");
    }
    EXPECT_EQ(std::strtod("7.5", nullptr), 7.5);
  }
  EXPECT_EQ(std::strtod("7.5", nullptr), 7);
}

}  // namespace
}  // namespace tstitch
