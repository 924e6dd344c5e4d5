#include <QFileInfo>
#include <QImage>
#include <QTemporaryDir>

#include "tests/ui/atspi_client.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// A walk through what a picture is made from, in the program itself: the prompt box, a source picture with strength
/// and mask, a second pass, a control card, and the line that tells what was done.
class AtspiMakingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    studio_.setProcessEnvironment(session_.environment());
    studio_.setProcessChannelMode(QProcess::ForwardedChannels);
    studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                  {QStringLiteral("--profile"), folder_.filePath(QStringLiteral("profile")), QStringLiteral("--output"),
                   folder_.filePath(QStringLiteral("pictures")), QStringLiteral("--lang"), QStringLiteral("en")});
    QVERIFY(studio_.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(findProgram(), kLongMs);
    QVERIFY(waitForStatus(QStringLiteral("idle")));
  }

  void everyNameIsThereOnceWithItsRole_data() {
    QTest::addColumn<unsigned>("role");
    const auto add = [](AtspiRole role, std::initializer_list<const char*> names) {
      for (const char* name : names) QTest::newRow(name) << static_cast<unsigned>(role);
    };
    add(AtspiRole::Text, {"Source picture", "Mask picture", "Control picture"});
    add(AtspiRole::Slider, {"Strength", "Second pass strength", "Control weight"});
    add(AtspiRole::PushButton, {"Mask", "Use as source picture", "Use as control picture"});
    add(AtspiRole::ComboBox, {"Control kind", "Control fit", "Second pass upscale", "Prompt syntax"});
    add(AtspiRole::CheckBox,
        {"Control on small", "Control on large", "Control map over the picture", "Second pass on"});
    add(AtspiRole::SpinButton, {"Mask feather", "Strength in numbers", "Second pass scale"});
  }
  void everyNameIsThereOnceWithItsRole() {
    QFETCH(unsigned, role);
    QVERIFY(program_->find(static_cast<AtspiRole>(role), QString::fromLatin1(QTest::currentDataTag())).has_value());
  }

  void tokensFollowThePromptAtOnce() {
    const AccessibleNode prompt = node(AtspiRole::Text, "Prompt");
    QVERIFY(prompt.setText(QStringLiteral("3d fox")));
    QTRY_VERIFY_WITH_TIMEOUT(tokens().contains(QStringLiteral(" of ")), kLongMs);  // the engine tells the tokenizer
    const QString plain = tokens();
    QVERIFY(prompt.setText(QStringLiteral("3d (fox:1.3) <lora:none:0.5>")));
    QCOMPARE(tokens(), plain);
    QVERIFY(prompt.setText(QStringLiteral("fox ").repeated(200)));
    QVERIFY(tokens() != plain);
    QVERIFY(prompt.setText(QStringLiteral("3d fox")));
  }

  void aRunIsToldInOneLine() {
    QVERIFY(node(AtspiRole::Text, "Seed").setText(QStringLiteral("7")));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(10));
    QVERIFY(node(AtspiRole::SpinButton, "Ratio").setValue(40));
    first_ = generate();
    const QString caption = statusLabel()->description();
    QVERIFY2(caption.startsWith(QStringLiteral("40 %, 4 + 6 evaluations, ")), qPrintable(caption));
    QVERIFY2(caption.endsWith(QStringLiteral(", seed 7")), qPrintable(caption));
  }

  void aSourcePictureBeginsARun() {
    QVERIFY(node(AtspiRole::Text, "Source picture").setText(first_));
    QVERIFY(node(AtspiRole::Slider, "Strength").setValue(60));
    QCOMPARE(node(AtspiRole::Slider, "Trajectory").maximum(), 6.0);
    QVERIFY(node(AtspiRole::PushButton, "Mask").hasState(AtspiState::Enabled));
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(QStringLiteral("3d owl")));
    const QString second = generate();
    QVERIFY(QImage(second) != QImage(first_));
    QVERIFY2(statusLabel()->description().startsWith(QStringLiteral("40 %, 2 + 4 evaluations, ")),
             qPrintable(statusLabel()->description()));
  }

  void aMaskKeepsTheRest() {
    const QImage before(first_);
    QImage mask(before.size(), QImage::Format_Grayscale8);
    mask.fill(0);
    for (int y = 0; y < mask.height(); ++y) std::fill_n(mask.scanLine(y), mask.width() / 2, uchar{255});
    const QString path = folder_.filePath(QStringLiteral("mask.png"));
    QVERIFY(mask.save(path));
    QVERIFY(node(AtspiRole::Text, "Mask picture").setText(path));
    QVERIFY(node(AtspiRole::SpinButton, "Mask feather").setValue(4));
    const QImage after(generate());
    const QRect kept(before.width() / 2 + 8, 0, before.width() / 2 - 8, before.height());
    QCOMPARE(after.copy(kept).convertToFormat(QImage::Format_RGB888),
             before.copy(kept).convertToFormat(QImage::Format_RGB888));
    QVERIFY(after != before);
    QVERIFY(node(AtspiRole::Text, "Mask picture").setText(QString()));
  }

  void theHistoryGivesTheSource() {
    QVERIFY(node(AtspiRole::Text, "Source picture").setText(QString()));
    QCOMPARE(node(AtspiRole::Slider, "Trajectory").maximum(), 10.0);
    QVERIFY(node(AtspiRole::CheckBox, "History panel").act(QStringLiteral("Toggle")));
    const AccessibleNode list = node(AtspiRole::List, "History");
    QTRY_VERIFY_WITH_TIMEOUT(!list.children().empty(), kLongMs);
    const AccessibleNode newest = list.children().front();
    QVERIFY(newest.act(newest.actions().first()));
    QVERIFY(node(AtspiRole::PushButton, "Use as source picture").act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(newest.name().startsWith(node(AtspiRole::Text, "Source picture").text() + u':'), kLongMs);
    QVERIFY(node(AtspiRole::Text, "Source picture").setText(QString()));
  }

  void aSecondPassMakesThePictureLarger() {
    const QSize size = QImage(first_).size();
    QVERIFY(node(AtspiRole::CheckBox, "Second pass on").act(QStringLiteral("Toggle")));
    QVERIFY(node(AtspiRole::SpinButton, "Second pass scale").setValue(2));
    QCOMPARE(QImage(generate()).size(), size * 2);
    QVERIFY(node(AtspiRole::CheckBox, "Second pass on").act(QStringLiteral("Toggle")));
  }

  void aControlCardShowsItsMap() {
    QVERIFY(node(AtspiRole::Text, "Control picture").setText(first_));
    const AccessibleNode map = node(AtspiRole::Image, "Control map");
    QTRY_VERIFY_WITH_TIMEOUT(map.description() == QStringLiteral("map of ") + first_, kLongMs);
    QVERIFY(node(AtspiRole::Slider, "Control weight").setValue(0.8));
    QCOMPARE(node(AtspiRole::Slider, "Control weight").value(), 0.8);
    QVERIFY(!node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));  // it has no model
    const auto depth = node(AtspiRole::ComboBox, "Control kind").find(AtspiRole::ListItem, QStringLiteral("Depth"));
    QVERIFY(depth && depth->act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(map.description().contains(QStringLiteral("annotator")), kLongMs);
    QVERIFY(node(AtspiRole::Text, "Control picture").setText(QString()));
    QVERIFY(node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));
  }

  void cleanupTestCase() {
    studio_.terminate();
    if (!studio_.waitForFinished(kLongMs)) studio_.kill();
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

  QString tokens() {
    const auto label = program_->find(AtspiRole::Label, QStringLiteral("Tokens: "), AccessibleNode::Match::Beginning);
    return label ? label->name() : QString();
  }

  const std::optional<AccessibleNode>& statusLabel() {
    if (!status_) {
      status_ = program_->find(AtspiRole::Label, QStringLiteral("Status: "), AccessibleNode::Match::Beginning);
    }
    return status_;
  }

  QString status() { return statusLabel() ? statusLabel()->name().mid(8) : QString(); }

  bool waitForStatus(const QString& beginning) {
    return QTest::qWaitFor([&] { return status().startsWith(beginning); }, kLongMs);
  }

  /// The path of the picture that a press of Generate leads to; empty where none does.
  QString generate() {
    const QString before = status();
    if (!node(AtspiRole::PushButton, "Generate").act(QStringLiteral("Press"))) return {};
    QString path;
    const bool isMade = QTest::qWaitFor(
        [&] {
          const QString now = status();
          if (!now.startsWith(QStringLiteral("saved /")) || now == before)
            return now.startsWith(QStringLiteral("failed"));
          path = now.mid(6);
          return true;
        },
        kLongMs);
    if (!isMade || path.isEmpty()) QTest::qFail(qPrintable(status()), __FILE__, __LINE__);
    return path;
  }

  QTemporaryDir folder_;
  test::DesktopSession session_;
  QProcess studio_;
  std::optional<AccessibleNode> program_;
  std::optional<AccessibleNode> status_;
  QString first_;
};

TSTITCH_UI_TEST(AtspiMakingTest)

#include "atspi_making_test.moc"
