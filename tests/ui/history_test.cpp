#include "ui/history/history.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QFile>
#include <QListView>
#include <QMimeData>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUrl>
#include <ctime>

#include "core/jobs/grid_files.h"
#include "core/jobs/picture_saver.h"
#include "tests/ui/event_clock.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/qt_test.h"
#include "ui/history/history_model.h"
#include "ui/history/history_panel.h"
#include "ui/history/thumbnails.h"

using namespace tstitch;
using ui::History;
using ui::HistoryEntry;
using ui::HistoryFound;
using ui::HistoryModel;
using ui::HistoryQuery;
using ui::Store;
using ui::Thumbnails;

namespace {

GenerationRequest request(const std::string& prompt, std::uint64_t seed, int percent = 40) {
  GenerationRequest request = test::fakePair().defaults;
  request.prompt = prompt;
  request.seed = seed;
  request.split = RatioSplit{{Percent{percent}}, SplitRule::Floor};
  return request;
}

Made made() {
  Made made;
  made.seconds = {{"small", 0.6}, {"large", 1.5}};
  return made;
}

HistoryQuery searching(const QString& text) {
  HistoryQuery query;
  query.text = text;
  return query;
}

constexpr int kMany = 20'000;

/// Rows as they would be after as many pictures, without the files.
void fill(ui::Database& database) {
  database.inTransaction([&] {
    for (int i = 0; i < kMany; ++i) {
      const QString prompt =
          i % 100 == 0 ? QStringLiteral("3d owl on a branch") : QStringLiteral("3d fox number %1").arg(i);
      database.run(QStringLiteral("INSERT INTO pictures (path, made_at, subject, pair, percent, seed, seconds, words)"
                                  " VALUES (?, ?, ?, 'large + small', 40, ?, 2.1, ?)"),
                   {QStringLiteral("/pictures/%1.png").arg(i), i, prompt, i,
                    ui::searchable(prompt + QStringLiteral(" ").repeated(200))});
    }
  });
}

double processorSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

class HistoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    open();
  }
  void cleanup() {
    history_.reset();
    store_.reset();
  }

  void aSavedPictureHasItsRequest() {
    const QString path = save(request("3d fox", 7));
    QCOMPARE(find({}).total, 1);
    const HistoryEntry entry = rows().at(0);
    QCOMPARE(ui::spokenName(entry),
             QStringLiteral("%1: \"3d fox\", 40 %, seed 7, %2 s").arg(path, QLocale().toString(2.1, 'f', 1)));
    std::optional<PictureRequest> stored;
    history_->readRequest(entry.id, this, [&](const auto& picture) { stored = picture; });
    QTRY_VERIFY(stored.has_value());
    QVERIFY(stored->request == request("3d fox", 7));
    QVERIFY(stored->made == made());
  }

  void aPictureWithoutMetadataIsKnownByWhatWasAsked() {
    const QString path = write(request("3d fox", 7), false);
    history_->add(path, request("3d fox", 7));
    QTRY_COMPARE(rows().size(), 1);
    QCOMPARE(ui::spokenName(rows().at(0)), path + QStringLiteral(": \"3d fox\", 40 %, seed 7"));
  }

  void theLargestSeedIsTold() {
    save(request("3d fox", std::numeric_limits<std::uint64_t>::max()));
    QCOMPARE(rows().at(0).seed, std::numeric_limits<quint64>::max());
  }

  void theNewestComesFirst() {
    const QString first = save(request("3d fox", 1));
    const QString second = save(request("3d fox", 2));
    QCOMPARE(paths(), (QStringList{second, first}));
  }

  void aSearchFindsWhatItNames_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("found");
    const auto add = [](const char* text, bool found) { QTest::newRow(text) << QString::fromUtf8(text) << found; };
    add("FOX", true);
    add("blue 3d", true);
    add("Übung", true);
    add("ÜBUNG", true);
    add("blurry", true);               // the negative prompt
    add("miniature-large FOX", true);  // the pair
    add("watercolour", true);          // a LoRA
    add("-7.png", true);               // the file
    add("owl", false);
    add("fox owl", false);
    add("100%_", false);
    add("'", false);
  }
  void aSearchFindsWhatItNames() {
    QFETCH(QString, text);
    QFETCH(bool, found);
    GenerationRequest asked = request("a 3d fox, blue übung", 7);
    asked.negative_prompt = "blurry";
    asked.loras.push_back({});
    asked.loras.back().model.name = "watercolour.safetensors";
    save(asked);
    save(request("something else", 8));
    const HistoryFound all = find(searching(text));
    QCOMPARE(all.ids.size(), found ? 1 : 0);
    QCOMPARE(all.total, 2);
  }

  void filtersMustAllHold() {
    save(request("3d fox", 1, 0));
    save(request("3d fox", 2, 40));
    save(request("3d owl", 3, 40));
    HistoryQuery query = searching(QStringLiteral("fox"));
    query.percent = 40;
    QCOMPARE(find(query).ids.size(), 1);
    query.starredOnly = true;
    QCOMPARE(find(query).ids.size(), 0);
    history_->setStarred(find(searching(QStringLiteral("-2.png"))).ids.at(0), true);
    QCOMPARE(find(query).ids.size(), 1);
    query.since = QDateTime::currentMSecsSinceEpoch() + 60'000;
    QCOMPARE(find(query).ids.size(), 0);
    query = {};
    query.pair = QStringLiteral("another");
    QCOMPARE(find(query).ids.size(), 0);
  }

  void itIsThereAgainWithItsStars() {
    save(request("3d fox", 1));
    history_->setStarred(rows().at(0).id, true);
    reopen();
    QCOMPARE(rows().size(), 1);
    QVERIFY(rows().at(0).starred);
  }

  void whatWasRemovedStaysAwayUntilItIsBroughtBack() {
    const QString first = save(request("3d fox", 1));
    save(request("3d fox", 2));
    const qint64 removal = history_->remove(find(searching(QStringLiteral("-1.png"))).ids.at(0));
    QCOMPARE(find({}).total, 1);
    reopen();
    history_->start(pictures());
    adopt();
    QCOMPARE(find({}).total, 1);
    QVERIFY(QFile::exists(first));
    history_->bringBack(removal);
    QCOMPARE(find({}).total, 2);
    const qint64 all = history_->removeAll();
    QCOMPARE(find({}).total, 0);
    history_->bringBack(all);
    QCOMPARE(find({}).total, 2);
  }

  void itIsRebuiltFromTheFolderAlone() {
    QDir(pictures()).mkpath(QStringLiteral("2026-11-30"));
    write(request("3d fox", 1));
    write(request("3d owl", 2), true, QStringLiteral("2026-11-30"));
    write(request("no settings", 3), false);
    writeGrid();
    QFile(pictures() + QStringLiteral("/broken.png")).open(QIODevice::WriteOnly);
    history_->start(pictures());
    QTRY_COMPARE(find({}).total, 4);
    QStringList names;
    for (const QString& path : paths()) names << QDir(pictures()).relativeFilePath(path);
    QVERIFY(names.contains(QStringLiteral("grid-0001/ratio-0%.png")));
    QVERIFY(!names.contains(QStringLiteral("grid-0001/grid.png")));
    reopen();
    write(request("made elsewhere", 5));
    history_->start(pictures());
    QCOMPARE(find({}).total, 4);  // a store that is whole is believed
  }

  void aDamagedStoreIsRebuilt() {
    write(request("3d fox", 1));
    cleanup();
    QFile file(database());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(5000, 'x'));
    file.close();
    open();
    history_->start(pictures());
    QTRY_COMPARE(find({}).total, 1);
  }

  void anInterruptedRebuildGoesOn() {
    for (std::uint64_t seed = 1; seed <= 45; ++seed) write(request("3d fox", seed));
    history_->start(pictures());
    cleanup();  // before it came to its end
    open();
    history_->start(pictures());
    QTRY_COMPARE(find({}).total, 45);
  }

  void anEmptyPromptIsAPromptToo() {
    save(request("", 7));
    QCOMPARE(rows().at(0).subject, QString());
  }

  void picturesThatNobodyToldOfAreAdopted() {
    save(request("3d fox", 1));
    write(request("3d fox", 2));
    const QList<GenerationRequest> adopted = adopt();
    QCOMPARE(adopted.size(), 1);
    QVERIFY(adopted.at(0) == request("3d fox", 2));
    QCOMPARE(find({}).total, 2);
    QVERIFY(adopt().isEmpty());
  }

  void row36_theEqualEarlierPictureIsFoundAfterARestart() {
    const QString path = save(request("3d fox", 7));
    reopen();
    QCOMPARE(earlier(request("3d fox", 7)), path);
    QVERIFY(earlier(request("3d fox", 8)).isEmpty());
    QFile::remove(path);
    QVERIFY(earlier(request("3d fox", 7)).isEmpty());
  }

  void aPictureUnderTheNameOfADeletedOneIsAnother() {
    const QString path = save(request("3d fox", 7));
    history_->remove(rows().at(0).id);
    QFile::remove(path);
    QTest::qWait(20);  // another time of writing
    QCOMPARE(save(request("3d owl", 7)), path);
    QCOMPARE(rows().at(0).subject, QStringLiteral("3d owl"));
  }

  void theModelKeepsItsContract() {
    Thumbnails thumbnails{QString()};
    HistoryModel model(*history_, thumbnails);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) save(request("3d fox", seed));
    QTRY_COMPARE(model.rowCount(), 5);
    QTRY_VERIFY(model.index(4).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("seed 1,")));
    model.setQuery(searching(QStringLiteral("-3.png")));
    QTRY_COMPARE(model.rowCount(), 1);
    model.setQuery({});
    QTRY_COMPARE(model.rowCount(), 5);
    history_->remove(model.entry(model.index(2))->id);
    QTRY_COMPARE(model.rowCount(), 4);
    const std::unique_ptr<QMimeData> dragged(model.mimeData({model.index(0)}));
    QCOMPARE(dragged->urls().size(), 1);
    QVERIFY(QFile::exists(dragged->urls().at(0).toLocalFile()));
    history_->removeAll();
    QTRY_COMPARE(model.rowCount(), 0);
  }

  void aNewPictureLeavesTheOthersTheirRows() {
    Thumbnails thumbnails{QString()};
    HistoryModel model(*history_, thumbnails);
    save(request("3d fox", 1));
    QTRY_COMPARE(model.rowCount(), 1);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset), inserted(&model, &QAbstractItemModel::rowsInserted);
    save(request("3d fox", 2));
    QTRY_COMPARE(inserted.size(), 1);
    QVERIFY(resets.isEmpty());
  }

  /// Rows come in pages, as they are looked at.
  void twentyThousandPicturesAreReadInPages() {
    bool filled = false;
    store_->ask(
        this, [](ui::Database& database) { return fill(database), true; }, [&](const auto&) { filled = true; });
    QTRY_VERIFY_WITH_TIMEOUT(filled, 20000);
    Thumbnails thumbnails{QString()};
    HistoryModel model(*history_, thumbnails);
    QTRY_COMPARE(model.rowCount(), kMany);
    QTRY_COMPARE(model.rowsRead(), HistoryModel::kAhead);
    QVERIFY(!model.entry(model.index(15'000)).has_value());
    QVERIFY(!model.index(15'000).data(Qt::DisplayRole).isValid());
    QTRY_VERIFY(model.entry(model.index(15'000)).has_value());
    QCOMPARE(model.rowsRead(), HistoryModel::kAhead + HistoryModel::kPage);
    for (int row = 0; row < kMany; row += HistoryModel::kPage)
      static_cast<void>(model.index(row).data(Qt::DisplayRole));
    QTRY_VERIFY(model.rowsRead() > kMany / 2);
  }

  void searchingTwentyThousandCostsLittle() {
    bool filled = false;
    store_->ask(
        this, [](ui::Database& database) { return fill(database), true; }, [&](const auto&) { filled = true; });
    QTRY_VERIFY_WITH_TIMEOUT(filled, 20000);
    QCOMPARE(find(searching(QStringLiteral("owl branch"))).ids.size(), kMany / 100);
    const double before = processorSeconds();
    constexpr int kSearches = 10;
    for (int i = 0; i < kSearches; ++i) find(searching(QStringLiteral("owl branch")));
    const double each = (processorSeconds() - before) / kSearches;
    QVERIFY2(each < 0.1, qPrintable(QString::number(each)));
  }

  /// Sixty frames a second leave 16 ms for one.
  void scrollingTwentyThousandIsSmooth() {
    bool filled = false;
    store_->ask(
        this, [](ui::Database& database) { return fill(database), true; }, [&](const auto&) { filled = true; });
    QTRY_VERIFY_WITH_TIMEOUT(filled, 20000);
    Thumbnails thumbnails{QString()};
    ui::HistoryPanel panel(*history_, thumbnails);
    panel.resize(320, 900);
    panel.show();
    QTRY_COMPARE(panel.model()->rowCount(), kMany);
    auto* list = panel.findChild<QListView*>();
    QTRY_VERIFY(list->verticalScrollBar()->maximum() > kMany);
    QTRY_COMPARE(panel.model()->rowsRead(), HistoryModel::kAhead);
    test::TimedApplication::instance().startOver();
    constexpr int kFrames = 120;
    const int step = list->verticalScrollBar()->maximum() / kFrames;
    double spent = 0;
    for (int frame = 0; frame < kFrames; ++frame) {
      const double before = test::threadMilliseconds();
      list->verticalScrollBar()->setValue(frame * step);
      list->viewport()->repaint();
      spent += test::threadMilliseconds() - before;
      QCoreApplication::processEvents();
    }
    QVERIFY2(spent / kFrames < 16, qPrintable(QString::number(spent / kFrames)));
    const auto& events = test::TimedApplication::instance();
    QVERIFY2(events.longest() < test::kLongestEvent, qPrintable(events.longestName()));
  }

  void thumbnailsAreMadeOnce() {
    const QString path = save(request("3d fox", 1));
    const QString cache = folder_->filePath(QStringLiteral("thumbnails"));
    for (const int made : {1, 0}) {
      Thumbnails thumbnails(cache);
      QSignalSpy ready(&thumbnails, &Thumbnails::ready);
      QVERIFY(thumbnails.of(path).isNull());
      QVERIFY(ready.wait());
      QCOMPARE(thumbnails.of(path).width(), Thumbnails::kSide);
      QCOMPARE(thumbnails.made(), made);
    }
    Thumbnails thumbnails(cache);
    QSignalSpy ready(&thumbnails, &Thumbnails::ready);
    thumbnails.of(QStringLiteral("/nowhere.png"));
    QVERIFY(ready.wait());
    QVERIFY(thumbnails.of(QStringLiteral("/nowhere.png")).isNull());
  }

 private:
  [[nodiscard]] QString database() const { return folder_->filePath(QStringLiteral("studio.db")); }
  [[nodiscard]] QString pictures() const { return folder_->filePath(QStringLiteral("pictures")); }

  void open() {
    store_ = std::make_unique<Store>(database());
    history_ = std::make_unique<History>(*store_);
  }
  void reopen() {
    cleanup();
    open();
  }

  QString write(const GenerationRequest& asked, bool metadata = true, const QString& below = {}) const {
    MadePicture picture;
    picture.image = std::make_shared<const Image>(test::fakePicture({192, 192}, asked.seed, 1));
    picture.request = asked;
    picture.made = made();
    const QString place = pictures() + u'/' + below + QStringLiteral("/[number]-[seed].png");
    const SavedImage saved = PictureSaver({place.toStdString(), metadata}, 1).save(picture);
    return QDir::cleanPath(QString::fromStdString(saved.file.string()));
  }

  QString save(const GenerationRequest& asked) {
    const QString path = write(asked);
    history_->add(path, asked);
    static_cast<void>(find({}));  // has been written by now
    return path;
  }

  /// Two saved cells, one that failed, and the sheet.
  void writeGrid() const {
    const QString grid = pictures() + QStringLiteral("/grid-0001");
    const QString cell = write(request("cell", 1, 0), true, QStringLiteral("grid-0001"));
    QVERIFY(QFile::rename(cell, grid + QStringLiteral("/ratio-0%.png")));
    QVERIFY(QFile::copy(grid + QStringLiteral("/ratio-0%.png"), grid + QStringLiteral("/ratio-40%.png")));
    QVERIFY(QFile::copy(grid + QStringLiteral("/ratio-0%.png"), grid + QStringLiteral("/grid.png")));
    GridRecord record;
    record.axes = {{"ratio", {"0%", "40%", "80%"}}};
    record.cells = {{{"0%"}, CellState::Saved, "ratio-0%.png", 1, {}},
                    {{"40%"}, CellState::Saved, "ratio-40%.png", 1, {}},
                    {{"80%"}, CellState::Failed, {}, 0, "why"}};
    record.composite = "grid.png";
    write_grid_record(grid.toStdString(), record);
  }

  HistoryFound find(const HistoryQuery& query) {
    std::optional<HistoryFound> found;
    history_->find(query, this, [&](const HistoryFound& all) { found = all; });
    if (!QTest::qWaitFor([&] { return found.has_value(); }, 20000)) QTest::qFail("no answer", __FILE__, __LINE__);
    return found.value_or(HistoryFound());
  }

  QList<HistoryEntry> rows() {
    const QList<qint64> ids = find({}).ids;
    std::optional<QList<HistoryEntry>> read;
    history_->read(ids, this, [&](const QList<HistoryEntry>& entries) { read = entries; });
    static_cast<void>(QTest::qWaitFor([&] { return read.has_value(); }, 20000));
    QList<HistoryEntry> sorted;
    for (const qint64 id : ids) {
      for (const HistoryEntry& entry : *read) {
        if (entry.id == id) sorted << entry;
      }
    }
    return sorted;
  }

  QStringList paths() {
    QStringList all;
    for (const HistoryEntry& entry : rows()) all << entry.path;
    return all;
  }

  QString earlier(const GenerationRequest& asked) {
    std::optional<QString> found;
    history_->findEarlier(asked, this, [&](const QString& path) { found = path; });
    static_cast<void>(QTest::qWaitFor([&] { return found.has_value(); }, 20000));
    return found.value_or(QStringLiteral("no answer"));
  }

  QList<GenerationRequest> adopt() {
    std::optional<QList<GenerationRequest>> adopted;
    history_->adoptNewer(pictures(), 0, this, [&](const QList<GenerationRequest>& all) { adopted = all; });
    static_cast<void>(QTest::qWaitFor([&] { return adopted.has_value(); }, 20000));
    return adopted.value_or(QList<GenerationRequest>());
  }

  std::unique_ptr<QTemporaryDir> folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<History> history_;
};

TSTITCH_UI_TEST(HistoryTest)

#include "history_test.moc"
