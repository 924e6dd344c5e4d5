#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/request/request_json.h"

/// What is read as a request is written and read again as the same one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const GenerationRequest request = request_from_json(text);
    TSTITCH_CHECK(request_from_json(to_json(request)) == request);
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  try {
    (void)parse_picture_request(text, "picture.png");
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
