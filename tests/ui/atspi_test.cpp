#include <QFileInfo>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_driver.h"

using namespace tstitch;
using test::AccessibleNode;
using test::AtspiRole;
using test::AtspiState;

/// The program itself, driven from another process as a screen reader or a check from outside would do it.
class AtspiTest : public test::StudioDriver {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    const QString missing = session_.start();
    if (!missing.isEmpty()) QSKIP(qPrintable(missing));
    QVERIFY(start());
    QVERIFY(waitForStatus(QStringLiteral("idle")));
  }

  void everyNameIsThereOnceWithItsRole_data() {
    QTest::addColumn<unsigned>("role");
    const auto add = [](AtspiRole role, std::initializer_list<const char*> names) {
      for (const char* name : names) QTest::newRow(name) << static_cast<unsigned>(role);
    };
    add(AtspiRole::PageTab, {"Create", "Grid", "Compare"});
    add(AtspiRole::Text, {"Prompt", "Negative prompt", "Seed", "Ratios", "Seeds", "Column values", "Row values",
                          "Picture A", "Picture B"});
    add(AtspiRole::ComboBox, {"Pair", "Sampler", "Columns", "Rows", "Export format", "Compare mode"});
    add(AtspiRole::Slider, {"Trajectory", "Wipe position", "Overlay opacity", "Zoom"});
    add(AtspiRole::SpinButton, {"Ratio", "Steps", "Guidance", "Width", "Height", "Count"});
    add(AtspiRole::CheckBox, {"Random seed", "Keep small trajectory"});
    add(AtspiRole::PushButton, {"Generate", "Stop", "Make grid", "Export grid"});
    add(AtspiRole::PushButton, {"Switch now", "Branch here", "Finish from here", "Lens", "Blind taste"});
    add(AtspiRole::List, {"Filmstrip"});
    add(AtspiRole::Image, {"Picture", "Compare view"});
    add(AtspiRole::Table, {"Cells", "Plot", "Different settings"});
    add(AtspiRole::Frame, {"T-Stitch Studio"});
  }
  void everyNameIsThereOnceWithItsRole() {
    QFETCH(unsigned, role);
    QVERIFY(program_->find(static_cast<AtspiRole>(role), QString::fromLatin1(QTest::currentDataTag())).has_value());
  }

  void valuesCountAtOnce() {
    const AccessibleNode bar = node(AtspiRole::Slider, "Trajectory");
    const AccessibleNode ratio = node(AtspiRole::SpinButton, "Ratio");
    QVERIFY(ratio.setValue(40));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(50));
    QCOMPARE(bar.maximum(), 50.0);
    QCOMPARE(bar.value(), 20.0);
    QVERIFY(bar.setValue(25));
    QCOMPARE(ratio.value(), 50.0);
    QVERIFY(node(AtspiRole::SpinButton, "Guidance").setValue(3.5));
    QCOMPARE(node(AtspiRole::SpinButton, "Guidance").value(), 3.5);
  }

  void aWrittenSeedEndsRandomSeeds() {
    const AccessibleNode random = node(AtspiRole::CheckBox, "Random seed");
    QVERIFY(!random.hasState(AtspiState::Checked));
    QVERIFY(random.act(QStringLiteral("Toggle")));
    QVERIFY(random.hasState(AtspiState::Checked));
    QVERIFY(node(AtspiRole::Text, "Seed").setText(QStringLiteral("7")));
    QVERIFY(!random.hasState(AtspiState::Checked));
  }

  void pagesAreChosen() {
    const AccessibleNode grid = node(AtspiRole::PageTab, "Grid");
    const AccessibleNode create = node(AtspiRole::PageTab, "Create");
    QVERIFY(create.hasState(AtspiState::Selected));
    QVERIFY(grid.act(QStringLiteral("Press")));
    QVERIFY(grid.hasState(AtspiState::Selected));
    QVERIFY(!create.hasState(AtspiState::Selected));
    QVERIFY(create.act(QStringLiteral("Press")));
  }

  void entriesOfAComboBoxAreChosen() {
    const AccessibleNode sampler = node(AtspiRole::ComboBox, "Sampler");
    const auto heun = sampler.find(AtspiRole::ListItem, QStringLiteral("Heun"));
    QVERIFY(heun.has_value());
    QVERIFY(heun->act(QStringLiteral("Press")));
    QVERIFY(heun->hasState(AtspiState::Selected));
    QCOMPARE(sampler.name(), QStringLiteral("Sampler"));
    QCOMPARE(sampler.description(), QStringLiteral("Heun"));
    QCOMPARE(node(AtspiRole::Slider, "Trajectory").maximum(), 2 * node(AtspiRole::SpinButton, "Steps").value() - 1);
    QVERIFY(sampler.find(AtspiRole::ListItem, QStringLiteral("DDIM"))->act(QStringLiteral("Press")));
  }

  void aPromptBecomesAPicture() {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(QStringLiteral("3d fox")));
    QCOMPARE(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"));
    QVERIFY(node(AtspiRole::Text, "Seed").setText(QStringLiteral("7")));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(4));
    QVERIFY(press("Generate"));
    QVERIFY(waitForStatus(QStringLiteral("saved /")));
    const QString path = status().mid(6);
    QVERIFY2(QFileInfo::exists(path), qPrintable(path));
    QCOMPARE(node(AtspiRole::Image, "Picture").description(), path);
    QCOMPARE(node(AtspiRole::Text, "Seed").text(), QStringLiteral("7"));
  }

  void theSeamIsPlayedWith() {
    const AccessibleNode picture = node(AtspiRole::Image, "Picture");
    const QString path = picture.description();
    const double small = node(AtspiRole::Slider, "Trajectory").value();
    QVERIFY(small > 1);
    QVERIFY(node(AtspiRole::Slider, "Trajectory").setValue(1));
    QCOMPARE(picture.description(), QStringLiteral("small preview after step 1"));
    QVERIFY(press("Finish from here"));
    QVERIFY(waitForAnotherPicture(path));
    QTRY_COMPARE(picture.description(), status().mid(6));
    const auto frame = node(AtspiRole::List, "Filmstrip").find(AtspiRole::ListItem, QStringLiteral("step 1, small"));
    QVERIFY(frame.has_value());
    QVERIFY(!frame->actions().isEmpty());
    QVERIFY2(frame->act(frame->actions().first()), qPrintable(frame->actions().join(u' ')));
    QCOMPARE(picture.description(), QStringLiteral("preview after step 1"));
    QVERIFY(node(AtspiRole::PushButton, "Branch here").hasState(AtspiState::Enabled));
    const QString before = status().mid(6);
    QVERIFY(press("Branch here"));
    QVERIFY(waitForAnotherPicture(before));
  }

  void row15_aSecondStartHandsItsPictureOver() {
    const QFileInfo picture(node(AtspiRole::Image, "Picture").description());
    QProcess second;
    second.setProcessEnvironment(session_.environment());
    second.setProcessChannelMode(QProcess::ForwardedChannels);
    second.setWorkingDirectory(picture.absolutePath());
    second.start(studio_.program(),
                 {QStringLiteral("--profile"), folder(QStringLiteral("profile")), picture.fileName()});
    QVERIFY(second.waitForFinished(kLongMs));
    QCOMPARE(second.exitStatus(), QProcess::NormalExit);
    QCOMPARE(second.exitCode(), 0);
    const auto notice = [this] {
      return program_->find(AtspiRole::Alert, QStringLiteral("Notice: "), AccessibleNode::Match::Beginning);
    };
    QTRY_VERIFY_WITH_TIMEOUT(notice() && notice()->name().contains(picture.absoluteFilePath()), kLongMs);
    QVERIFY(notice()->hasState(AtspiState::Showing));
  }

  void row04_restoredSettingsAreTakenBack() {
    QVERIFY(node(AtspiRole::Text, "Prompt").setText(QStringLiteral("an owl")));
    QVERIFY(press("Use its settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("3d fox"), kLongMs);
    QVERIFY(program_->find(AtspiRole::PushButton, QStringLiteral("Choose what to restore")).has_value());
    QVERIFY(press("Undo settings"));
    QTRY_COMPARE_WITH_TIMEOUT(node(AtspiRole::Text, "Prompt").text(), QStringLiteral("an owl"), kLongMs);
  }

  void stopCancels() {
    const AccessibleNode stop = node(AtspiRole::PushButton, "Stop");
    QVERIFY(!stop.hasState(AtspiState::Enabled));
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(500));
    QVERIFY(press("Generate"));
    QVERIFY(waitForStatus(QStringLiteral("sampling ")));
    const AccessibleNode picture = node(AtspiRole::Image, "Picture");
    QTRY_VERIFY_WITH_TIMEOUT(picture.description().startsWith(QStringLiteral("preview after step ")), kLongMs);
    QVERIFY(stop.hasState(AtspiState::Enabled));
    QVERIFY(stop.act(QStringLiteral("Press")));
    QVERIFY(waitForStatus(QStringLiteral("cancelled")));
  }

  void aGridFillsItsCells() {
    QVERIFY(node(AtspiRole::SpinButton, "Steps").setValue(4));
    QVERIFY(node(AtspiRole::Text, "Ratios").setText(QStringLiteral("0, 50")));
    QVERIFY(node(AtspiRole::Text, "Seeds").setText(QStringLiteral("3-4")));
    QVERIFY(press("Make grid"));
    QTRY_VERIFY_WITH_TIMEOUT(status().contains(QStringLiteral("/grid-0001/")), kLongMs);
    QStringList saved;
    for (const AccessibleNode& cell : node(AtspiRole::Table, "Cells").children()) {
      if (cell.role() == AtspiRole::TableCell) saved << cell.name().section(u'/', 0, 0);
    }
    saved.sort();
    QCOMPARE(saved, (QStringList{QStringLiteral("0 %, seed 3: saved "), QStringLiteral("0 %, seed 4: saved "),
                                 QStringLiteral("50 %, seed 3: saved "), QStringLiteral("50 %, seed 4: saved ")}));
    QVERIFY(press("Export grid"));
    QTRY_VERIFY_WITH_TIMEOUT(status().endsWith(QStringLiteral("grid-0001.png")), kLongMs);
  }

  void aTerminatedProgramEndsInOrder() {
    QVERIFY(terminate());
    QCOMPARE(studio_.exitStatus(), QProcess::NormalExit);
    QCOMPARE(studio_.exitCode(), 0);
  }
};

TSTITCH_UI_TEST(AtspiTest)

#include "atspi_test.moc"
