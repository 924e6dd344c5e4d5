#include <QAbstractItemModelTester>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/base/error.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "ui/queue/job_queue.h"
#include "ui/queue/order_json.h"
#include "ui/queue/queue_panel.h"
#include "ui/widgets/notice_bar.h"

using namespace tstitch;
using ui::JobQueue;
using ui::JobState;
using ui::QueueModel;
using ui::RunId;
using ui::RunOrder;
using ui::Store;

namespace {

Job job(const std::string& prompt, std::uint64_t seed) {
  Job job;
  job.request = test::fakePair().defaults;
  job.request.prompt = prompt;
  job.request.seed = seed;
  job.output.path = "/pictures/";
  return job;
}

}  // namespace

class QueueTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    open();
  }
  void cleanup() {
    queue_.reset();
    store_.reset();
  }

  void anOrderComesBackAsItWas_data() {
    QTest::addColumn<bool>("grid");
    QTest::newRow("pictures") << false;
    QTest::newRow("grid") << true;
  }
  void anOrderComesBackAsItWas() {
    QFETCH(bool, grid);
    Job asked = job("a \"fox\", \xC3\xBC", std::numeric_limits<std::uint64_t>::max());
    asked.count = 3;
    asked.classes = {1, 2, 3};
    asked.settings = {DeviceKind::Cuda, 1, Precision::Bf16, 3, std::int64_t{1} << 40U, "fp16"};
    asked.preview = {PreviewKind::Tiny, 4};
    asked.output.metadata = false;
    asked.expected = Made{"cpu", "fp32", 2, "tstitch", "noise", "noise", {{"small", 0.5}}};
    RunOrder order{asked, 10, 25, {}, {}};
    order.second = {4, 12};
    if (grid)
      order = {GridJob{asked, {{"ratio", {"0%", "40%"}}, {"seed", {"1", "2"}}}},
               0,
               25,
               {},
               {{0, 25}, {10, 25, "same", {3, 8}}}};
    const RunOrder read = ui::orderFromJson(ui::orderJson(order));
    const Job& there = read.pictures();
    QVERIFY(there.request == asked.request);
    QCOMPARE(there.request.denoisers.at(0).model.location, asked.request.denoisers.at(0).model.location);
    QCOMPARE(there.count, 3);
    QVERIFY(there.classes == asked.classes);
    QVERIFY(there.settings.device == DeviceKind::Cuda && there.settings.device_index == 1);
    QVERIFY(there.settings.precision == Precision::Bf16 && there.settings.threads == 3);
    QCOMPARE(there.settings.memory_limit, asked.settings.memory_limit);
    QCOMPARE(there.settings.variant, asked.settings.variant);
    QVERIFY(there.preview.kind == PreviewKind::Tiny && there.preview.every == 4);
    QVERIFY(there.output.path == asked.output.path && !there.output.metadata);
    QVERIFY(there.expected == asked.expected);
    QVERIFY(read.small == order.small && read.evaluations == 25 && read.cells.size() == order.cells.size());
    QVERIFY(read.second == order.second);
    QCOMPARE(read.isGrid(), grid);
    if (!grid) return;
    QVERIFY(read.grid().axes == order.grid().axes);
    QCOMPARE(read.cells.at(1).small, 10);
    QCOMPARE(read.cells.at(1).note, std::string("same"));
    QCOMPARE(read.cells.at(1).second, (ui::PassCounts{3, 8}));
  }

  void whatIsNoOrderIsRefused_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "[]", "{}", "{\"version\":2}", "{\"version\":1,\"request\":3}"}) {
      QTest::newRow(text) << QString::fromLatin1(text);
    }
  }
  void whatIsNoOrderIsRefused() {
    QFETCH(QString, text);
    QVERIFY_THROWS_EXCEPTION(BadInput, ui::orderFromJson(text));
  }

  void theRestOfAJobIsWhatIsNotMade() {
    Job asked = job("fox", 5);
    asked.count = 3;
    asked.classes = {1, 2, 3};
    const Job rest = ui::restOf({asked}, 2).pictures();
    QCOMPARE(rest.count, 1);
    QCOMPARE(rest.request.seed, std::uint64_t{7});
    QVERIFY(rest.classes == std::vector<int>{3});
  }

  void nothingIsShownBeforeItIsWritten() {
    const QueueModel model(*queue_);
    queue_->add({job("3d fox", 7)});
    QCOMPARE(queue_->ready().size(), std::size_t{1});
    QCOMPARE(model.rowCount(), 0);
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(text(model, 0), QStringLiteral("1: pending, \"3d fox\", 40 %, seed 7"));
  }

  void everyStateHasItsWords() {
    QueueModel model(*queue_);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const RunId first = add("a", 1), second = add("b", 2), third = add("c", 3);
    Job batch = job("d", 4);
    batch.count = 5;
    queue_->add({batch});
    queue_->add({GridJob{job("e", 5), {{"ratio", {"0%", "40%"}}, {"seed", {"1", "2"}}}}});
    QTRY_COMPARE(model.rowCount(), 5);
    queue_->setRunning(first);
    queue_->setProgress(first, 3, 25);
    queue_->fail(second, QStringLiteral("There is no memory left."));
    queue_->interrupt(third);
    QCOMPARE(text(model, 0), QStringLiteral("1: running 3/25, \"a\", 40 %, seed 1"));
    QCOMPARE(text(model, 1), QStringLiteral("2: failed: There is no memory left., \"b\", 40 %, seed 2"));
    QCOMPARE(text(model, 2), QStringLiteral("3: interrupted, \"c\", 40 %, seed 3"));
    QCOMPARE(text(model, 3), QStringLiteral("4: pending, \"d\", 40 %, seed 4, 5 pictures"));
    QCOMPARE(text(model, 4), QStringLiteral("5: pending, \"e\", grid of 4 pictures, seed 5"));
    queue_->finish(first);
    QCOMPARE(text(model, 0), QStringLiteral("1: failed: There is no memory left., \"b\", 40 %, seed 2"));
  }

  void theOrderIsTheUsersAlsoAfterARestart() {
    const RunId a = add("a", 1), b = add("b", 2), c = add("c", 3);
    queue_->moveUp(c);
    QCOMPARE(seeds(), (QList<int>{1, 3, 2}));
    queue_->moveDown(a);
    QCOMPARE(seeds(), (QList<int>{3, 1, 2}));
    queue_->toFront(b);
    QCOMPARE(seeds(), (QList<int>{2, 3, 1}));
    queue_->remove(c);
    add("d", 4);
    reopen();
    QCOMPARE(seeds(), (QList<int>{2, 1, 4}));
  }

  void whatRanIsPendingAndTheQueuePausedAfterARestart() {
    const RunId a = add("a", 1), b = add("b", 2), c = add("c", 3);
    queue_->setRunning(a);
    queue_->fail(b, QStringLiteral("why"));
    queue_->interrupt(c);
    reopen();
    QVERIFY(queue_->isPaused());
    QCOMPARE(queue_->jobs().size(), std::size_t{3});
    QVERIFY(queue_->jobs()[0].state == JobState::Pending);
    QVERIFY(queue_->jobs()[1].state == JobState::Failed);
    QCOMPARE(queue_->jobs()[1].problem, QStringLiteral("why"));
    QVERIFY(queue_->jobs()[2].state == JobState::Interrupted);
    QVERIFY(queue_->ready().empty());
    queue_->setPaused(false);
    QCOMPARE(queue_->ready().size(), std::size_t{1});
  }

  void itIsNotPausedWhereNothingWaits() {
    const RunId a = add("a", 1);
    queue_->interrupt(a);
    reopen();
    QVERIFY(!queue_->isPaused());
    queue_->removeEnded();
    reopen();
    QVERIFY(queue_->jobs().empty());
  }

  void aClosedQueueStandsAsItWas() {
    const RunId a = add("a", 1);
    queue_->setRunning(a);
    queue_->close();
    queue_->interrupt(a);  // the program's end stops it
    reopen();
    QVERIFY(queue_->jobs().at(0).state == JobState::Pending);
  }

  void aRowThatCannotBeReadIsSaidAndLeftOut() {
    add("a", 1);
    QString told;
    store_->tell([](ui::Database& database) {
      database.run(
          QStringLiteral("INSERT INTO jobs (id, place, state, added_at, json) VALUES (1, 0, 'pending', 1, '')"));
    });
    cleanup();
    store_ = std::make_unique<Store>(file());
    store_->setProblemSink([&](const QString& sentence) { told = sentence; });
    load();
    QCOMPARE(seeds(), QList<int>{1});
    QTRY_VERIFY2(told.contains(QStringLiteral("queue")), qPrintable(told));
  }

  void thePanelActsOnTheSelectedJob() {
    ui::QueuePanel panel(*queue_);
    add("a", 1);
    add("b", 2);
    auto* list = panel.findChild<QListView*>();
    QTRY_COMPARE(list->model()->rowCount(), 2);
    QVERIFY(!button(panel, "Move up")->isEnabled());
    list->setCurrentIndex(list->model()->index(1, 0));
    button(panel, "Move up")->click();
    QCOMPARE(seeds(), (QList<int>{2, 1}));
    QCOMPARE(list->currentIndex().row(), 0);  // it stays the selected one
    QVERIFY(!button(panel, "Retry job")->isEnabled());
    queue_->fail(queue_->jobs()[0].id, QStringLiteral("why"));
    button(panel, "Retry job")->click();
    QVERIFY(queue_->jobs()[0].state == JobState::Pending);
    button(panel, "Pause queue")->click();
    QVERIFY(queue_->isPaused());
    button(panel, "Remove job")->click();
    QCOMPARE(seeds(), QList<int>{1});
  }

  void aPausedQueueOffersToGoOn() {
    ui::NoticeBar notice;
    ui::tellPausedQueue(*queue_, notice);
    queue_->setPaused(true);
    QVERIFY(notice.sentences().isEmpty());
    queue_->add({job("a", 1)});
    QCOMPARE(notice.sentences(), QStringList{QStringLiteral("The queue is paused, one job waits.")});
    button(notice, "Go on")->click();
    QVERIFY(!queue_->isPaused());
    QVERIFY(notice.sentences().isEmpty());
  }

 private:
  [[nodiscard]] QString file() const { return folder_->filePath(QStringLiteral("studio.db")); }

  void open() {
    store_ = std::make_unique<Store>(file());
    load();
  }
  void load() {
    queue_ = std::make_unique<JobQueue>(*store_);
    QSignalSpy loaded(queue_.get(), &JobQueue::loaded);
    queue_->load();
    QVERIFY(loaded.wait());
  }
  void reopen() {
    cleanup();
    open();
  }

  RunId add(const std::string& prompt, std::uint64_t seed) {
    ui::RunOrder order;
    order.job = job(prompt, seed);
    return queue_->add(order);
  }

  [[nodiscard]] QList<int> seeds() const {
    QList<int> seeds;
    for (const ui::QueuedJob& one : queue_->jobs()) seeds << static_cast<int>(one.order->pictures().request.seed);
    return seeds;
  }

  static QString text(const QueueModel& model, int row) {
    return model.index(row).data(Qt::AccessibleTextRole).toString();
  }

  static QPushButton* button(const QWidget& widget, const char* text) {
    for (QPushButton* button : widget.findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String(text)) return button;
    }
    return nullptr;
  }

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<JobQueue> queue_;
};

TSTITCH_UI_TEST(QueueTest)

#include "queue_test.moc"
