#include "ui/store/store.h"

#include <future>
#include <utility>

namespace tstitch::ui {

const Schema& Store::studioSchema() {
  static const Schema schema{{
      // `hidden`: 0, or by which removal a picture was taken out of the history while its file stayed.
      QStringLiteral(
          "CREATE TABLE pictures (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, made_at INTEGER NOT NULL,"
          " subject TEXT NOT NULL, pair TEXT NOT NULL, percent INTEGER, seed INTEGER NOT NULL,"
          " seconds REAL, starred INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,"
          " asked BLOB, words TEXT NOT NULL)"),
      QStringLiteral("CREATE INDEX pictures_by_time ON pictures (hidden, made_at DESC, id DESC)"),
      QStringLiteral("CREATE INDEX pictures_by_asked ON pictures (asked) WHERE asked IS NOT NULL"),
      QStringLiteral("CREATE TABLE picture_requests (picture INTEGER PRIMARY KEY REFERENCES pictures (id),"
                     " json TEXT NOT NULL)"),
      // What is to be done yet, whenever the program ended: `rebuild` until the pictures that lay there were all read.
      QStringLiteral("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)"),
      QStringLiteral("INSERT INTO facts VALUES ('rebuild', 'wanted')"),
      QStringLiteral("CREATE TABLE jobs (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, state TEXT NOT NULL,"
                     " problem TEXT NOT NULL DEFAULT '', done INTEGER NOT NULL DEFAULT 0, added_at INTEGER NOT NULL,"
                     " json TEXT NOT NULL)"),
  }};
  return schema;
}

Store::Store(const QString& file, const Schema& schema) : thread_(1) {
  thread_.post([this, file, schema] {
    database_ = std::make_unique<Database>(file, schema);
    const QString problem = database_->problem();
    if (!problem.isEmpty()) inbox_.post([this, problem] { say(problem); });
  });
}

Store::~Store() {
  std::promise<void> closed;
  thread_.post([&] {
    database_.reset();
    closed.set_value();
  });
  closed.get_future().wait();
}

void Store::tell(std::function<void(Database&)> work) {
  thread_.post([this, work = std::move(work)] {
    const QString problem = problemOf([&] { work(*database_); });
    if (!problem.isEmpty()) inbox_.post([this, problem] { say(problem); });
  });
}

void Store::setProblemSink(std::function<void(const QString&)> sink) {
  sink_ = std::move(sink);
  if (sink_ && !unsaid_.isEmpty()) sink_(std::exchange(unsaid_, QString()));
}

void Store::say(const QString& problem) {
  sink_ ? sink_(problem) : static_cast<void>(unsaid_ = problem);
}

QString Store::problemOf(const std::function<void()>& call) {
  try {
    call();
    return {};
  } catch (const StoreProblem& problem) {
    return problem.sentence();
  } catch (const std::exception& problem) {
    return QString::fromUtf8(problem.what());
  }
}

}  // namespace tstitch::ui
