#include "ui/widgets/number_reading.h"

#include "tests/support/process_locale.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;
using ui::readDecimal;
using ui::readWhole;

class NumberReadingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void bothMarksAndAllDigitsAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("number");
    const auto add = [](const char* name, const QString& text, double number) {
      QTest::newRow(name) << text << number;
    };
    add("point", QStringLiteral("7.5"), 7.5);
    add("comma", QStringLiteral("7,5"), 7.5);
    add("Arabic", QStringLiteral(u"\u0667\u066B\u0665"), 7.5);
    add("Arabic comma", QStringLiteral(u"\u0667\u060C\u0665"), 7.5);
    add("Arabic digits, point", QStringLiteral(u"\u0667.\u0665"), 7.5);
    add("Persian", QStringLiteral(u"\u06F7\u066B\u06F5"), 7.5);
    add("Devanagari", QStringLiteral(u"\u096D.\u096B"), 7.5);
    add("blanks around", QStringLiteral(u"\u202F 7,5\u00A0"), 7.5);
    add("minus", QStringLiteral(u"\u22120,25"), -0.25);
    add("turned minus", QStringLiteral(u"\u061C-\u0660\u066B\u0665"), -0.5);
    add("plus", QStringLiteral("+3"), 3);
    add("no digit before", QStringLiteral(",5"), 0.5);
    add("no digit behind", QStringLiteral("5."), 5);
    add("three decimals are no group", QStringLiteral("1.234"), 1.234);
    add("three decimals by comma", QStringLiteral("1,234"), 1.234);
  }
  void bothMarksAndAllDigitsAreRead() {
    QFETCH(QString, text);
    QFETCH(double, number);
    for (const char* name : test::kLocales) {
      const test::ProcessLocale locale(name);
      QCOMPARE(readDecimal(text).value_or(-99), number);
    }
  }

  void groupsAreNeverGuessed() {
    for (const char16_t* text :
         {u"1.234,5", u"1,234.5", u"1 234", u"1\u202F234", u"1\u00A0234", u"1'234", u"1\u066C234", u"1,2,3", u"7..5",
          u"7.5.", u"", u" ", u",", u"x", u"7x", u"--7", u"+-7", u"inf", u"nan"}) {
      QVERIFY2(!readDecimal(QString::fromUtf16(text)), qPrintable(QString::fromUtf16(text)));
    }
    for (const char* text : {"1.000", "1,000", "7.5", "7,0", "1e3", "9223372036854775808"}) {
      QVERIFY2(!readWhole(QString::fromLatin1(text)), text);
    }
  }

  void wholeNumbersAndSeeds() {
    QCOMPARE(readWhole(QStringLiteral(" 25 ")).value_or(0), std::int64_t{25});
    QCOMPARE(readWhole(QStringLiteral(u"\u0662\u0665")).value_or(0), std::int64_t{25});
    QCOMPARE(ui::readSeed(QStringLiteral("18446744073709551615")).value_or(0), ~std::uint64_t{0});
    QVERIFY(!ui::readSeed(QStringLiteral("18446744073709551616")));
    QVERIFY(!ui::readSeed(QStringLiteral("-3")));
  }

  void listsBecomePlain() {
    QCOMPARE(ui::plainDigits(QStringLiteral(u"\u0662\u0660\u066A\u060C \u0664\u0660\u066A")),
             QStringLiteral("20%, 40%"));
    QCOMPARE(ui::plainDigits(QStringLiteral("tench, 3")), QStringLiteral("tench, 3"));
  }

  void numbersAreShownAsTheLanguageWritesThem() {
    QCOMPARE(ui::shownNumber(7.5, QLocale(QStringLiteral("de"))), QStringLiteral("7,5"));
    QCOMPARE(ui::shownNumber(1234.25, QLocale(QStringLiteral("fr"))), QStringLiteral("1234,25"));
    QCOMPARE(ui::shownNumber(7.5, QLocale(QStringLiteral("ar_EG"))), QStringLiteral(u"\u0667\u066B\u0665"));
    QCOMPARE(ui::shownNumber(100000.0, QLocale::c()), QStringLiteral("100000"));
    QCOMPARE(ui::shownNumber(16384, QLocale(QStringLiteral("en"))), QStringLiteral("16384"));
  }

  void whatAToolSetsMayBeANumberOrItsText() {
    QCOMPARE(ui::readNumber(QVariant(0.5)).value_or(0), 0.5);
    QCOMPARE(ui::readNumber(QVariant(QStringLiteral("0,5"))).value_or(0), 0.5);
    QVERIFY(!ui::readNumber(QVariant(QStringLiteral("half"))));
    QVERIFY(!ui::readNumber(QVariant()));
  }
};

TSTITCH_UI_TEST(NumberReadingTest)

#include "number_reading_test.moc"
