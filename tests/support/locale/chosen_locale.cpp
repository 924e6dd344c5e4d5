#include <optional>

#include "tests/support/process_locale.h"

namespace {

/// With TSTITCH_TEST_LOCALE all tests of the executable run in that locale.
std::optional<tstitch::test::ProcessLocale>& chosen() {
  static std::optional<tstitch::test::ProcessLocale> locale;
  return locale;
}

[[maybe_unused]] const bool kChosen = [] {
  const char* name = std::getenv("TSTITCH_TEST_LOCALE");
  if (name != nullptr) chosen().emplace(name);
  return true;
}();

}  // namespace
