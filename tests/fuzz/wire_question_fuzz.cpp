#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/questions.h"
#include "tests/fuzz/wire_frames.h"

namespace {

using namespace tstitch;
using namespace tstitch::wire;

/// A question that is understood is written and read again as the same one.
template <class Ask>
void read_question(const Message& message) {
  const auto name = message.head.find("question");
  const auto with = message.head.find("with");
  if (name == message.head.end() || with == message.head.end() || *name != Ask::kName) return;
  Blobs blobs = message.blobs;
  const auto ask = read<Ask>(Place(*with, blobs, Ask::kName));
  Blobs first;
  const json written = wire::write(ask, first);
  Blobs given = first;
  Blobs second;
  TSTITCH_CHECK(wire::write(read<Ask>(Place(written, given, Ask::kName)), second).dump() == written.dump());
  TSTITCH_CHECK(second == first);
}

template <class... Ask>
void read_questions(const Message& message) {
  (read_question<Ask>(message), ...);
}

}  // namespace

/// What an asking side says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::for_each_message(data, size, [](const Message& message) {
    try {
      require_hello(message, Side::Asking);
    } catch (const BadInput&) {
      read_questions<AskPairs, AskCatalog, AskFoundModels, AskMeasuredPrecisions, AskMeasuredPairs, AskFindModel,
                     AskLocate, AskInspect, AskEmbeddingWord, AskTokenizers, AskFastPrecisions, AskPlan, AskPlanAll,
                     AskIdentify, AskPrepare, AskMake, AskForget, AskFreeMemory, AskControlMap, AskBench, AskSameFiles,
                     AskParcel, AskParcelPiece, AskParcelDone>(message);
    }
  });
  return 0;
}
