#include "core/engine/wire/questions.h"
#include "tests/fuzz/wire_frames.h"

namespace {

using namespace tstitch;
using namespace tstitch::wire;

template <class Value>
void read_as(const char* key, const Message& message) {
  if (!message.head.contains(key)) return;
  Blobs blobs = message.blobs;
  try {
    const auto value = read<Value>(Place(message.head, blobs, "answer").at(key));
    Blobs again;
    const std::string text = wire::write(value, again).dump(-1, ' ', false, json::error_handler_t::replace);
    TSTITCH_CHECK(!text.empty());
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
}

template <class... Ask>
void read_answers(const Message& message) {
  (read_as<typename Ask::Answer>("value", message), ...);
}

}  // namespace

/// What an engine says: whatever it is, it is understood or refused with a sentence.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::for_each_message(data, size, [](const Message& message) {
    read_as<Event>("value", message);
    read_as<Error>("error", message);
    read_answers<AskPairs, AskCatalog, AskFoundModels, AskMeasuredPrecisions, AskMeasuredPairs, AskFindModel, AskLocate,
                 AskInspect, AskTokenizers, AskFastPrecisions, AskPlan, AskPlanAll, AskMake, AskFreeMemory,
                 AskControlMap, AskBench, AskSameFiles, AskParcel>(message);
  });
  return 0;
}
