#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/system/call_threads.h"
#include "ui/store/database.h"
#include "ui/widgets/call_inbox.h"

namespace tstitch::ui {

/// What work on the store came to: its value, or the sentence why there is none.
template <class Value>
struct Stored {
  std::optional<Value> value;
  QString problem;
};

/// What the window remembers beside its settings: one database, one thread that alone touches it. Work is done in the
/// order in which it was asked for; answers come in the thread where this object lives, and only while their context
/// does. What was asked for before the end is done before it.
class Store {
 public:
  explicit Store(const QString& file, const Schema& schema = studioSchema());
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// `work` is called with the Database&; `done` with the Stored of what it returned.
  template <class Work, class Done>
  void ask(QObject* context, Work work, Done done) {
    using Value = std::decay_t<std::invoke_result_t<Work&, Database&>>;
    const QPointer<QObject> alive(context);
    thread_.post([this, alive, work = std::move(work), done = std::move(done)]() mutable {
      auto reply = std::make_shared<Stored<Value>>();
      reply->problem = problemOf([&] { reply->value.emplace(work(*database_)); });
      inbox_.post([alive, done = std::move(done), reply] {
        if (alive) done(*reply);
      });
    });
  }

  /// Work whose end nobody waits for; what goes wrong is told as problem().
  void tell(std::function<void(Database&)> work);

  /// Called with a sentence for the user: of the file at the start, and of what could not be written.
  void setProblemSink(std::function<void(const QString&)> sink);

  /// The tables of history and queue.
  static const Schema& studioSchema();

 private:
  static QString problemOf(const std::function<void()>& call);
  void say(const QString& problem);

  std::function<void(const QString&)> sink_;
  QString unsaid_;
  CallInbox inbox_;
  std::unique_ptr<Database> database_;  ///< touched by the thread alone
  CallThreads thread_;
};

}  // namespace tstitch::ui
