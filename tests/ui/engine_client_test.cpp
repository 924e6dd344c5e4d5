#include "ui/engine/engine_client.h"

#include <QThread>
#include <future>

#include "tests/ui/held_fake.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using test::FakeScript;
using ui::EngineClient;
using ui::Reply;

class EngineClientTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    script_ = std::make_shared<FakeScript>();
    client_ = std::make_unique<EngineClient>([this](const ui::StandingSink& tell) {
      engineThread_ = QThread::currentThreadId();
      return test::factoryOf(script_)(tell);
    });
  }
  void cleanup() { client_.reset(); }

  void theEngineIsMadeWhereItComputesAndAnswersComeHere() {
    Qt::HANDLE computing = nullptr, answering = nullptr;
    client_->start();
    client_->compute(
        this, [](Engine&) { return QThread::currentThreadId(); },
        [&](const Reply<Qt::HANDLE>& reply) {
          computing = reply.value.value_or(nullptr);
          answering = QThread::currentThreadId();
        });
    QTRY_VERIFY(answering != nullptr);
    QVERIFY(computing == engineThread_ && computing != answering);
    QVERIFY(answering == QThread::currentThreadId());
  }

  void whatWasAskedBeforeTheStartIsAnsweredAfterIt() {
    std::size_t pairs = 0;
    client_->ask(
        this, [](Library& library) { return library.pairs(); },
        [&](const Reply<std::vector<PairEntry>>& reply) { pairs = reply.value->size(); });
    QTest::qWait(20);
    QCOMPARE(pairs, std::size_t{0});
    client_->start();
    QTRY_COMPARE(pairs, std::size_t{1});
  }

  void theLibraryAnswersWhileTheLaneComputes() {
    std::promise<void> mayEnd;
    client_->start();
    client_->compute(
        this,
        [end = mayEnd.get_future().share()](Engine&) {
          end.wait();
          return 0;
        },
        [](const Reply<int>&) {});
    std::string name;
    client_->ask(
        this, [](Library& library) { return library.inspect("/models/one"); },
        [&](const Reply<ModelFacts>& reply) { name = reply.value->name; });
    QTRY_COMPARE(name, std::string("one"));
    mayEnd.set_value();
  }

  void aQuestionThatCannotBeAnsweredSaysWhy() {
    std::string problem;
    client_->start();
    client_->ask(
        this, [](Library& library) { return library.inspect("/missing"); },
        [&](const Reply<ModelFacts>& reply) { problem = reply.problem; });
    QTRY_VERIFY(QString::fromStdString(problem).contains(QStringLiteral("There is no such folder")));
  }

  void nobodyIsAnsweredWhoIsGone() {
    bool answered = false, last = false;
    auto gone = std::make_unique<QObject>();
    client_->ask(
        gone.get(), [](Library&) { return 1; }, [&](const Reply<int>&) { answered = true; });
    gone.reset();
    client_->start();
    client_->ask(
        this, [](Library&) { return 1; }, [&](const Reply<int>&) { last = true; });
    QTRY_VERIFY(last);
    QTest::qWait(10);
    QVERIFY(!answered);
  }

  void theNewestQuestionWins() {
    std::vector<int> answers;
    for (int steps = 1; steps <= 50; ++steps) {
      GenerationRequest request = test::fakePair().defaults;
      request.steps = steps;
      client_->askNewest(
          this, [request](Library& library) { return library.plan(request, {}).request.steps; },
          [&](const Reply<int>& reply) { answers.push_back(reply.value.value_or(0)); });
    }
    client_->start();
    QTRY_VERIFY(!answers.empty());
    QCOMPARE(answers, std::vector<int>{50});
    QCOMPARE(script_->planned.load(), 2);
  }

  /// Two widgets do not take each other's turn.
  void everyAskerHasItsOwnNewest() {
    QObject one, other;
    std::vector<int> answers;
    const auto note = [&](const Reply<int>& reply) { answers.push_back(reply.value.value_or(0)); };
    client_->askNewest(
        &one, [](Library&) { return 1; }, note);
    client_->askNewest(
        &other, [](Library&) { return 2; }, note);
    client_->start();
    QTRY_COMPARE(answers.size(), std::size_t{2});
  }

  void anEngineThatDoesNotStartIsTheAnswerToEverything() {
    EngineClient failing([](const ui::StandingSink&) -> ui::HeldEngine { throw BadInput("The models are missing."); });
    std::vector<std::string> problems;
    failing.ask(
        this, [](Library& library) { return library.pairs(); },
        [&](const Reply<std::vector<PairEntry>>& reply) { problems.push_back(reply.problem); });
    failing.start();
    failing.compute(
        this, [](Engine&) { return 0; }, [&](const Reply<int>& reply) { problems.push_back(reply.problem); });
    QTRY_COMPARE(problems, (std::vector<std::string>{"The models are missing.", "The models are missing."}));
  }

  /// An engine that counts its losses itself may refuse where the window's own count does not give it up yet.
  void anEngineThatRefusesToStartAgainIsGivenUp() {
    ui::StandingSink tell;
    bool refuses = false;
    EngineClient client([&](const ui::StandingSink& sink) {
      tell = sink;
      const auto start = [&] {
        if (refuses) throw EngineUnavailable("It was lost too often.");
        tell(ui::EngineStanding::Ready, {});
      };
      return ui::HeldEngine{
          std::make_unique<test::FakeEngine>(script_), start, [&] { tell(ui::EngineStanding::Ready, {}); }, {}};
    });
    client.start();
    QTRY_COMPARE(client.standing(), ui::EngineStanding::Ready);
    refuses = true;
    tell(ui::EngineStanding::Lost, "It was lost.");
    QTRY_VERIFY(client.isGivenUp());
    QCOMPARE(client.lossSentence(), QStringLiteral("It was lost too often."));
    client.restart();
    QTRY_COMPARE(client.standing(), ui::EngineStanding::Ready);
    QVERIFY(!client.isGivenUp());
  }

  void itEndsWithoutAStart() {
    client_->ask(
        this, [](Library& library) { return library.pairs(); }, [](const Reply<std::vector<PairEntry>>&) {});
  }

 private:
  std::shared_ptr<FakeScript> script_;
  std::unique_ptr<EngineClient> client_;
  Qt::HANDLE engineThread_ = nullptr;
};

TSTITCH_UI_TEST(EngineClientTest)

#include "engine_client_test.moc"
