#include <cstdint>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/picture_text/picture_text_reading.h"
#include "core/request/generation_request.h"
#include "core/request/request_json.h"

namespace {

using namespace tstitch;

void check(const PictureParameters& read) {
  GenerationRequest request;
  request.denoisers.push_back({"small", {}, {}});
  request.denoisers.push_back({"large", {}, {}});
  GenerationRequest applied = read.applied_to(request);
  applied.split = request.split;  // counts for another number of steps are the window's affair
  for (const Problem& problem : validate(applied)) {
    const bool words = problem.field == "prompt" || problem.field == "negative_prompt";
    TSTITCH_CHECK(words, problem.field);  // bytes that are no text
  }
  TSTITCH_CHECK(read.sampler.has_value() == read.spacing.has_value());
  TSTITCH_CHECK(read.program != PictureProgram::UnknownJson || read.is_empty());
}

}  // namespace

/// The bytes as a picture's text under each keyword by which texts are told apart, and as our own: whatever they say,
/// what is taken over makes a valid request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* keyword : {"parameters", "prompt", "workflow", "invokeai_metadata", "Dream", "Comment",
                              "XML:com.adobe.xmp", "stealth_pnginfo"}) {
    if (const auto read = read_picture_texts({{keyword, text}})) check(*read);
  }
  try {
    (void)parse_picture_request(text, "picture.png");
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
