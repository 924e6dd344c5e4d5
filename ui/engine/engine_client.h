#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QString>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/engine/engine.h"
#include "core/system/call_threads.h"
#include "ui/widgets/call_inbox.h"

namespace tstitch::ui {

/// What a question came to: its value, or the sentence that says why there is none; neither where it was given up.
template <class T>
struct Reply {
  std::optional<T> value;
  std::string problem;
};

/// How an engine stands. An engine of this process is ready as soon as it is made.
enum class EngineStanding { Starting, Ready, Lost };

/// Told in any thread; the sentence says why it was lost.
using StandingSink = std::function<void(EngineStanding, const std::string&)>;

/// An engine with what only one in a process of its own has. All of it may be called in any thread.
struct HeldEngine {
  std::unique_ptr<Engine> engine;
  std::function<void()> start = {};    ///< starts it where it is not running, and waits for its first word
  std::function<void()> restart = {};  ///< ends it, forgets its losses and starts it anew
  std::function<void()> close = {};    ///< whoever waits for an answer gets none
};

/// The engine as soon as it is made; any thread may wait for it.
class EngineSlot {
 public:
  void fill(HeldEngine engine);
  /// There is none, and why.
  void fail(const std::string& sentence);
  /// It is being made once more.
  void reopen();
  /// Waits. Throws EngineUnavailable where there is none.
  [[nodiscard]] HeldEngine& held();
  /// Does not wait; null where there is none.
  [[nodiscard]] HeldEngine* heldNow();

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  HeldEngine held_;
  std::optional<std::string> failure_;
};

/// The window's side of one engine: what is asked of its library is answered while its runner computes. Everything here
/// returns at once; answers come in the thread where this object lives, and only while their context does. A lost
/// engine is started again, but for one that is lost again and again.
class EngineClient : public QObject {
  Q_OBJECT

 public:
  using Factory = std::function<HeldEngine(const StandingSink& tell)>;
  /// As many losses within a minute, and it is not started again until that is asked for.
  static constexpr int kMostLosses = 3;
  static constexpr std::chrono::seconds kLossWindow{60};

  /// `command`: what starts it; empty for an engine of this process.
  explicit EngineClient(Factory makeEngine, QString command = {}, QObject* parent = nullptr);
  /// Waits for what is being answered or computed, which is to be stopped before; what was not begun is dropped.
  ~EngineClient() override;

  /// Makes the engine, in the thread that will compute. What was asked before waits for it; where it cannot be made,
  /// the reason is the answer to everything.
  void start();
  /// The same once more, whatever became of it.
  void restart();

  /// For good: whatever waits or is asked from now on is answered with a reason.
  void close();
  /// Waits as its destructor does: nothing is answered or computed any more.
  void end();

  [[nodiscard]] const QString& command() const { return command_; }
  [[nodiscard]] EngineStanding standing() const { return standing_; }
  /// Why it was lost.
  [[nodiscard]] const QString& lossSentence() const { return loss_; }
  /// It has answered once.
  [[nodiscard]] bool wasReady() const { return wasReady_; }
  /// It was lost before its first word, or again and again: only restart() helps.
  [[nodiscard]] bool isGivenUp() const;

  /// Waits for it, in any thread. Throws EngineUnavailable where there is none.
  [[nodiscard]] Engine& engine() { return *slot_.held().engine; }

  /// `question` is called with the library, `answer` with the Reply of what it returned.
  template <class Question, class Answer>
  void ask(QObject* context, Question question, Answer answer) {
    library_.post(taskOf(context, std::move(question), std::move(answer)).call);
  }

  /// The same where only the newest question of a context matters: one that comes before an older one is answered takes
  /// its place.
  template <class Question, class Answer>
  void askNewest(QObject* context, Question question, Answer answer) {
    takeTurn(context, [this, context, question = std::move(question), answer = std::move(answer)] {
      return taskOf(context, question, answer);
    });
  }

  /// `work` is called with the engine in the one thread that computes, in the order of asking.
  template <class Work, class Answer>
  void compute(QObject* context, Work work, Answer answer) {
    lane_.post(taskOf(context, std::move(work), std::move(answer)).call);
  }

  /// Takes events in any thread and has them told here, in order, before the answer that follows them.
  [[nodiscard]] EventSink sink(QObject* context, std::function<void(const Event&)> tell);

 Q_SIGNALS:
  /// Its standing, or whether it is given up, has changed.
  void standingChanged();
  /// It is ready again after it was lost or started anew.
  void restarted();

 private:
  struct Task {
    quint64 number;
    std::function<void()> call;
  };
  struct Expected {
    QPointer<QObject> context;
    std::function<void(const void*)> answer;
  };
  struct Turn {
    quint64 number;              ///< of the task that is under way
    std::function<Task()> next;  ///< what has taken its place, if anything
  };

  template <class Question, class Answer>
  Task taskOf(QObject* context, Question question, Answer answer) {
    using Value = std::decay_t<std::invoke_result_t<Question&, Engine&>>;
    const quint64 number = expect(
        context, [answer = std::move(answer)](const void* reply) { answer(*static_cast<const Reply<Value>*>(reply)); });
    return {number, [this, number, question = std::move(question)] {
              auto reply = std::make_shared<Reply<Value>>();
              reply->problem = problemOf([&] { reply->value.emplace(question(engine())); });
              inbox_.post([this, number, reply] { settle(number, reply.get()); });
            }};
  }

  /// The sentence of what the call threw; empty where it threw nothing or was interrupted.
  static std::string problemOf(const std::function<void()>& call);
  quint64 expect(QObject* context, std::function<void(const void*)> answer);
  void makeEngine();
  void takeStanding(EngineStanding standing, const std::string& sentence);
  /// Starts a lost engine again, and gives it up where that is refused without a word of its standing.
  void startAgain();
  void takeTurn(QObject* context, std::function<Task()> begin);
  void settle(quint64 number, const void* reply);

  Factory makeEngine_;
  QString command_;
  EngineStanding standing_ = EngineStanding::Starting;
  QString loss_;
  bool wasReady_ = false;
  bool closed_ = false;
  bool refused_ = false;       ///< it was not started again
  int starts_ = 0;             ///< that are under way
  std::deque<qint64> losses_;  ///< their times on the clock, within the window
  QElapsedTimer clock_;
  CallInbox inbox_;
  EngineSlot slot_;
  std::map<quint64, Expected> expected_;
  std::map<QObject*, Turn> turns_;
  quint64 lastNumber_ = 0;
  CallThreads library_;
  CallThreads lane_;
};

}  // namespace tstitch::ui
