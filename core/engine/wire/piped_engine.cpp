#include "core/engine/wire/piped_engine.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/engine/wire/connection.h"
#include "core/engine/wire/questions.h"
#include "core/engine/wire/sent_files.h"
#include "core/system/command_line.h"
#include "core/system/current_folder.h"
#include "core/system/own_program.h"

namespace tstitch {

using namespace wire;

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kOption = "--engine";

class PipedEngineProcess final : public PipedEngine {
 public:
  explicit PipedEngineProcess(const PipedEngineOptions& options)
      : options_(options),
        name_(options.name.empty() ? options.command : options.name),
        words_(split_command_line(options.command, kOption)) {}

  ~PipedEngineProcess() override { closed_.request_stop(); }

  std::string name() const override { return name_; }

  void start() override {
    guarded([&] { (void)live(options_.stop); });
  }

  void restart() override {
    retire("is started anew");
    {
      const std::lock_guard lock(state_mutex_);
      crashes_.clear();
    }
    start();
  }

  void close() override {
    closed_.request_stop();
    retire("is closed");
  }

  std::vector<PairEntry> pairs() override { return in_library(AskPairs{}); }
  Catalog catalog() override { return in_library(AskCatalog{}); }
  FoundModels found_models(const std::vector<std::filesystem::path>& folders) override {
    return in_library(AskFoundModels{folders});
  }

  std::filesystem::path find_model(const std::string& place, PairRole role) override {
    return in_library(AskFindModel{place, role});
  }

  GenerationRequest locate(const GenerationRequest& request) override {
    return in_library(AskLocate{request}, &AskLocate::request);
  }

  ModelFacts inspect(const std::filesystem::path& place) override { return in_library(AskInspect{place}); }

  std::string embedding_word(const std::filesystem::path& file, const std::vector<std::string>& texts) override {
    return in_library(AskEmbeddingWord{file, texts}, &AskEmbeddingWord::file);
  }

  std::vector<TokenizerTables> tokenizers(const GenerationRequest& request) override {
    return in_library(AskTokenizers{request}, &AskTokenizers::request).values;
  }

  std::vector<Precision> fast_precisions(const RunSettings& settings) override {
    return in_library(AskFastPrecisions{settings});
  }

  std::vector<MeasuredPrecision> measured_precisions(const RunSettings& settings) override {
    return in_library(AskMeasuredPrecisions{settings});
  }
  std::vector<MeasuredPair> measured_pairs() override { return in_library(AskMeasuredPairs{}); }

  RunPlan plan(const GenerationRequest& request, const RunSettings& settings) override {
    require_valid(request);
    RunPlan plan = in_library(AskPlan{request, settings}, &AskPlan::request);
    plan.made.engine = name_;
    return plan;
  }

  std::vector<PlanAnswer> plan_all(const GenerationRequest& base, const std::vector<GenerationRequest>& requests,
                                   const RunSettings& settings) override {
    return twice(options_.stop, {}, [&](Live& engine, PathsBack& back) {
      AskPlanAll ask{sent(engine, base, back), {}, settings};
      std::vector<PlanAnswer> answers(requests.size());
      for (std::size_t i = 0; i < requests.size(); ++i) {
        answers[i].problem = problem_of(requests[i]);
        if (!answers[i].problem) ask.requests.values.push_back(sent(engine, requests[i], back));
      }
      fill_in(answers, engine.connection.ask(ask, options_.stop).values, back);
      return answers;
    });
  }

  GenerationRequest identify(const GenerationRequest& request, const RunSettings& settings) override {
    return in_library(AskIdentify{request, settings}, &AskIdentify::request);
  }

  Outcome prepare(const GenerationRequest& request, const RunSettings& settings, const std::stop_token& stop,
                  const EventSink& sink) override {
    return ended(request, stop, [&] { return in_run(AskPrepare{request, settings}, stop, sink); });
  }

  Outcome make(const PictureRun& run, const std::stop_token& stop, const EventSink& sink) override {
    return ended(run.request, stop, [&] { return in_run(AskMake{run}, stop, sink); });
  }

  void forget(StateId state) override {
    const std::shared_ptr<Live> engine = current();
    if (engine && !engine->connection.is_lost()) engine->connection.tell(AskForget{state});
  }

  /// One that is not there holds nothing.
  void free_memory() override {
    const std::shared_ptr<Live> engine = current();
    if (!engine || engine->connection.is_lost()) return;
    guarded([&] { engine->connection.ask(AskFreeMemory{}, options_.stop); });
  }

  Image control_map(const ControlChoice& choice, const Extent& extent, const std::stop_token& stop) override {
    AskControlMap ask{{}, extent.width, extent.height};
    ask.request.controls.push_back(choice);
    return in_run(std::move(ask), stop, {});
  }

  BenchReport bench(const GenerationRequest& request, const RunSettings& settings, BenchDetail detail,
                    const std::stop_token& stop, const EventSink& sink) override {
    require_valid(request);
    return in_run(AskBench{request, settings, detail}, stop, sink);
  }

 private:
  /// One process, and what it was sent.
  struct Live {
    explicit Live(ConnectionOptions options) : connection(std::move(options)) {}
    SentFiles files;
    Connection connection;
  };

  static std::optional<Error> problem_of(const GenerationRequest& request) {
    try {
      require_valid(request);
      return std::nullopt;
    } catch (const Error& problem) {
      return problem;
    }
  }

  GenerationRequest sent(Live& engine, const GenerationRequest& request, PathsBack& back) {
    return engine.files.send(engine.connection, request, back, options_.stop);
  }

  void fill_in(std::vector<PlanAnswer>& answers, std::vector<PlanAnswer> found, const PathsBack& back) const {
    auto next = found.begin();
    for (PlanAnswer& answer : answers) {
      if (answer.problem) continue;
      if (next == found.end()) throw Lost{"broke the protocol: it answered fewer plans than were asked for", {}};
      answer = std::move(*next++);
      back.apply(answer);
      if (answer.plan) answer.plan->made.engine = name_;
    }
  }

  EngineUnavailable unavailable(const Lost& lost) const {
    return EngineUnavailable(concat("the engine \"", name_, "\" ", lost.reason, "."), {}, lost.hint);
  }

  template <class Work>
  auto guarded(const Work& work) -> decltype(work()) {
    try {
      return work();
    } catch (const Lost& lost) {
      throw unavailable(lost);
    }
  }

  template <class Value>
  static void translate(const PathsBack& back, Value& value) {
    if constexpr (requires { back.apply(value); }) back.apply(value);
  }

  template <class Ask>
  typename Ask::Answer in_library(const Ask& ask) {
    return twice(options_.stop, {},
                 [&](Live& engine, PathsBack&) { return engine.connection.ask(ask, options_.stop); });
  }

  /// The member names or holds files of this side.
  template <class Ask, class Member>
  typename Ask::Answer in_library(const Ask& ask, Member Ask::*member) {
    return twice(options_.stop, {}, [&](Live& engine, PathsBack& back) {
      Ask sent = ask;
      sent.*member = engine.files.send(engine.connection, ask.*member, back, options_.stop);
      auto answer = engine.connection.ask(sent, options_.stop);
      translate(back, answer);
      return answer;
    });
  }

  static GenerationRequest& request_in(AskMake& ask) { return ask.run.request; }
  template <class Ask>
  static GenerationRequest& request_in(Ask& ask) {
    return ask.request;
  }

  template <class Ask>
  typename Ask::Answer in_run(Ask ask, const std::stop_token& stop, const EventSink& sink) {
    const GenerationRequest request = request_in(ask);
    return twice(stop, sink, [&](Live& engine, PathsBack& back) {
      const EventSink translating = [&](const Event& event) {
        if (!sink) return;
        Event told = event;
        back.apply(told);
        sink(told);
      };
      request_in(ask) = engine.files.send(engine.connection, request, back, stop);
      auto answer = engine.connection.ask(ask, stop, Connection::OnStop::Tell, translating);
      translate(back, answer);
      return answer;
    });
  }

  /// Of an engine that had begun, unlike one that could not be started.
  struct LostAtWork {
    Lost lost;
  };

  /// Does it once more where the engine is lost over it. Throws EngineUnavailable after the second loss.
  template <class Work>
  auto twice(const std::stop_token& stop, const EventSink& sink, const Work& work)
      -> std::invoke_result_t<Work, Live&, PathsBack&> {
    for (bool again = false;; again = true) {
      try {
        return once(stop, work);
      } catch (const Lost& lost) {
        throw unavailable(lost);
      } catch (const LostAtWork& problem) {
        if (stop.stop_requested()) throw Interrupted{};
        if (again || closed_.stop_requested()) {
          throw unavailable({concat(problem.lost.reason, again ? ", for the second time" : ""), problem.lost.hint});
        }
        if (sink) sink(Warning{concat("The engine \"", name_, "\" ", problem.lost.reason, "; the run begins anew.")});
      }
    }
  }

  template <class Work>
  auto once(const std::stop_token& stop, const Work& work) -> std::invoke_result_t<Work, Live&, PathsBack&> {
    const std::shared_ptr<Live> engine = live(stop);
    PathsBack back;
    try {
      return work(*engine, back);
    } catch (const Lost& lost) {
      throw LostAtWork{lost};
    } catch (const Error& problem) {
      throw_error(back.applied(problem));  // sentences about this side's files name them as they were given
    }
  }

  /// Endings as values.
  template <class Work>
  Outcome ended(const GenerationRequest& request, const std::stop_token& stop, const Work& work) {
    RunReport report;
    report.request = request;
    try {
      require_valid(request);
      Outcome outcome = work();
      if (auto& picture = report_of(outcome).picture) picture->made.engine = name_;
      return outcome;
    } catch (const EngineUnavailable&) {
      if (stop.stop_requested()) return Cancelled{std::move(report)};
      return outcome_of(std::current_exception(), std::move(report));
    } catch (...) {
      return outcome_of(std::current_exception(), std::move(report));
    }
  }

  std::shared_ptr<Live> current() {
    const std::lock_guard lock(state_mutex_);
    return current_;
  }

  /// The next question finds none.
  void retire(const std::string& reason) {
    std::shared_ptr<Live> engine;
    {
      const std::lock_guard lock(state_mutex_);
      engine = std::exchange(current_, nullptr);
    }
    if (engine) engine->connection.retire(reason);
  }

  /// The engine, started where it is not. Throws Lost, or Interrupted after a stop.
  std::shared_ptr<Live> live(const std::stop_token& stop) {
    std::shared_ptr<Live> engine;
    {
      const std::lock_guard lock(start_mutex_);
      engine = current();
      if (!engine || engine->connection.is_lost()) {
        if (closed_.stop_requested()) throw Lost{"is closed", {}};
        require_few_crashes();
        tell(EngineState::Starting, {});
        engine = started();
        const std::lock_guard state(state_mutex_);
        if (closed_.stop_requested()) throw Lost{"is closed", {}};
        current_ = engine;
      }
    }
    engine->connection.wait_until_ready(stop);
    return engine;
  }

  std::shared_ptr<Live> started() {
    ConnectionOptions options;
    options.words = words_;
    options.process.goes_first = options_.goes_first;
    options.first_word = options_.first_word;
    options.silence = options_.silence;
    options.frame_patience = options_.frame_patience;
    options.on_line = options_.on_line;
    options.on_ready = [this] { tell(EngineState::Ready, {}); };
    options.on_lost = [this](const Lost& lost) { note_loss(lost); };
    try {
      return std::make_shared<Live>(std::move(options));
    } catch (const Lost& lost) {
      note_loss(lost);
      throw;
    }
  }

  void require_few_crashes() {
    const std::lock_guard lock(state_mutex_);
    if (options_.most_crashes <= 0) return;
    const auto is_old = [&](Clock::time_point time) { return Clock::now() - time > options_.crash_window; };
    while (!crashes_.empty() && is_old(crashes_.front())) crashes_.pop_front();
    if (static_cast<int>(crashes_.size()) < options_.most_crashes) return;
    throw Lost{concat("was lost ", crashes_.size(), " times in short succession, the last time because it ", last_loss_,
                      ", and is not started again until that is asked for"),
               {}};
  }

  void note_loss(const Lost& lost) {
    if (closed_.stop_requested()) return;
    {
      const std::lock_guard lock(state_mutex_);
      crashes_.push_back(Clock::now());
      last_loss_ = lost.reason;
    }
    tell(EngineState::Lost, unavailable(lost).sentence());
  }

  void tell(EngineState state, const std::string& sentence) {
    const std::lock_guard lock(tell_mutex_);
    if (options_.on_state) options_.on_state(state, sentence);
  }

  const PipedEngineOptions options_;
  const std::string name_;
  const std::vector<std::string> words_;
  std::stop_source closed_;

  std::mutex start_mutex_;  ///< one start at a time
  std::mutex tell_mutex_;
  std::mutex state_mutex_;  ///< of what follows
  std::shared_ptr<Live> current_;
  std::deque<Clock::time_point> crashes_;
  std::string last_loss_;
};

}  // namespace

std::unique_ptr<PipedEngine> make_piped_engine(const PipedEngineOptions& options) {
  return std::make_unique<PipedEngineProcess>(options);
}

std::string default_worker_command(const std::optional<std::filesystem::path>& profile) {
  std::vector<std::string> words{program_beside("tstitch").string(), "worker"};
  if (profile) words.insert(words.end(), {"--profile", absolute_path(*profile).string()});
  return join_command_line(words);
}

}  // namespace tstitch
