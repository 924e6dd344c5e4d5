#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/additions/additions_section.h"
#include "ui/generate/create_panel.h"
#include "ui/widgets/folding_section.h"

using namespace tstitch;
using test::Studio;

/// The names and roles by which assistive tools (and checks from outside) reach the window.
class AccessibilityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyFixedNameOccursOnceWithItsRole_data() {
    QTest::addColumn<int>("role");
    const auto add = [](QAccessible::Role role, const char* name) { QTest::newRow(name) << static_cast<int>(role); };
    for (const char* name : {"Create", "Grid", "Compare"}) add(QAccessible::PageTab, name);
    for (const char* name : {"Prompt", "Negative prompt", "Seed", "Ratios", "Seeds", "Class", "Control picture",
                             "Control model", "Source picture", "Mask picture", "Control annotator", "LoRA file",
                             "Column values", "Row values", "Picture A", "Picture B"})
      add(QAccessible::EditableText, name);
    for (const char* name : {"Pair", "Sampler", "Control kind", "LoRA on", "Segment model", "Columns", "Rows",
                             "Export format", "Compare mode"})
      add(QAccessible::ComboBox, name);
    for (const char* name :
         {"Ratio", "Steps", "Guidance", "Width", "Height", "Count", "Clip skip", "Control weight in numbers",
          "Control start", "Control end", "Control low threshold", "Control high threshold", "LoRA strength",
          "Time budget", "Segment count", "Segment guidance"})
      add(QAccessible::SpinBox, name);
    for (const char* name : {"Generate",
                             "Stop",
                             "Make grid",
                             "Export grid",
                             "List of classes",
                             "Add control",
                             "Remove control",
                             "Measure",
                             "Free memory",
                             "Edit segments",
                             "Add segment",
                             "Remove segment",
                             "Split segment",
                             "Move segment up",
                             "Move segment down",
                             "Add LoRA",
                             "Remove LoRA",
                             "Browse: Control picture",
                             "Browse: Control model",
                             "Browse: LoRA file",
                             "Continue grid",
                             "Retry failed",
                             "Open grid",
                             "Swap pictures",
                             "Mask",
                             "Use as source picture",
                             "Take the shown picture"})
      add(QAccessible::Button, name);
    for (const char* name : {"Trajectory", "Strength", "Second pass strength", "Control weight", "Wipe position",
                             "Overlay opacity", "Zoom"})
      add(QAccessible::Slider, name);
    for (const char* name : {"Random seed", "To scale", "Control picture is a map", "Control on small",
                             "Control on large", "Control map over the picture", "Second pass on"})
      add(QAccessible::CheckBox, name);
    for (const char* name : {"Picture", "Control picture shown", "Control map", "Compare view"})
      add(QAccessible::Graphic, name);
    for (const char* name : {"Quality", "Balanced", "Fast"}) add(QAccessible::RadioButton, name);
    for (const char* name : {"Cells", "Segments", "Plot", "Different settings"}) add(QAccessible::Table, name);
  }
  void everyFixedNameOccursOnceWithItsRole() {
    QFETCH(int, role);
    Studio studio;  // before the engine has answered: all controls exist from the start
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    QVERIFY2(studio.find(static_cast<QAccessible::Role>(role), name) != nullptr, qPrintable(name));
  }

  void whatThePanelsTabKeyReachesIsNamedAndItsTipIsHeard() {
    Studio studio;
    openSections(studio);
    for (QWidget* widget : studio.window().findChild<ui::CreatePanel*>()->findChildren<QWidget*>()) {
      const bool elsewhere = widget->window() != &studio.window();  // lists that open
      if (elsewhere || (widget->focusPolicy() & Qt::TabFocus) == 0 || isPartOfAnother(widget)) continue;
      QAccessibleInterface* item = QAccessible::queryAccessibleInterface(widget);
      const QString what = QLatin1String(widget->metaObject()->className()) + u' ' + widget->objectName();
      QVERIFY2(!item->text(QAccessible::Name).isEmpty(), qPrintable(what));
      const bool heard = widget->toolTip().isEmpty() || !item->text(QAccessible::Description).isEmpty() ||
                         !item->text(QAccessible::Help).isEmpty();
      QVERIFY2(heard, qPrintable(what + widget->toolTip()));
    }
  }

  void theTabKeyGoesThroughTheAdditionsInReadingOrder() {
    Studio studio;
    QVERIFY(studio.start());
    openSections(studio);
    auto* from = studio.window().findChild<ui::AdditionsSection*>()->findChild<QWidget*>();
    from->setFocus();
    studio.press(QStringLiteral("Add LoRA"));
    QTRY_COMPARE(studio.window().findChild<ui::AdditionsSection*>()->loraRows().size(), std::size_t{2});
    QStringList order;
    for (QWidget* at = from; at != nullptr; at = at->nextInFocusChain()) {
      if (at == from && !order.isEmpty()) break;
      if ((at->focusPolicy() & Qt::TabFocus) == 0 || !at->isVisible() || isPartOfAnother(at)) continue;
      order << QAccessible::queryAccessibleInterface(at)->text(QAccessible::Name);
      if (order.last() == QStringLiteral("Generate")) break;
    }
    const QStringList expected{QStringLiteral("Control"),
                               QStringLiteral("Control kind"),
                               QStringLiteral("Control picture is a map"),
                               QStringLiteral("Remove control"),
                               QStringLiteral("Control picture shown"),
                               QStringLiteral("Control map over the picture"),
                               QStringLiteral("Control picture"),
                               QStringLiteral("Browse: Control picture"),
                               QStringLiteral("Control fit"),
                               QStringLiteral("Control low threshold"),
                               QStringLiteral("Control high threshold"),
                               QStringLiteral("Control model"),
                               QStringLiteral("Browse: Control model"),
                               QStringLiteral("Control weight"),
                               QStringLiteral("Control weight in numbers"),
                               QStringLiteral("Control start"),
                               QStringLiteral("Control end"),
                               QStringLiteral("Control on small"),
                               QStringLiteral("Control on large"),
                               QStringLiteral("Add control"),
                               QStringLiteral("LoRA"),
                               QStringLiteral("LoRA file"),
                               QStringLiteral("Browse: LoRA file"),
                               QStringLiteral("Remove LoRA"),
                               QStringLiteral("LoRA strength"),
                               QStringLiteral("LoRA on"),
                               QStringLiteral("LoRA file 2"),
                               QStringLiteral("Browse: LoRA file 2"),
                               QStringLiteral("Remove LoRA 2"),
                               QStringLiteral("LoRA strength 2"),
                               QStringLiteral("LoRA on 2"),
                               QStringLiteral("Add LoRA"),
                               QStringLiteral("Autoencoder"),
                               QStringLiteral("Autoencoder file"),
                               QStringLiteral("Browse: Autoencoder file"),
                               QStringLiteral("Generate")};
    QVERIFY2(order == expected, qPrintable(order.join(QStringLiteral(", "))));
  }

  void theWindowIsNamed() {
    Studio studio;
    QAccessibleInterface* window = QAccessible::queryAccessibleInterface(&studio.window());
    QVERIFY(window->text(QAccessible::Name).startsWith(QStringLiteral("T-Stitch Studio")));
    QCOMPARE(window->role(), QAccessible::Window);
  }

  void theStatusIsOneLabel() {
    Studio studio;
    int labels = 0;
    studio.walk([&](QAccessibleInterface* item) {
      const bool status = item->text(QAccessible::Name).startsWith(QStringLiteral("Status: "));
      labels += status && item->role() == QAccessible::StaticText ? 1 : 0;
    });
    QCOMPARE(labels, 1);
    QVERIFY(studio.start());
  }

  void noNameCarriesAShortcut() {
    Studio studio;
    studio.walk([](QAccessibleInterface* item) {
      const QString name = item->text(QAccessible::Name);
      QVERIFY2(!name.contains(u'&') && !name.contains(QStringLiteral("Ctrl")), qPrintable(name));
    });
  }

  void valuesSetThroughTheTreeCountAtOnce() {
    Studio studio;
    QVERIFY(studio.start());
    studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface()->setCurrentValue(50);
    QAccessibleValueInterface* bar = studio.find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface();
    QCOMPARE(bar->maximumValue().toInt(), 50);
    QCOMPARE(bar->currentValue().toInt(), 20);
    bar->setCurrentValue(5.0);
    QAccessibleInterface* ratio = studio.find(QAccessible::SpinBox, QStringLiteral("Ratio"));
    QCOMPARE(ratio->valueInterface()->currentValue().toInt(), 10);
    ratio->valueInterface()->setCurrentValue(80);
    QCOMPARE(bar->currentValue().toInt(), 40);
  }

  void comboBoxesKeepTheirNamesAndChooseByTheirItems() {
    Studio studio;
    QVERIFY(studio.start());
    QVERIFY(studio.find(QAccessible::ComboBox, QStringLiteral("Pair")) != nullptr);
    QAccessibleInterface* sampler = studio.find(QAccessible::ComboBox, QStringLiteral("Sampler"));
    QVERIFY(sampler != nullptr);
    for (int i = 0; i < sampler->childCount(); ++i) {
      if (sampler->child(i)->text(QAccessible::Name) == QStringLiteral("Heun")) {
        sampler->child(i)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
      }
    }
    QCOMPARE(sampler->text(QAccessible::Value), QStringLiteral("Heun"));
    QCOMPARE(studio.find(QAccessible::Slider, QStringLiteral("Trajectory"))->valueInterface()->maximumValue().toInt(),
             49);
  }

  void textSetThroughTheTreeCountsAtOnce() {
    Studio studio;
    QVERIFY(studio.start());
    setText(studio, "Prompt", QStringLiteral("a fox"));
    setText(studio, "Seed", QStringLiteral("7"));
    studio.press(QStringLiteral("Generate"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const auto runs = studio.script().seenRuns();
    QCOMPARE(runs.size(), std::size_t{1});
    QCOMPARE(runs[0].request.prompt, std::string("a fox"));
    QCOMPARE(runs[0].request.seed, std::uint64_t{7});
  }

  void thePictureTellsWhatItShows() {
    Studio studio;
    QVERIFY(studio.start());
    QAccessibleInterface* picture = studio.find(QAccessible::Graphic, QStringLiteral("Picture"));
    studio.script().perEvaluation = std::chrono::milliseconds(30);
    studio.press(QStringLiteral("Generate"));
    QTRY_VERIFY(picture->text(QAccessible::Description).startsWith(QStringLiteral("preview after step ")));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    const QString path = studio.status().mid(6);
    QCOMPARE(picture->text(QAccessible::Description), path);
    QVERIFY(QDir::isAbsolutePath(path) && QFileInfo::exists(path));
    QVERIFY(picture->imageInterface() != nullptr);
  }

  void cellsAreDirectChildrenOfTheTable() {
    Studio studio;
    QVERIFY(studio.start());
    setText(studio, "Ratios", QStringLiteral("0, 40"));
    setText(studio, "Seeds", QStringLiteral("3, 5-6"));
    studio.press(QStringLiteral("Make grid"));
    QVERIFY(studio.waitForStatus(QStringLiteral("saved ")));
    QAccessibleInterface* table = studio.find(QAccessible::Table, QStringLiteral("Cells"));
    QStringList names;
    for (int i = 0; i < table->childCount(); ++i) {
      if (table->child(i)->role() == QAccessible::Cell) names << table->child(i)->text(QAccessible::Name);
    }
    QCOMPARE(names.size(), 6);
    QCOMPARE(names.filter(QStringLiteral("40 %, seed 5: saved /")).size(), 1);
    QCOMPARE(names.filter(QStringLiteral(": saved /")).size(), 6);
  }

 private:
  static void openSections(Studio& studio) {
    for (auto* section : studio.window().findChildren<ui::FoldingSection*>()) section->setOpen(true);
  }
  /// The line inside a spin box, a list's scroll bars: reached and named through what they belong to.
  static bool isPartOfAnother(const QWidget* widget) {
    const QWidget* parent = widget->parentWidget();
    return widget->focusProxy() != nullptr || qobject_cast<const QAbstractSpinBox*>(parent) != nullptr ||
           qobject_cast<const QComboBox*>(parent) != nullptr || widget->inherits("QScrollArea") || widget->isWindow() ||
           qobject_cast<const QAbstractScrollArea*>(parent) != nullptr;
  }
  static void setText(Studio& studio, const char* name, const QString& text) {
    QAccessibleInterface* field = studio.find(QAccessible::EditableText, QString::fromLatin1(name));
    QVERIFY2(field != nullptr, name);
    field->editableTextInterface()->replaceText(0, field->textInterface()->characterCount(), text);
  }
};

TSTITCH_UI_TEST(AccessibilityTest)

#include "accessibility_test.moc"
