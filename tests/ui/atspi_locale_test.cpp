#include <QImage>

#include "tests/support/process_locale.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_driver.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// The program itself on a German desktop: row 1, and the case `comma`.
class AtspiLocaleTest : public test::StudioDriver {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QProcessEnvironment environment = session_.environment();
    environment.insert(QStringLiteral("LOCPATH"), QString::fromStdString(test::locale_folder().string()));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("de_DE.UTF-8"));
    studio_.setProcessEnvironment(environment);
    QVERIFY(start({}));
    QTRY_COMPARE_WITH_TIMEOUT(status(), QStringLiteral("bereit"), kLongMs);
  }

  void row1BothMarksAreRead() {
    const AccessibleNode guidance = node(AtspiRole::SpinButton, "Guidance");
    for (const char* text : {"7.5", "7,5"}) {
      QVERIFY(guidance.setValue(2));
      QVERIFY(guidance.setText(QString::fromLatin1(text)));
      QCOMPARE(guidance.value(), 7.5);
    }
    QVERIFY(guidance.setText(QStringLiteral("1.234,5")));
    QCOMPARE(guidance.text(), QStringLiteral("1.234,5"));
    QVERIFY(guidance.description().contains(QStringLiteral("1.234,5")));
    QVERIFY(!node(AtspiRole::PushButton, "Erzeugen").hasState(AtspiState::Enabled));
    QVERIFY(guidance.setText(QStringLiteral("5")));
    QVERIFY(node(AtspiRole::PushButton, "Erzeugen").hasState(AtspiState::Enabled));
  }

  void commaThePairIsThereAndDraws() {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(QStringLiteral("3d fox")));
    QVERIFY(node(AtspiRole::SpinButton, "Schritte").setValue(2));
    QVERIFY(press("Erzeugen"));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("gespeichert /")), kLongMs);
    QVERIFY(!QImage(status().mid(QStringLiteral("gespeichert ").size())).isNull());
  }

  void cleanupTestCase() { QVERIFY(terminate()); }
};

TSTITCH_UI_TEST(AtspiLocaleTest)

#include "atspi_locale_test.moc"
