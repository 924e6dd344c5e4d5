#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/jobs/figure_reading.h"

/// The bytes as what a figure says of its grid, and as the text around that: read, or refused with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    (void)parse_figure_text(text, "figure.svg");
  } catch (const Error& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  try {
    for (const GridAxis& axis : parse_grid_metadata(text, "figure.png").axes) {
      TSTITCH_CHECK(axis.values.size() <= kMostCells);
    }
  } catch (const Error& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
