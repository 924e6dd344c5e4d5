#include <QDir>
#include <QFile>
#include <QLabel>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <csignal>
#include <mutex>

#include <sys/wait.h>
#include <unistd.h>

#include "app/model_fetcher.h"
#include "core/base/text.h"
#include "core/formats/sha256.h"
#include "core/hub/fetch_known.h"
#include "tests/support/deflated_record.h"
#include "tests/support/hub/lying_hub.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/models/cuda_row.h"
#include "ui/models/models_page.h"
#include "ui/settings/preferences_dialog.h"

using namespace tstitch;
using test::Answer;
using test::Asked;
using test::FakeScript;
using test::LyingHub;
using test::Studio;

namespace {

const std::string kWeights(200'000, 'w');

}  // namespace

/// Downloads in the window from a hub on this machine that lies as a test wants it to.
class DownloadWindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) qunsetenv(name);
    folder_ = std::make_unique<QTemporaryDir>();
    tell({});
    hub_ = std::make_unique<LyingHub>([this](const Asked& asked, int number) { return lies(asked, number); });
    hub_->put_small("org/name", "unet/config.json", "{}");
    hub_->put_large("org/name", "unet/weights.safetensors", kWeights);
    QDir(folder_->path()).mkpath(QStringLiteral("models/repositories"));
    QFile description(folder_->filePath(QStringLiteral("models/repositories/name.json")));
    QVERIFY(description.open(QIODevice::WriteOnly));
    description.write(R"({"repository":1,"title":"Name","licence":"a licence","hub":"org/name",)"
                      R"("files":["unet/config.json","unet/weights.safetensors"]})");
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub_->address()));
    qputenv("HF_HUB_CACHE", folder_->filePath(QStringLiteral("hub")).toUtf8());
    qunsetenv("HF_HUB_OFFLINE");
  }
  void cleanup() {
    hub_.reset();
    qunsetenv("HF_ENDPOINT");
    qunsetenv("HF_HUB_CACHE");
  }

  void nothingIsAskedBeforeTheLicenceIsAccepted() {
    Studio studio(script(), options());
    QVERIFY(open(studio));
    studio.press(QStringLiteral("Download"));
    QTest::qWait(100);
    QVERIFY(hub_->asked().empty());
    studio.press(QStringLiteral("Accept licence"));
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("name is here.")));
    QVERIFY(isWhole());
  }

  /// The engine is another program, which may run on another machine and then has not got what came to this one.
  void whereTheFilesGoIsSaidBesideAnEngineOfACommand() {
    ui::StudioOptions far = options();
    far.engineCommand = QStringLiteral("ssh far tstitch worker");
    Studio studio(script(), far);
    QVERIFY(open(studio));
    studio.press(QStringLiteral("Download"));
    QTRY_VERIFY(says(studio, QStringLiteral("The files come to this machine.")));
    QVERIFY(says(studio, QStringLiteral("ssh far tstitch worker")));
    studio.press(QStringLiteral("Accept licence"));
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("run tstitch models fetch name there")));
    QVERIFY(isWhole());
  }

  void aCancelledDownloadGoesOnWhereItStopped() {
    stallFirstTransfer();
    Studio studio(script(), options());
    QVERIFY(open(studio));
    studio.press(QStringLiteral("Download"));
    studio.press(QStringLiteral("Accept licence"));
    auto* bar = studio.window().findChild<ui::ModelsPage*>()->findChild<QProgressBar*>();
    QTRY_COMPARE(partSize(), 50'000);
    QTRY_VERIFY(bar->maximum() == 100 && bar->value() == 25);
    studio.press(QStringLiteral("Cancel download"));
    QTRY_VERIFY(!bar->isVisible());
    QCOMPARE(partSize(), 50'000);
    QVERIFY(!isWhole());
    studio.press(QStringLiteral("Download"));
    studio.press(QStringLiteral("Accept licence"));
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("name is here.")));
    QVERIFY(isWhole());
    QCOMPARE(hub_->gets().back().header("range"), std::string("bytes=50000-"));
  }

  void librariesForCudaAreFetchedAndRemovedInPreferences() {
    const std::string wheel = test::zip_bytes({test::deflated_record("torch/lib/libtorch_cuda.so", "CUDA")});
    hub_->put_large("org/name", "torch.whl", wheel);
    QFile list(folder_->filePath(QStringLiteral("cuda.json")));
    QVERIFY(list.open(QIODevice::WriteOnly));
    list.write(QByteArray::fromStdString(concat(R"({"cuda_runtime":1,"name":"torch-1","unpacked_bytes":1000,"from":")",
                                                hub_->address(),
                                                R"(/org/name/resolve/main/","archives":[{"path":"torch.whl","bytes":)",
                                                wheel.size(), R"(,"sha256":")", sha256_of(wheel), R"("}]})")));
    list.close();
    const std::filesystem::path place = folder_->filePath(QStringLiteral("cuda")).toStdString();
    ui::StudioOptions with = options();
    with.cuda = app::cudaCare(list.fileName().toStdString(), place);
    Studio studio(script(), with);
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Settings"));
    const auto button = [&]() -> QPushButton* {
      const auto* row = studio.window().findChild<ui::CudaRow*>();
      return row == nullptr ? nullptr : row->findChild<QPushButton*>();
    };
    QTRY_VERIFY(button() != nullptr);
    QCOMPARE(button()->text(), QStringLiteral("Fetch CUDA libraries"));
    button()->click();
    QTRY_COMPARE(button()->text(), QStringLiteral("Remove CUDA libraries"));
    QVERIFY(studio.notice().contains(QStringLiteral("The CUDA libraries are here")));
    QVERIFY(std::filesystem::exists(place / "torch-1/torch/lib/libtorch_cuda.so"));
    button()->click();
    QCOMPARE(button()->text(), QStringLiteral("Fetch CUDA libraries"));
    QVERIFY(!std::filesystem::exists(place));
  }

  void withoutAListOfCudaLibrariesTheWindowOffersNone() {
    ui::StudioOptions with = options();
    with.cuda = app::cudaCare(folder_->filePath(QStringLiteral("absent.json")).toStdString(), {});
    Studio studio(script(), with);
    QVERIFY(studio.start());
    studio.press(QStringLiteral("Settings"));
    QTRY_VERIFY(studio.window().findChild<ui::PreferencesDialog*>() != nullptr);
    QVERIFY(studio.window().findChild<ui::CudaRow*>() == nullptr);
  }

  void aKilledDownloadGoesOnAtTheNextStart() {
    stallFirstTransfer();
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        (void)fetch_known("name", {modelRoot()}, {}, {});
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    QTRY_COMPARE(partSize(), 50'000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const Studio::Profile profile = std::make_shared<QTemporaryDir>();
    {
      ui::StudioState state(profile->filePath(QStringLiteral("state.ini")));
      state.download.set(QStringLiteral("name"));
      state.sync();
    }
    Studio studio(script(), options(), profile);
    QVERIFY(studio.start());
    QTRY_VERIFY(studio.notice().contains(QStringLiteral("name is here.")));
    QVERIFY(isWhole());
    QCOMPARE(hub_->gets().back().header("range"), std::string("bytes=50000-"));
  }

  void otherBytesThanPromisedAreRefusedWithBothHashes() {
    tell([this](const Asked& asked, int) -> std::optional<Answer> {
      if (!asked.is_get() || asked.path.find("weights") == std::string::npos) return std::nullopt;
      Answer answer = hub_->honest(asked);
      answer.body.assign(answer.body.size(), 'x');
      return answer;
    });
    Studio studio(script(), options());
    QVERIFY(open(studio));
    studio.press(QStringLiteral("Download"));
    studio.press(QStringLiteral("Accept licence"));
    QTRY_VERIFY(studio.notice().contains(QString::fromStdString(sha256_of(kWeights))));
    QVERIFY(studio.notice().contains(QString::fromStdString(sha256_of(std::string(kWeights.size(), 'x')))));
    QVERIFY(!isWhole());
    QCOMPARE(partSize(), -1);
  }

 private:
  [[nodiscard]] std::filesystem::path modelRoot() const {
    return folder_->filePath(QStringLiteral("models")).toStdString();
  }

  [[nodiscard]] ui::StudioOptions options() const {
    ui::StudioOptions options;
    options.fetch = app::modelFetcher({modelRoot()});
    return options;
  }

  static std::shared_ptr<FakeScript> script() {
    auto script = std::make_shared<FakeScript>();
    PairEntry absent = test::fakePair("name", "Name");
    absent.not_here = "Not here: tstitch models fetch name";
    absent.licence = "a licence";
    absent.repositories = {"name"};
    script->pairs = {test::fakePair(), absent};
    script->knownModels = {{"name", "Name", "a licence", "org/name", {}}};
    return script;
  }

  using Lie = std::function<std::optional<Answer>(const Asked&, int)>;

  void tell(Lie lie) {
    const std::lock_guard lock(mutex_);
    lie_ = std::move(lie);
  }
  /// In the hub's threads.
  std::optional<Answer> lies(const Asked& asked, int number) {
    const std::lock_guard lock(mutex_);
    return lie_ ? lie_(asked, number) : std::nullopt;
  }

  /// The weights' first transfer brings a quarter and then nothing more.
  void stallFirstTransfer() {
    tell([this, stalled = std::make_shared<bool>(false)](const Asked& asked, int) -> std::optional<Answer> {
      const bool isMeant = asked.is_get() && asked.path.find("weights") != std::string::npos;
      if (!isMeant || std::exchange(*stalled, true)) return std::nullopt;
      Answer answer = hub_->honest(asked);
      answer.drop_after = 50'000;
      answer.stall = true;
      return answer;
    });
  }

  [[nodiscard]] QString blob() const {
    return folder_->filePath(QStringLiteral("hub/models--org--name/blobs/") +
                             QString::fromStdString(sha256_of(kWeights)));
  }
  /// -1 where there is none.
  [[nodiscard]] int partSize() const {
    const QFile part(blob() + QStringLiteral(".part"));
    return part.exists() ? static_cast<int>(part.size()) : -1;
  }
  [[nodiscard]] bool isWhole() const {
    QFile file(blob());
    return file.open(QIODevice::ReadOnly) && file.readAll().toStdString() == kWeights;
  }

  static bool says(Studio& studio, const QString& text) {
    const auto labels = studio.window().findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text().contains(text); });
  }

  /// The page with the pair that can be downloaded chosen.
  static bool open(Studio& studio) {
    if (!studio.start()) return false;
    auto* tabs = studio.window().findChild<QTabBar*>(QStringLiteral("pages"));
    tabs->setCurrentIndex(tabs->count() - 1);
    return QTest::qWaitFor([&] {
      QAccessibleInterface* list = studio.find(QAccessible::List, QStringLiteral("Models"));
      for (int i = 0; list != nullptr && i < list->childCount(); ++i) {
        if (!list->child(i)->text(QAccessible::Name).startsWith(QLatin1String("Name, "))) continue;
        list->child(i)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        return true;
      }
      return false;
    });
  }

  std::unique_ptr<QTemporaryDir> folder_;
  std::mutex mutex_;
  Lie lie_;
  std::unique_ptr<LyingHub> hub_;
};

TSTITCH_UI_TEST(DownloadWindowTest)
#include "download_window_test.moc"
