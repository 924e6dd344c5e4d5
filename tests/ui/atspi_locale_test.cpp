#include <QFileInfo>
#include <QImage>
#include <QTemporaryDir>

#include "tests/support/process_locale.h"
#include "tests/ui/atspi_client.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// The program itself on a German desktop: row 1, and the case `comma`.
class AtspiLocaleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QProcessEnvironment environment = session_.environment();
    environment.insert(QStringLiteral("LOCPATH"), QString::fromStdString(test::locale_folder().string()));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("de_DE.UTF-8"));
    studio_.setProcessEnvironment(environment);
    studio_.setProcessChannelMode(QProcess::ForwardedChannels);
    studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                  {QStringLiteral("--profile"), folder_.filePath(QStringLiteral("profile")), QStringLiteral("--output"),
                   folder_.filePath(QStringLiteral("pictures"))});
    QVERIFY(studio_.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(findProgram(), kLongMs);
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
    QVERIFY(node(AtspiRole::PushButton, "Erzeugen").act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QStringLiteral("gespeichert /")), kLongMs);
    QVERIFY(!QImage(status().mid(QStringLiteral("gespeichert ").size())).isNull());
  }

  void cleanupTestCase() {
    studio_.terminate();
    studio_.waitForFinished();
  }

 private:
  static constexpr int kLongMs = 60000;

  bool findProgram() {
    for (const AccessibleNode& program : AccessibleNode::desktop(session_.accessibilityBus()).children()) {
      if (program.name() == QStringLiteral("tstitch-studio")) program_ = program;
    }
    return program_.has_value();
  }

  AccessibleNode node(AtspiRole role, const char* name) {
    const auto found = program_->find(role, QString::fromLatin1(name));
    if (found) return *found;
    QTest::qFail(name, __FILE__, __LINE__);
    return {session_.accessibilityBus(), {}, {}};
  }

  QString status() {
    const auto label = program_->find(AtspiRole::Label, QStringLiteral("Status: "), AccessibleNode::Match::Beginning);
    return label ? label->name().mid(8) : QString();
  }

  QTemporaryDir folder_;
  test::DesktopSession session_;
  QProcess studio_;
  std::optional<AccessibleNode> program_;
};

TSTITCH_UI_TEST(AtspiLocaleTest)

#include "atspi_locale_test.moc"
