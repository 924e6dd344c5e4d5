#include <QDir>
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
/// and mask, a second pass, a control card, the line that tells what was done, and the pages Plan and Models. With
/// TSTITCH_WALK_FOLDER (packaging/proof walk) a picture of the screen at each station lies there.
class AtspiMakingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QStringList sides = qEnvironmentVariable("TSTITCH_WALK_SCREEN", QStringLiteral("1280x900")).split(u'x');
    const QString missing = session_.start({sides.value(0).toInt(), sides.value(1).toInt()});
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    studio_.setProcessEnvironment(session_.environment());
    studio_.setProcessChannelMode(QProcess::ForwardedChannels);
    studio_.start(qEnvironmentVariable("TSTITCH_STUDIO"),
                  {QStringLiteral("--profile"), folder_.filePath(QStringLiteral("profile")), QStringLiteral("--output"),
                   folder_.filePath(QStringLiteral("pictures")), QStringLiteral("--lang"), QStringLiteral("en"),
                   QStringLiteral("--theme"), qEnvironmentVariable("TSTITCH_WALK_THEME", QStringLiteral("light"))});
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
    shot("caption");
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
    shot("source-picture");
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
    shot("mask");
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
    const QString caption = statusLabel()->description();
    QVERIFY2(caption.startsWith(QStringLiteral("40 %, 4 + 6, then 2 + 3 evaluations, ")), qPrintable(caption));
    shot("second-pass");
    QVERIFY(node(AtspiRole::CheckBox, "Second pass on").act(QStringLiteral("Toggle")));
  }

  void aControlCardShowsItsMap() {
    QVERIFY(node(AtspiRole::Text, "Control picture").setText(first_));
    const AccessibleNode map = node(AtspiRole::Image, "Control map");
    QTRY_VERIFY_WITH_TIMEOUT(map.description() == QStringLiteral("map of ") + first_, kLongMs);
    QVERIFY(node(AtspiRole::Slider, "Control weight").setValue(0.8));
    QCOMPARE(node(AtspiRole::Slider, "Control weight").value(), 0.8);
    shot("control-card");
    QVERIFY(!node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));  // it has no model
    const auto depth = node(AtspiRole::ComboBox, "Control kind").find(AtspiRole::ListItem, QStringLiteral("Depth"));
    QVERIFY(depth && depth->act(QStringLiteral("Press")));
    QTRY_VERIFY_WITH_TIMEOUT(map.description().contains(QStringLiteral("annotator")), kLongMs);
    QVERIFY(node(AtspiRole::Text, "Control picture").setText(QString()));
    QVERIFY(node(AtspiRole::PushButton, "Generate").hasState(AtspiState::Enabled));
  }

  void thePlanTellsThePair() {
    showPage("Plan");
    QTRY_VERIFY_WITH_TIMEOUT(label("Stitch: ").startsWith(QStringLiteral("yes")), kLongMs);
    QVERIFY(!node(AtspiRole::Table, "Facts").children().empty());
    QTRY_VERIFY_WITH_TIMEOUT(label("Bench: ").startsWith(QStringLiteral("small ")), kLongMs);  // from the runs before
    const AccessibleNode measured = node(AtspiRole::Table, "Measured");
    QTRY_VERIFY_WITH_TIMEOUT(!measured.children().empty(), kLongMs);
    const AccessibleNode row = measured.children().front();
    QVERIFY(row.act(row.actions().first()));
    shot("plan");
  }

  void theModelsAreListed() {
    showPage("Models");
    const AccessibleNode models = node(AtspiRole::List, "Models");
    QTRY_VERIFY_WITH_TIMEOUT(!models.children().empty(), kLongMs);
    QTRY_VERIFY_WITH_TIMEOUT(label("Scan: ").contains(QStringLiteral("folder")), kLongMs);
    QVERIFY(node(AtspiRole::Text, "Folder path").setText(folder_.path()));
    QVERIFY(node(AtspiRole::PushButton, "Add folder").act(QStringLiteral("Press")));
    const AccessibleNode folders = node(AtspiRole::List, "Model folders");
    QTRY_VERIFY_WITH_TIMEOUT(anyBegins(folders, folder_.path()), kLongMs);
    shot("models");
    showPage("Create");
  }

  void cleanupTestCase() {
    studio_.terminate();
    if (!studio_.waitForFinished(kLongMs)) studio_.kill();
  }

 private:
  static constexpr int kLongMs = 60000;
  static constexpr int kPaintMs = 300;

  void shot(const char* station) {
    if (!qEnvironmentVariableIsSet("TSTITCH_WALK_FOLDER")) return;
    QTest::qWait(kPaintMs);
    const QString name =
        QStringLiteral("making-%1-%2.png").arg(++shots_, 2, 10, QChar(u'0')).arg(QString::fromUtf8(station));
    const QDir place(qEnvironmentVariable("TSTITCH_WALK_FOLDER"));
    QVERIFY(place.mkpath(QStringLiteral(".")));
    QVERIFY(session_.grab().save(place.filePath(name)));
  }

  void showPage(const char* page) { QVERIFY(node(AtspiRole::PageTab, page).act(QStringLiteral("Press"))); }

  QString label(const char* beginning) {
    const auto found = program_->find(AtspiRole::Label, QString::fromUtf8(beginning), AccessibleNode::Match::Beginning);
    return found ? found->name().mid(static_cast<int>(strlen(beginning))) : QString();
  }

  static bool anyBegins(const AccessibleNode& list, const QString& beginning) {
    for (const AccessibleNode& one : list.children()) {
      if (one.name().startsWith(beginning)) return true;
    }
    return false;
  }

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
  int shots_ = 0;
};

TSTITCH_UI_TEST(AtspiMakingTest)

#include "atspi_making_test.moc"
