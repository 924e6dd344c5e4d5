#include "core/engine/wire/serve.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/base/json_fields.h"
#include "core/base/stop.h"
#include "core/base/text.h"
#include "core/engine/wire/message_stream.h"
#include "core/engine/wire/parcel.h"
#include "core/engine/wire/questions.h"
#include "core/system/call_threads.h"

namespace tstitch {

using namespace wire;

namespace {

using std::chrono::milliseconds;

/// How long a thread waits before it looks whether all is over.
constexpr milliseconds kLook{100};
constexpr std::size_t kMostQuestions = 4096;

class Server {
 public:
  Server(Engine& engine, PipeEnd input, PipeEnd output, const ServeOptions& options)
      : engine_(engine),
        input_(std::move(input)),
        output_(std::move(output)),
        options_(options),
        shelf_(options.shelf, options.shelf_bytes),
        writer_([this](std::string_view frame) { return write(frame); }) {
    add_library();
    add_runner();
    add_parcels();
  }

  /// Returns at the end of either stream.
  void run() {
    send(hello(Side::Engine));
    const std::jthread heart([this](const std::stop_token& stop) { beat(stop); });
    try {
      read_all();
    } catch (const BadInput& problem) {
      end();
      throw EngineUnavailable(concat("the asking side broke the protocol: ", problem.sentence()), "standard input");
    }
    end();
  }

 private:
  /// What is known of a question that is not answered yet.
  struct Question {
    std::uint64_t id = 0;
    std::stop_source stop;
  };
  using Handler = std::function<void(const std::shared_ptr<Question>&, Message&)>;

  bool write(std::string_view frame) {
    if (ended_) return false;
    if (output_.write_all(frame, [this] { return !ended_; })) return true;
    ended_ = true;
    return false;
  }

  void send(const Message& message) { (void)writer_.send(message); }  // whoever reads sees that all is over

  void beat(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    for (std::uint64_t count = 1; !stop.stop_requested(); ++count) {
      Message message;
      message.head["beat"] = count;
      send(message);
      std::unique_lock lock(mutex);
      wake.wait_for(lock, stop, options_.beat, [] { return false; });
    }
  }

  void read_all() {
    MessageStream stream(input_, options_.frame_patience);
    bool greeted = false;
    for (Message message; !ended_;) {
      const MessageStream::Arrival arrival = stream.next(message, kLook);
      if (arrival == MessageStream::Arrival::End) return;
      if (arrival == MessageStream::Arrival::Nothing) continue;
      if (std::exchange(greeted, true)) {
        take(message);
      } else {
        require_hello(message, Side::Asking);
      }
    }
  }

  void take(Message& message) {
    const JsonFields fields(message.head, "message");
    if (fields.has("stop")) {
      stop(fields.unsigned_integer("stop"));
      return;
    }
    const auto handler = handlers_.find(fields.text("question"));
    if (handler == handlers_.end()) throw BadInput("is a question that nobody knows.", fields.place("question"));
    const auto question = std::make_shared<Question>();
    question->id = fields.unsigned_integer("ask");
    {
      const std::lock_guard lock(mutex_);
      if (open_.size() >= kMostQuestions || !open_.emplace(question->id, question).second) {
        throw BadInput("is a number that is taken, or there are too many questions.", fields.place("ask"));
      }
    }
    handler->second(question, message);
  }

  void stop(std::uint64_t id) {
    std::shared_ptr<Question> question;
    {
      const std::lock_guard lock(mutex_);
      const auto found = open_.find(id);
      if (found != open_.end()) question = found->second;
    }
    if (question) question->stop.request_stop();
  }

  /// Nothing new begins, what runs is stopped.
  void end() {
    ended_ = true;
    if (options_.leave_after) {
      std::thread([after = *options_.leave_after] {
        std::this_thread::sleep_for(after);
        std::_Exit(0);
      }).detach();
    }
    const std::lock_guard lock(mutex_);
    for (const auto& [id, question] : open_) question->stop.request_stop();
  }

  template <class Ask, class Work>
  void add(CallThreads& lane, Work work) {
    handlers_[Ask::kName] = [this, &lane, work](const std::shared_ptr<Question>& question, Message& message) {
      const json& with = JsonFields(message.head, "message").at("with");
      const auto ask = std::make_shared<const Ask>(read<Ask>(Place(with, message.blobs, Ask::kName)));
      lane.post([this, work, question, ask] {
        answer<typename Ask::Answer>(question->id, [&] { return work(*ask, *question); });
        const std::lock_guard lock(mutex_);
        open_.erase(question->id);
      });
    };
  }

  template <class Answer, class Work>
  void answer(std::uint64_t id, const Work& work) {
    try {
      Message message;
      message.head["answer"] = id;
      message.head["value"] = wire::write<Answer>(work(), message.blobs);
      send(message);
    } catch (...) {
      send(ending_of(id, std::current_exception()));
    }
  }

  static Message ending_of(std::uint64_t id, const std::exception_ptr& problem) {
    Message message;
    message.head["answer"] = id;
    const Outcome outcome = outcome_of(problem, {});
    if (const auto* failed = std::get_if<Failed>(&outcome)) {
      message.head["error"] = wire::write(error_of(*failed), message.blobs);
    } else {
      message.head["interrupted"] = true;
    }
    return message;
  }

  EventSink events_of(const Question& question) {
    return [this, id = question.id](const Event& event) {
      Message message;
      message.head = {{"event", id}, {"value", wire::write(event, message.blobs)}};
      send(message);
    };
  }

  void add_library() {
    add<AskPairs>(library_, [this](const AskPairs&, Question&) { return engine_.pairs(); });
    add<AskCatalog>(library_, [this](const AskCatalog&, Question&) { return engine_.catalog(); });
    add<AskFoundModels>(library_,
                        [this](const AskFoundModels& ask, Question&) { return engine_.found_models(ask.folders); });
    add<AskFindModel>(library_,
                      [this](const AskFindModel& ask, Question&) { return engine_.find_model(ask.place, ask.role); });
    add<AskLocate>(library_, [this](const AskLocate& ask, Question&) { return engine_.locate(ask.request); });
    add<AskInspect>(library_, [this](const AskInspect& ask, Question&) { return engine_.inspect(ask.place); });
    add<AskEmbeddingWord>(library_, [this](const AskEmbeddingWord& ask, Question&) {
      return engine_.embedding_word(ask.file, ask.texts);
    });
    add<AskTokenizers>(library_, [this](const AskTokenizers& ask, Question&) {
      return Apart<TokenizerTables>{engine_.tokenizers(ask.request)};
    });
    add<AskFastPrecisions>(
        library_, [this](const AskFastPrecisions& ask, Question&) { return engine_.fast_precisions(ask.settings); });
    add<AskMeasuredPrecisions>(library_, [this](const AskMeasuredPrecisions& ask, Question&) {
      return engine_.measured_precisions(ask.settings);
    });
    add<AskMeasuredPairs>(library_, [this](const AskMeasuredPairs&, Question&) { return engine_.measured_pairs(); });
    add<AskPlan>(library_, [this](const AskPlan& ask, Question&) { return engine_.plan(ask.request, ask.settings); });
    add<AskPlanAll>(library_, [this](const AskPlanAll& ask, Question&) {
      return Apart<PlanAnswer>{engine_.plan_all(ask.base, ask.requests.values, ask.settings)};
    });
    add<AskIdentify>(library_,
                     [this](const AskIdentify& ask, Question&) { return engine_.identify(ask.request, ask.settings); });
  }

  void add_runner() {
    add<AskPrepare>(runner_, [this](const AskPrepare& ask, Question& question) {
      return engine_.prepare(ask.request, ask.settings, question.stop.get_token(), events_of(question));
    });
    add<AskMake>(runner_, [this](const AskMake& ask, Question& question) {
      return engine_.make(ask.run, question.stop.get_token(), events_of(question));
    });
    add<AskForget>(runner_, [this](const AskForget& ask, Question&) {
      engine_.forget(ask.state);
      return true;
    });
    add<AskFreeMemory>(runner_, [this](const AskFreeMemory&, Question&) {
      engine_.free_memory();
      return true;
    });
    add<AskControlMap>(runner_, [this](const AskControlMap& ask, Question& question) {
      if (ask.request.controls.size() != 1) throw BadInput("holds no single control.", AskControlMap::kName);
      return engine_.control_map(ask.request.controls.front(), {ask.width, ask.height}, question.stop.get_token());
    });
    add<AskBench>(runner_, [this](const AskBench& ask, Question& question) {
      return engine_.bench(ask.request, ask.settings, ask.detail, question.stop.get_token(), events_of(question));
    });
  }

  void add_parcels() {
    add<AskSameFiles>(library_, [this](const AskSameFiles& ask, Question&) {
      std::vector<bool> same;
      for (const FileIdentity& file : ask.files) {
        same.push_back(options_.same_machine && identity_of(file.stamp.path) == file);
      }
      return same;
    });
    add<AskParcel>(library_, [this](const AskParcel& ask, Question&) { return shelf_.find(ask.parcel); });
    add<AskParcelPiece>(library_, [this](const AskParcelPiece& ask, Question&) {
      shelf_.add(ask.parcel, ask.file, ask.offset, ask.bytes.bytes);
      return true;
    });
    add<AskParcelDone>(library_, [this](const AskParcelDone& ask, Question&) { return shelf_.finish(ask.parcel); });
  }

  Engine& engine_;
  PipeEnd input_;
  PipeEnd output_;
  const ServeOptions& options_;
  ParcelShelf shelf_;
  MessageWriter writer_;
  std::atomic<bool> ended_ = false;
  std::map<std::string, Handler, std::less<>> handlers_;
  std::mutex mutex_;  ///< of the next one
  std::map<std::uint64_t, std::shared_ptr<Question>> open_;
  CallThreads library_{3};
  CallThreads runner_{1};
};

}  // namespace

void serve_engine(Engine& engine, PipeEnd input, PipeEnd output, const ServeOptions& options) {
  Server(engine, std::move(input), std::move(output), options).run();
}

}  // namespace tstitch
