// make_wire_corpus FOLDER: what the two sides of a conversation with a ScriptedEngine say, as seeds for wire_question
// and wire_answer, in both forms of wire_frames.h.

#include <filesystem>
#include <fstream>
#include <string>

#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/questions.h"
#include "tests/support/scripted_engine.h"

namespace {

using namespace tstitch;
using namespace tstitch::wire;

class Corpus {
 public:
  explicit Corpus(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_ / "wire_question");
    std::filesystem::create_directories(folder_ / "wire_answer");
  }

  void add(const char* side, const std::string& name, const Message& message) const {
    std::string stream = "\x01";
    MessageWriter writer([&stream](std::string_view frame) {
      stream += frame;
      return true;
    });
    writer.send(message);
    write(folder_ / side / (name + ".stream"), stream);
    json head = message.head;
    std::string attachments;
    head["attachments"] = json::array();
    for (const std::string& blob : message.blobs) {
      head["attachments"].push_back(blob.size());
      attachments += blob;
    }
    const std::string text = head.dump();
    std::string seed(1, '\0');
    seed += static_cast<char>(text.size() & 0xFFU);
    seed += static_cast<char>((text.size() >> 8U) & 0xFFU);
    write(folder_ / side / name, seed + text + attachments);
  }

  template <class Ask>
  void add(const Ask& ask, const typename Ask::Answer& answer) const {
    Message question;
    question.head = {{"ask", 1}, {"question", Ask::kName}};
    question.head["with"] = wire::write(ask, question.blobs);
    add("wire_question", Ask::kName, question);
    Message answered;
    answered.head["answer"] = 1;
    answered.head["value"] = wire::write(answer, answered.blobs);
    add("wire_answer", Ask::kName, answered);
  }

 private:
  static void write(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }

  std::filesystem::path folder_;
};

void add_runs(const Corpus& corpus, test::ScriptedEngine& engine) {
  PictureRun run;
  run.request = test::ScriptedEngine::request();
  run.wants_latents = true;
  run.wants_record = true;
  run.keep = 7;
  run.initial_noise = HostTensor{{1, 2}, {1, 2}};
  int events = 0;
  const Outcome outcome = engine.make(run, {}, [&](const Event& event) {
    Message message;
    message.head = {{"event", 1}, {"value", wire::write(event, message.blobs)}};
    corpus.add("wire_answer", "event-" + std::to_string(events++), message);
  });
  corpus.add(AskMake{run}, outcome);
  run.request.prompt = "fail";
  corpus.add(AskPrepare{run.request, run.settings}, engine.make(run, {}, [](const Event&) {}));
  corpus.add(AskForget{7}, true);
  corpus.add(AskBench{run.request, run.settings, BenchDetail::Operators},
             engine.bench(run.request, {}, BenchDetail::Operators, {}, [](const Event&) {}));
  AskControlMap map{run.request, 2, 2};
  map.request.controls.emplace_back().picture.location = "room.png";
  corpus.add(map, Image{1, 1, {1, 2, 3}});
}

void add_library(const Corpus& corpus, test::ScriptedEngine& engine) {
  const GenerationRequest request = test::ScriptedEngine::request();
  GenerationRequest refused = request;
  refused.steps = 0;
  corpus.add(AskPairs{}, engine.pairs());
  corpus.add(AskCatalog{}, engine.catalog());
  corpus.add(AskFoundModels{{"/models"}}, engine.found_models({"/models"}));
  corpus.add(AskTokenizers{request}, {engine.tokenizers(request)});
  corpus.add(AskFreeMemory{}, true);
  corpus.add(AskFindModel{"x", PairRole::Small}, "/models/x");
  corpus.add(AskLocate{request}, engine.locate(request));
  corpus.add(AskInspect{"/models/x"}, engine.inspect("/models/x"));
  corpus.add(AskEmbeddingWord{"a.pt", {"text"}}, "word");
  corpus.add(AskFastPrecisions{{}}, engine.fast_precisions({}));
  corpus.add(AskMeasuredPrecisions{{}}, engine.measured_precisions({}));
  corpus.add(AskMeasuredPairs{}, engine.measured_pairs());
  corpus.add(AskPlan{request, {}}, engine.plan(request, {}));
  corpus.add(AskPlanAll{request, {{request, refused}}, {}}, {engine.plan_all(request, {request, refused}, {})});
  corpus.add(AskIdentify{request, {}}, engine.identify(request, {}));
}

void add_parcels(const Corpus& corpus) {
  const Parcel parcel{{"folder"}, {{"file", 5, std::string(64, 'a')}}};
  corpus.add(AskSameFiles{{{{"/a", 1, 2, 3}, 4}}}, {true, false});
  corpus.add(AskParcel{parcel}, "/sent/a");
  corpus.add(AskParcelPiece{parcel, 0, 0, {"bytes"}}, true);
  corpus.add(AskParcelDone{parcel}, "/sent/a");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const Corpus corpus(argv[1]);
  test::ScriptedEngine engine;
  add_library(corpus, engine);
  add_runs(corpus, engine);
  add_parcels(corpus);
  corpus.add("wire_question", "hello", hello(Side::Asking));
  Message error;
  error.head = {{"answer", 1}, {"error", wire::write(Error(BadInput("what", "where", "hint")), error.blobs)}};
  corpus.add("wire_answer", "error", error);
  return 0;
}
