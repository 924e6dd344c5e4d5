#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/discovery/extra_model_paths.h"
#include "core/discovery/invoke_records.h"

/// Other programs' lists of folders of models.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tstitch;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto environment = [](const char* name) { return std::optional<std::string>(name); };
    for (const ExtraFolder& folder : parse_extra_model_paths(text, "/a/extra.yaml", environment)) {
      TSTITCH_CHECK(folder.path.is_absolute());
    }
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  try {
    for (const InvokeRecord& record : parse_invoke_models(text, "/models", "models.yaml")) {
      TSTITCH_CHECK(record.path.is_absolute());
    }
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
