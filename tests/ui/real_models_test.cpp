#include <QLabel>
#include <QListView>
#include <QTabBar>
#include <QTemporaryDir>
#include <cstring>

#include "core/local_engine/local_engine.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"

using namespace tstitch;
using test::Studio;

/// The models page and the plan over the engine and the pair that ship with the program.
class RealModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    studio_ = std::make_unique<Studio>([this] { return realEngine(); });
    QVERIFY(studio_->start());
  }
  void cleanup() { studio_.reset(); }

  void theBundledModelsAreHereAndFit() {
    show("Models");
    QTRY_VERIFY_WITH_TIMEOUT(!items("Models").filter(QStringLiteral(", fits")).isEmpty(), 20000);
    QVERIFY(!items("Models").filter(QStringLiteral(", large model")).isEmpty());
  }

  void aBenchIsMeasuredAndStaysOverARestart() {
    show("Plan");
    QTRY_COMPARE(label("Stitch: "), QStringLiteral("yes"));
    QTRY_VERIFY(!studio_->find(QAccessible::Button, QStringLiteral("Bench"))->state().disabled);
    studio_->press(QStringLiteral("Bench"));
    QTRY_VERIFY_WITH_TIMEOUT(label("Bench: ").startsWith(QStringLiteral("small ")), 60000);
    const QString bench = label("Bench: ");
    const QString row = QStringLiteral("Miniature, 128x128, fp32: ") + bench;
    QTRY_COMPARE(items("Measured", QAccessible::Table).value(0), row);
    studio_ = std::make_unique<Studio>([this] { return realEngine(); });
    QVERIFY(studio_->start());
    show("Plan");
    QTRY_COMPARE(items("Measured", QAccessible::Table).value(0), row);
  }

 private:
  std::unique_ptr<Engine> realEngine() {
    LocalEngineOptions options;
    options.model_roots = {std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"};
    options.cache = cache_.path().toStdString();
    options.keep_loaded = true;
    return make_local_engine(options);
  }

  void show(const char* page) {
    auto* tabs = studio_->window().findChild<QTabBar*>(QStringLiteral("pages"));
    for (int i = 0; i < tabs->count(); ++i) {
      if (tabs->tabText(i) == QLatin1String(page)) tabs->setCurrentIndex(i);
    }
  }

  QStringList items(const char* name, QAccessible::Role role = QAccessible::List) {
    QStringList names;
    QAccessibleInterface* list = studio_->find(role, QString::fromLatin1(name));
    for (int i = 0; list != nullptr && i < list->childCount(); ++i) names << list->child(i)->text(QAccessible::Name);
    return names;
  }

  QString label(const char* prefix) {
    for (const auto* each : studio_->window().findChildren<QLabel*>()) {
      if (each->text().startsWith(QLatin1String(prefix))) return each->text().mid(static_cast<int>(strlen(prefix)));
    }
    return {};
  }

  QTemporaryDir cache_;
  std::unique_ptr<Studio> studio_;
};

TSTITCH_UI_TEST(RealModelsTest)
#include "real_models_test.moc"
