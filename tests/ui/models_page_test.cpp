#include "ui/models/models_page.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "core/base/error.h"
#include "core/base/stop.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/models/own_pairs.h"
#include "ui/models/shelf_delegate.h"
#include "ui/models/shelf_model.h"
#include "ui/widgets/row_list.h"

using namespace tstitch;
using test::FakeScript;
using test::Studio;
using ui::DownloadProgress;
using ui::ShelfKind;
using ui::ShelfRow;

namespace {

FoundModel model(const std::string& name, const std::string& place, const std::string& space = "sd",
                 ModelRole role = ModelRole::Pipeline, const std::string& program = "ComfyUI") {
  FoundModel found;
  found.name = name;
  found.place = place;
  found.program = program;
  found.looked_at = true;
  found.role = role;
  found.family = role == ModelRole::Lora ? "lora-sd1" : "sd1";
  found.latent_space = space;
  found.parameters = 859'520'964;
  return found;
}

std::shared_ptr<FakeScript> scriptWithModels() {
  auto script = std::make_shared<FakeScript>();
  script->found.folders = {{"/trees/comfy", "ComfyUI", false, true, 5}, {"/gone", "A1111", false, false, 1}};
  FoundModel gone = model("lost", "/gone/lost.safetensors");
  gone.here = false;
  FoundModel broken = model("broken", "/trees/broken.safetensors");
  broken.role.reset();
  broken.problem = "holds no tensors.";
  script->found.models = {model("dream", "/trees/dream.safetensors"),
                          model("tiny", "/trees/tiny.safetensors"),
                          model("odd", "/trees/other/odd.safetensors"),
                          model("foxStyle", "/trees/foxStyle.safetensors", "sd", ModelRole::Lora),
                          model("soft vae", "/trees/soft vae.safetensors", "sd", ModelRole::Autoencoder),
                          model("toad", "/trees/toad.safetensors", "", ModelRole::Embedding),
                          gone,
                          broken};
  script->pairs = {test::fakePair()};
  PairEntry absent = test::fakePair("sdxl-pair", "SDXL pair");
  absent.not_here = "Not here: tstitch models fetch sdxl-pair";
  absent.latent_space = "sdxl";
  absent.licence = "OpenRAIL++";
  absent.repositories = {"sdxl-net"};
  script->pairs.push_back(absent);
  script->knownModels = {{"sdxl-net", "SDXL", "CreativeML OpenRAIL++-M", "someone/sdxl", {}}};
  return script;
}

/// A hub that waits until it is told to go on.
struct FakeHub {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::atomic<int> begun{0};
  bool mayEnd = false;
  std::string refusal;

  ui::FetchPair fetcher() {
    return [this](const std::string&, const std::stop_token& stop,
                  const std::function<void(const DownloadProgress&)>& tell) {
      ++begun;
      tell({QStringLiteral("unet/weights"), 25, 100});
      std::unique_lock lock(mutex);
      wake.wait(lock, stop, [this] { return mayEnd; });
      if (stop.stop_requested()) throw Interrupted{};
      if (!refusal.empty()) throw BadInput(refusal, "someone/sdxl");
      tell({QStringLiteral("unet/weights"), 100, 100});
    };
  }
  void letGo() {
    const std::lock_guard lock(mutex);
    mayEnd = true;
    wake.notify_all();
  }
};

QStringList namesIn(QAccessibleInterface* list) {
  QStringList names;
  for (int i = 0; i < list->childCount(); ++i) names << list->child(i)->text(QAccessible::Name);
  return names;
}

}  // namespace

/// The page as people and programs use it: found models, folders, pairs, downloads.
class ModelsPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void foundModelsStandInOrderAndSayWhetherTheyFit() {
    Studio studio(scriptWithModels());
    QVERIFY(open(studio));
    QTRY_VERIFY2(items(studio).filter(QStringLiteral("is being compared")).isEmpty(),
                 qPrintable(items(studio).join(u'\n')));
    const QStringList rows = items(studio);
    QCOMPARE(rows.filter(QStringLiteral("dream")).value(0),
             QStringLiteral("dream, Latents of 4 channels, 1/4 of the size, scale 1, 860 M, fits"));
    const QString odd = rows.filter(QStringLiteral("odd")).value(0);
    QVERIFY2(odd.contains(QStringLiteral("860 M, does not fit: ")) && odd.contains(QStringLiteral("latent channels")),
             qPrintable(odd));
    QVERIFY(rows.filter(QStringLiteral("lost")).value(0).endsWith(QStringLiteral(", missing")));
    QVERIFY(rows.filter(QStringLiteral("foxStyle")).value(0).contains(QStringLiteral("LoRA (sd1)")));
    QVERIFY(
        rows.filter(QStringLiteral("broken")).value(0).endsWith(QStringLiteral("cannot be used: holds no tensors")));
    QVERIFY(rows.filter(QStringLiteral("SDXL pair")).value(0).endsWith(QStringLiteral("to download")));
    QVERIFY2(label(studio, "Scan: ").startsWith(QStringLiteral("8 models in 2 folders")),
             qPrintable(label(studio, "Scan: ")));
    QAccessibleInterface* folders = studio.find(QAccessible::List, QStringLiteral("Model folders"));
    QVERIFY(namesIn(folders).contains(QStringLiteral("/gone: missing, A1111")));
  }

  void aSearchAndAKindNarrowTheList() {
    Studio studio(scriptWithModels());
    QVERIFY(open(studio));
    QTRY_VERIFY(items(studio).size() > 5);
    setText(studio, "Search models", QStringLiteral("FOX lora"));
    QTRY_COMPARE(items(studio).size(), 1);
    QVERIFY(items(studio).first().startsWith(QStringLiteral("foxStyle")));
    setText(studio, "Search models", {});
    auto* kind = studio.window().findChild<ui::ModelsPage*>()->findChild<QComboBox*>();
    kind->setCurrentIndex(static_cast<int>(ShelfKind::Downloads));
    QTRY_COMPARE(items(studio).size(), 1);
    QVERIFY(items(studio).first().startsWith(QStringLiteral("SDXL pair")));
  }

  void twoModelsThatFitBecomeAPairInCreate() {
    Studio studio(scriptWithModels());
    QVERIFY(open(studio));
    press(studio, QStringLiteral("dream"));
    studio.press(QStringLiteral("Use as large"));
    press(studio, QStringLiteral("tiny"));
    studio.press(QStringLiteral("Use as small"));
    QTRY_COMPARE(pairs(studio)->currentText(), QStringLiteral("tiny.safetensors + dream.safetensors"));
    QCOMPARE(pairs(studio)->pair()->large, std::filesystem::path("/trees/dream.safetensors"));
  }

  void aModelThatDoesNotFitIsRefusedWithTheReason() {
    Studio studio(scriptWithModels());
    QVERIFY(open(studio));
    press(studio, QStringLiteral("odd"));
    studio.press(QStringLiteral("Use as small"));
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("odd does not fit: ")));
    QVERIFY(studio.notice().contains(QStringLiteral("latent channels")));
    QCOMPARE(pairs(studio)->currentText(), QStringLiteral("Miniature"));
  }

  void savedPairsSurviveARestartAndAMissingFolder() {
    auto script = scriptWithModels();
    Studio::Profile profile;
    {
      Studio studio(script);
      profile = studio.profile();
      QVERIFY(open(studio));
      press(studio, QStringLiteral("dream"));
      studio.press(QStringLiteral("Use as large"));
      press(studio, QStringLiteral("tiny"));
      studio.press(QStringLiteral("Use as small"));
      setText(studio, "Pair name", QStringLiteral("My dream"));
      QTRY_COMPARE(pairs(studio)->pair()->large, std::filesystem::path("/trees/dream.safetensors"));
      studio.press(QStringLiteral("Save pair"));
      QTRY_COMPARE(pairs(studio)->currentText(), QStringLiteral("My dream"));
      pairs(studio)->setCurrentText(QStringLiteral("Miniature"));
      QTest::qWait(700);
    }
    script->hasAll = false;  // the disk with the models is away
    {
      Studio studio(script, {}, profile);
      QVERIFY(studio.start());
      QTRY_VERIFY(texts(*pairs(studio)).contains(QStringLiteral("My dream (missing)")));
      QCOMPARE(pairs(studio)->currentText(), QStringLiteral("Miniature"));
      script->hasAll = true;
      openPage(studio);
      studio.press(QStringLiteral("Rescan"));
      QTRY_VERIFY(texts(*pairs(studio)).contains(QStringLiteral("My dream")));
    }
  }

  void row10_theChosenOwnPairIsKeptWhileItsFolderIsAway() {
    auto script = scriptWithModels();
    Studio::Profile profile;
    {
      ui::StudioOptions options;
      Studio studio(script);
      profile = studio.profile();
      QVERIFY(open(studio));
      press(studio, QStringLiteral("dream"));
      studio.press(QStringLiteral("Use as large"));
      press(studio, QStringLiteral("tiny"));
      studio.press(QStringLiteral("Use as small"));
      QTRY_VERIFY(pairs(studio)->currentText().contains(u'+'));
      QTest::qWait(700);
    }
    script->hasAll = false;
    Studio studio(script, {}, profile);
    studio.engines().start();
    QTRY_COMPARE(pairs(studio)->currentText(), QStringLiteral("tiny.safetensors + dream.safetensors (missing)"));
    QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    QVERIFY(studio.notice().contains(QStringLiteral("There is nothing at /trees/dream.safetensors now.")));
    script->hasAll = true;
    openPage(studio);
    studio.press(QStringLiteral("Rescan"));
    QTRY_COMPARE(pairs(studio)->currentText(), QStringLiteral("tiny.safetensors + dream.safetensors"));
    QTRY_VERIFY(!studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
  }

  void anAutoencoderIsUsedAndKeptForItsPair() {
    auto script = scriptWithModels();
    script->pairs.push_back(test::fakePair("other-pair", "Other"));
    Studio::Profile profile;
    const auto vae = [](Studio& studio) {
      const auto request = panel(studio).request();
      return request.vae ? request.vae->location.string() : std::string();
    };
    {
      Studio studio(script);
      profile = studio.profile();
      QVERIFY(open(studio));
      press(studio, QStringLiteral("dream"));
      QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Use in Create"))->state().disabled);
      press(studio, QStringLiteral("soft vae"));
      studio.press(QStringLiteral("Use in Create"));
      QTRY_COMPARE(vae(studio), std::string("/trees/soft vae.safetensors"));
      QVERIFY(studio.notice().contains(QStringLiteral("soft vae.safetensors is now the autoencoder of this pair.")));
      studio.press(QStringLiteral("Undo settings"));
      QTRY_COMPARE(vae(studio), std::string());
      press(studio, QStringLiteral("soft vae"));
      studio.press(QStringLiteral("Use in Create"));
      QTRY_COMPARE(vae(studio), std::string("/trees/soft vae.safetensors"));
      pairs(studio)->setCurrentText(QStringLiteral("Other"));
      QTRY_COMPARE(vae(studio), std::string());
      pairs(studio)->setCurrentText(QStringLiteral("Miniature"));
      QTRY_COMPARE(vae(studio), std::string("/trees/soft vae.safetensors"));
      QTest::qWait(700);
    }
    Studio again(script, {}, profile);
    QVERIFY(again.start());
    QTRY_COMPARE(vae(again), std::string("/trees/soft vae.safetensors"));
    QVERIFY(!again.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    setText(again, "Autoencoder file", QStringLiteral("/trees/some-lora.safetensors"));
    QTRY_VERIFY(again.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
    setText(again, "Autoencoder file", QString());
    QVERIFY(!panel(again).request().vae);
  }

  void anEmbeddingsNameStandsInThePrompt() {
    auto script = scriptWithModels();
    Studio studio(script);
    QVERIFY(open(studio));
    GenerationRequest request = panel(studio).request();
    request.prompt = "a pond";
    panel(studio).apply(request);
    press(studio, QStringLiteral("toad"));
    studio.press(QStringLiteral("Use in Create"));
    QTRY_COMPARE(panel(studio).request().embeddings.size(), std::size_t{1});
    QVERIFY(panel(studio).request().prompt.find("toad") != std::string::npos);
    QCOMPARE(panel(studio).request().embeddings[0].word, std::string("toad"));
    QCOMPARE(panel(studio).request().embeddings[0].model.location.string(), std::string("/trees/toad.safetensors"));
    studio.press(QStringLiteral("Undo settings"));
    QTRY_COMPARE(panel(studio).request().prompt, std::string("a pond"));
    QVERIFY(panel(studio).request().embeddings.empty());

    // Written by hand, the name means the file that was found.
    request.prompt = "a pond, embedding:toad";
    panel(studio).apply(request);
    QCOMPARE(panel(studio).request().embeddings.size(), std::size_t{1});
    QCOMPARE(panel(studio).request().embeddings[0].model.location.string(), std::string("/trees/toad.safetensors"));
    request.prompt = "a pond, embedding:toadstool, toad";
    panel(studio).apply(request);
    QVERIFY(panel(studio).request().embeddings.empty());
  }

  void foldersAreAddedKeptAndRemoved() {
    auto script = scriptWithModels();
    Studio::Profile profile;
    ui::StudioOptions given;
    given.folders = {QStringLiteral("/given/for/now")};
    {
      Studio studio(script, given);
      profile = studio.profile();
      QVERIFY(open(studio));
      setText(studio, "Folder path", QStringLiteral("/my/models/"));
      studio.press(QStringLiteral("Add folder"));
      QTRY_COMPARE(searched(*script), (std::vector<std::filesystem::path>{"/given/for/now", "/my/models"}));
      setText(studio, "Folder path", QStringLiteral("/my/models"));
      studio.press(QStringLiteral("Add folder"));
      QTRY_VERIFY(studio.notice().contains(QStringLiteral("/my/models is searched already.")));
    }
    Studio studio(script, {}, profile);
    QVERIFY(open(studio));
    QTRY_COMPARE(searched(*script), (std::vector<std::filesystem::path>{"/my/models"}));
    auto* folders = studio.window().findChild<ui::ModelsPage*>()->findChild<ui::RowList*>();
    QTRY_VERIFY(!folders->rows().filter(QStringLiteral("/my/models")).isEmpty());
    folders->setCurrentRow(
        static_cast<int>(folders->rows().indexOf(folders->rows().filter(QStringLiteral("/my/models")).first())));
    studio.press(QStringLiteral("Remove folder"));
    QTRY_VERIFY(searched(*script).empty());
  }

  void aDownloadAsksForItsLicenceFirst() {
    FakeHub hub;
    ui::StudioOptions options;
    options.fetch = hub.fetcher();
    Studio studio(scriptWithModels(), options);
    QVERIFY(open(studio));
    press(studio, QStringLiteral("SDXL pair"));
    studio.press(QStringLiteral("Download"));
    QTRY_VERIFY(says(studio, QStringLiteral("CreativeML OpenRAIL++-M")));
    QTest::qWait(50);
    QCOMPARE(hub.begun, 0);
    studio.press(QStringLiteral("Accept licence"));
    auto* bar = studio.window().findChild<ui::ModelsPage*>()->findChild<QProgressBar*>();
    QTRY_COMPARE(bar->value(), 25);
    QCOMPARE(bar->accessibleName(), QStringLiteral("Download"));
    hub.letGo();
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("sdxl-pair is here.")));
    QVERIFY(!bar->isVisible());
  }

  void aDownloadIsCancelledOrFailsWithASentence() {
    FakeHub hub;
    hub.refusal = "the bytes that came twice have another hash.";
    ui::StudioOptions options;
    options.fetch = hub.fetcher();
    Studio studio(scriptWithModels(), options);
    QVERIFY(open(studio));
    press(studio, QStringLiteral("SDXL pair"));
    studio.press(QStringLiteral("Download"));
    studio.press(QStringLiteral("Accept licence"));
    QTRY_COMPARE(hub.begun, 1);
    studio.press(QStringLiteral("Cancel download"));
    QTRY_VERIFY(says(studio, QStringLiteral("cancelled; what has come stays for the next time.")));
    QVERIFY(studio.state().download.get().isEmpty());
    hub.letGo();
    studio.press(QStringLiteral("Download"));
    studio.press(QStringLiteral("Accept licence"));
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("the bytes that came twice have another hash.")));
  }

  void aDownloadThatTheProgramsEndBrokeOffGoesOn() {
    FakeHub hub;
    ui::StudioOptions options;
    options.fetch = hub.fetcher();
    Studio::Profile profile;
    {
      Studio studio(scriptWithModels(), options);
      profile = studio.profile();
      QVERIFY(open(studio));
      press(studio, QStringLiteral("SDXL pair"));
      studio.press(QStringLiteral("Download"));
      studio.press(QStringLiteral("Accept licence"));
      QTRY_COMPARE(hub.begun, 1);
    }
    Studio studio(scriptWithModels(), options, profile);
    QVERIFY(studio.start());
    QTRY_COMPARE(hub.begun, 2);
    QVERIFY(studio.notice().contains(QStringLiteral("The download of sdxl-pair goes on.")));
    hub.letGo();
    QTRY_VERIFY(studio.state().download.get().isEmpty());
  }

  void theModelOfTheListHolds() {
    ui::ShelfModel rows;
    const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
    rows.setRows({row("a", "/a", "one"), row("b", "/b", "one"), row("c", "/c", "two")});
    QCOMPARE(rows.rowCount(), 3);
    QCOMPARE(rows.index(0).data(ui::ShelfModel::HeadingRole).toString(), QStringLiteral("one"));
    QVERIFY(rows.index(1).data(ui::ShelfModel::HeadingRole).toString().isEmpty());
    QSignalSpy reset(&rows, &QAbstractItemModel::modelReset);
    std::vector<ShelfRow> same{row("a", "/a", "one"), row("b", "/b", "one"), row("c", "/c", "two")};
    same[1].text = QStringLiteral("b, does not fit");
    rows.setRows(same);
    QCOMPARE(reset.size(), 0);
    QCOMPARE(rows.index(1).data().toString(), QStringLiteral("b, does not fit"));
    rows.setSearch(QStringLiteral("FIT b"));
    QCOMPARE(rows.rowCount(), 1);
    QCOMPARE(rows.index(0).data(ui::ShelfModel::HeadingRole).toString(), QStringLiteral("one"));
  }

  void greyRowsAndHeadingsArePainted() {
    ui::ShelfModel rows;
    ShelfRow grey = row("b", "/b", "two");
    grey.fits = false;
    rows.setRows({row("a", "/a", "one"), grey});
    QListView list;
    list.setModel(&rows);
    list.setItemDelegate(new ui::ShelfDelegate(&list));
    list.resize(300, 200);
    const QImage whole = list.grab().toImage();
    rows.setRows({row("a", "/a", "one"), row("b", "/b", "one")});
    QVERIFY(list.grab().toImage() != whole);
    QVERIFY(list.visualRect(rows.index(0)).height() > list.visualRect(rows.index(1)).height());
  }

  void ownPairsAreBounded() {
    QTemporaryDir folder;
    ui::StudioState state(folder.filePath(QStringLiteral("state.ini")));
    ui::OwnPairs pairs(state);
    pairs.keep({QStringLiteral("named"), {"/l", "/s"}, true});
    for (int i = 0; i < 15; ++i) {
      pairs.keep({QStringLiteral("pair %1").arg(i), {"/l" + std::to_string(i), "/s"}, false});
    }
    QCOMPARE(pairs.all().size(), std::size_t{11});
    const ui::OwnPairs again(state);
    QCOMPARE(again.all().size(), std::size_t{11});
    QCOMPARE(again.all().front().name, QStringLiteral("named"));
    QCOMPARE(again.all().back().places.large, std::string("/l14"));
    pairs.forget(QStringLiteral("named"));
    QCOMPARE(ui::OwnPairs(state).all().size(), std::size_t{10});
  }

 private:
  static ShelfRow row(const char* name, const char* place, const char* group) {
    ShelfRow made;
    made.name = QString::fromLatin1(name);
    made.text = made.name + QStringLiteral(", fits");
    made.place = place;
    made.group = QString::fromLatin1(group);
    return made;
  }

  static void openPage(Studio& studio) {
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    for (int i = 0; i < tabs->count(); ++i) {
      if (tabs->tabText(i) == QLatin1String("Models")) tabs->setCurrentIndex(i);
    }
  }

  static bool open(Studio& studio) {
    if (!studio.start()) return false;
    openPage(studio);
    return QTest::qWaitFor([&] { return items(studio).size() > 5; });
  }

  static QStringList items(Studio& studio) {
    QAccessibleInterface* list = studio.find(QAccessible::List, QStringLiteral("Models"));
    return list == nullptr ? QStringList() : namesIn(list);
  }

  static void press(Studio& studio, const QString& name) {
    QAccessibleInterface* list = studio.find(QAccessible::List, QStringLiteral("Models"));
    for (int i = 0; i < list->childCount(); ++i) {
      QAccessibleInterface* item = list->child(i);
      if (!item->text(QAccessible::Name).startsWith(name + u',')) continue;
      return item->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    }
    QFAIL(qPrintable(name));
  }

  static void setText(Studio& studio, const char* name, const QString& text) {
    for (auto* field : studio.window().findChildren<QLineEdit*>()) {
      if (field->accessibleName() == QLatin1String(name)) return field->setText(text);
    }
    QFAIL(name);
  }

  static QString label(Studio& studio, const char* prefix) {
    for (const auto* each : studio.window().findChildren<QLabel*>()) {
      if (each->text().startsWith(QLatin1String(prefix))) return each->text().mid(static_cast<int>(strlen(prefix)));
    }
    return {};
  }

  static bool says(Studio& studio, const QString& text) {
    for (const auto* each : studio.window().findChildren<QLabel*>()) {
      if (each->isVisible() && each->text().contains(text)) return true;
    }
    return false;
  }

  static ui::CreatePanel& panel(Studio& studio) { return *studio.window().findChild<ui::CreatePanel*>(); }

  static ui::PairBox* pairs(Studio& studio) { return studio.window().findChild<ui::PairBox*>(); }

  static QStringList texts(const QComboBox& box) {
    QStringList all;
    for (int i = 0; i < box.count(); ++i) all << box.itemText(i);
    return all;
  }

  static std::vector<std::filesystem::path> searched(FakeScript& script) {
    const std::lock_guard lock(script.mutex);
    return script.searched;
  }
};

TSTITCH_UI_TEST(ModelsPageTest)
#include "models_page_test.moc"
