#include "ui/widgets/number_fields.h"

#include <QAccessible>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QVBoxLayout>

#include "tests/support/process_locale.h"
#include "tests/ui/fake_engine.h"
#include "tests/ui/held_fake.h"
#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "ui/additions/control_card.h"
#include "ui/generate/create_panel.h"
#include "ui/grid/grid_page.h"
#include "ui/settings/preferences.h"
#include "ui/settings/preferences_dialog.h"

using namespace tstitch;
using test::Language;
using ui::DecimalField;
using ui::WholeField;

namespace {

constexpr const char* kLanguages[] = {"en", "de", "fr", "tr", "ar_EG"};

QLineEdit* editOf(const QAbstractSpinBox& field) {
  return field.findChild<QLineEdit*>();
}

/// As a person does it: all selected, typed over.
void type(QAbstractSpinBox& field, const QString& text) {
  editOf(field)->selectAll();
  if (text == QString::fromLatin1(text.toLatin1())) {
    QTest::keyClicks(&field, text);
  } else {
    editOf(field)->insert(text);  // there are no key events for these here
  }
}

}  // namespace

/// What is typed into number fields, in every language (row 1: 7.5 became 75).
class NumberFieldsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void row1BothMarksAreReadInEveryLanguage() {
    for (const char* language : kLanguages) {
      const Language chosen(language);
      DecimalField field;
      prepare(field);
      for (const char16_t* text : {u"7.5", u"7,5", u"\u0667\u066B\u0665"}) {
        field.setValue(1);
        type(field, QString::fromUtf16(text));
        QCOMPARE(field.value(), 7.5);
        QCOMPARE(field.problem(), QString());
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(field.text(), QLocale().toString(7.5));
      }
    }
  }

  void row1AsTheDesktopsLocaleHasIt() {
    for (const char* name : test::kLocales) {
      const test::ProcessLocale locale(name);
      DecimalField field;
      prepare(field);
      type(field, QStringLiteral("7,25"));
      QCOMPARE(field.value(), 7.25);
      type(field, QStringLiteral("7.5"));
      QCOMPARE(field.value(), 7.5);
    }
  }

  void whatCannotBeReadIsMarkedAndStays() {
    const Language german("de");
    DecimalField field;
    prepare(field);
    field.setValue(3);
    const QSignalSpy changed(&field, &QDoubleSpinBox::valueChanged);
    const QSignalSpy problems(&field, &DecimalField::problemChanged);
    editOf(field)->setText(QStringLiteral("1.234,5"));
    leave(field);
    QCOMPARE(field.text(), QStringLiteral("1.234,5"));
    QCOMPARE(field.value(), 3.0);
    QVERIFY(field.problem().startsWith(QStringLiteral("Guidance: \"1.234,5\" is no number from 0 to 100")));
    QCOMPARE(field.accessibleDescription(), field.problem());
    QVERIFY(field.property("unreadable").toBool());
    QCOMPARE(changed.size(), 0);
    QVERIFY(problems.size() == 1);
    QTest::keyClick(&field, Qt::Key_Up);
    QTest::keyClick(&field, Qt::Key_Return);
    field.hide();
    field.show();
    QCOMPARE(field.text(), QStringLiteral("1.234,5"));
    field.setValue(3);  // as an import does it
    QCOMPARE(field.text(), QStringLiteral("3"));
    QVERIFY(!field.property("unreadable").toBool());
    QCOMPARE(field.accessibleDescription(), QString());
  }

  void whatIsOutOfRangeOrTooFineIsMarked() {
    DecimalField field;
    prepare(field);
    for (const char* text : {"100.5", "-1", "7.12345", "", "seven"}) {
      editOf(field)->setText(QString::fromLatin1(text));
      leave(field);
      QVERIFY2(!field.problem().isEmpty(), text);
      QCOMPARE(field.text(), QString::fromLatin1(text));
    }
    editOf(field)->setText(QStringLiteral("7.12340"));
    QCOMPARE(field.value(), 7.1234);
  }

  void wholeNumbersTakeNoMark() {
    for (const char* language : kLanguages) {
      const Language chosen(language);
      WholeField field;
      field.setRange(1, 1000);
      field.setAccessibleName(QStringLiteral("Steps"));
      field.setValue(25);
      for (const char* text : {"1.000", "1,000", "7.5", "0", "5000", "1 000"}) {
        editOf(field)->setText(QString::fromLatin1(text));
        leave(field);
        QCOMPARE(field.text(), QString::fromLatin1(text));
        QCOMPARE(field.value(), 25);
        QVERIFY(!field.problem().isEmpty());
      }
      editOf(field)->setText(QStringLiteral(u"\u0661\u0662"));
      QCOMPARE(field.value(), 12);
      editOf(field)->setText(QStringLiteral("12"));
      leave(field);
      QCOMPARE(field.text(), QLocale().toString(12));
    }
  }

  void theUnitMayBeTypedOrDeleted() {
    const Language english("C");
    WholeField field;
    field.setRange(0, 100);
    field.setSuffix(QStringLiteral(" %"));
    for (const char* text : {"40 %", "40%", "40"}) {
      field.setValue(0);
      editOf(field)->setText(QString::fromLatin1(text));
      QCOMPARE(field.value(), 40);
    }
    leave(field);
    QCOMPARE(field.text(), QStringLiteral("40 %"));
  }

  void theLeastValueMayHaveAText() {
    WholeField field;
    field.setRange(0, 64);
    field.setLeastText(QStringLiteral("All"));
    QCOMPARE(field.text(), QStringLiteral("All"));
    editOf(field)->setText(QStringLiteral("abc"));
    leave(field);
    QCOMPARE(field.text(), QStringLiteral("abc"));
    editOf(field)->setText(QStringLiteral("0"));
    leave(field);
    QCOMPARE(field.text(), QStringLiteral("All"));
    QCOMPARE(field.problem(), QString());
  }

  void assistiveToolsSetNumbersAndText() {
    const Language german("de");
    DecimalField field;
    prepare(field);
    QAccessibleInterface* tool = QAccessible::queryAccessibleInterface(&field);
    tool->valueInterface()->setCurrentValue(7.5);
    QCOMPARE(field.value(), 7.5);
    QCOMPARE(tool->valueInterface()->currentValue().toDouble(), 7.5);
    for (const char* text : {"2.25", "2,25"}) {
      field.setValue(1);
      auto* words = tool->editableTextInterface();
      words->replaceText(0, tool->textInterface()->characterCount(), QString::fromLatin1(text));
      QCOMPARE(field.value(), 2.25);
    }
  }

  /// Every field for a number is one of ours, in whatever place it stands.
  void everyNumberFieldOfTheWindowIsOne() {
    ui::CreatePanel panel;
    ui::GridPage grid;
    ui::ControlCard card;
    const QTemporaryDir folder;
    ui::Preferences preferences(folder.filePath(QStringLiteral("a.ini")));
    ui::EngineRack engines(test::noEngines());
    const ui::PreferencesDialog dialog(preferences, nullptr, {}, {}, engines);
    for (const QWidget* place : std::initializer_list<const QWidget*>{&panel, &grid, &card, &dialog}) {
      for (const QAbstractSpinBox* field : place->findChildren<QAbstractSpinBox*>()) {
        const bool ours =
            qobject_cast<const DecimalField*>(field) != nullptr || qobject_cast<const WholeField*>(field) != nullptr;
        QVERIFY2(ours, qPrintable(field->accessibleName()));
      }
    }
    QVERIFY(panel.findChildren<QAbstractSpinBox*>().size() >= 6);
  }

  void generateIsOffWhileANumberCannotBeRead() {
    const Language german("de");
    ui::CreatePanel panel;
    panel.setPair(test::fakePair(), ui::CreatePanel::Values::TakeDefaults);
    panel.setLargeFacts(test::FakeEngine(std::make_shared<test::FakeScript>()).inspect("large"));
    QCOMPARE(panel.problems(), QString());
    for (auto* field : panel.findChildren<QAbstractSpinBox*>()) {
      if (field->isHidden() || !field->isVisibleTo(&panel)) continue;
      const QString before = field->text();
      editOf(*field)->setText(QStringLiteral("1.2.3"));
      QVERIFY2(panel.problems().contains(QStringLiteral("1.2.3")), qPrintable(field->accessibleName()));
      QVERIFY(!generateOf(panel)->isEnabled());
      editOf(*field)->setText(before);
      QVERIFY2(generateOf(panel)->isEnabled(), qPrintable(panel.problems()));
    }
  }

  void seedsAreReadInAllDigitsAndNeverCut() {
    ui::CreatePanel panel;
    panel.setPair(test::fakePair(), ui::CreatePanel::Values::TakeDefaults);
    auto* seed = lineOf(panel, "Seed");
    seed->setText(QStringLiteral(u" \u0664\u0662 "));
    QCOMPARE(panel.request().seed, std::uint64_t{42});
    seed->clear();
    seed->insert(QStringLiteral("18446744073709551615999"));
    QCOMPARE(seed->text(), QStringLiteral("18446744073709551615999"));
    QVERIFY(seed->property("unreadable").toBool());
    QVERIFY(panel.problems().contains(QStringLiteral("Seed")));
    seed->setText(QStringLiteral("7"));
    QVERIFY(!seed->property("unreadable").toBool());
  }

  void listsOfTheGridAreReadInAllDigits() {
    ui::GridPage grid;
    lineOf(grid, "Ratios")->setText(QStringLiteral(u"\u0660\u060C \u0664\u0660\u066A; 80"));
    lineOf(grid, "Seeds")->setText(QStringLiteral(u"\u0663-\u0665"));
    GenerationRequest request;
    request.prompt = "3d fox";
    request.denoisers = test::fakePair().defaults.denoisers;
    grid.form()->setBase({request, {}, {}});
    QVERIFY(grid.wanted().has_value());
    QCOMPARE(grid.wanted()->axes.at(0).values, (std::vector<std::string>{"0%", "40%", "80%"}));
    QCOMPARE(grid.wanted()->axes.at(1).values.size(), std::size_t{3});
    lineOf(grid, "Seeds")->setText(QStringLiteral("3-x"));
    QVERIFY(lineOf(grid, "Seeds")->property("unreadable").toBool());
    QVERIFY(!lineOf(grid, "Ratios")->property("unreadable").toBool());
  }

 private:
  static void prepare(DecimalField& field) {
    field.setDecimals(4);
    field.setRange(0, 100);
    field.setAccessibleName(QStringLiteral("Guidance"));
    field.show();
    field.setFocus();
  }

  /// The focus goes elsewhere.
  static void leave(QAbstractSpinBox& field) {
    QFocusEvent event(QEvent::FocusOut);
    QCoreApplication::sendEvent(&field, &event);
  }

  static QLineEdit* lineOf(const QWidget& place, const char* name) {
    for (QLineEdit* line : place.findChildren<QLineEdit*>()) {
      if (line->accessibleName() == QLatin1String(name)) return line;
    }
    return nullptr;
  }

  static const QPushButton* generateOf(const QWidget& panel) {
    for (const QPushButton* button : panel.findChildren<QPushButton*>()) {
      if (button->accessibleName() == QLatin1String("Generate")) return button;
    }
    return nullptr;
  }
};

TSTITCH_UI_TEST(NumberFieldsTest)

#include "number_fields_test.moc"
