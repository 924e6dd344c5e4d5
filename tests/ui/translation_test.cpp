#include <QFile>
#include <QLabel>
#include <QRegularExpression>
#include <QTranslator>
#include <QXmlStreamReader>
#include <set>

#include "tests/ui/language.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/create_panel.h"
#include "ui/preview/picture_view.h"

using namespace tstitch;
using test::Studio;

/// The window in other languages and directions.
class TranslationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void germanIsCompleteAndKeepsThePlaces() {
    QFile file(QStringLiteral(TSTITCH_SOURCE_DIR "/resources/translations/tstitch_de.ts"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    QString source;
    int texts = 0;
    while (!xml.atEnd()) {
      xml.readNext();
      if (!xml.isStartElement()) continue;
      if (xml.name() == QLatin1String("source")) source = xml.readElementText();
      if (xml.name() != QLatin1String("translation")) continue;
      QVERIFY2(!xml.attributes().hasAttribute(QStringLiteral("type")), qPrintable(source));
      const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements);
      QVERIFY2(!text.isEmpty() && places(text) == places(source), qPrintable(source));
      ++texts;
    }
    QVERIFY(!xml.hasError() && texts > 400);
  }

  void theWindowSpeaksGerman() {
    QTranslator german;
    if (!german.load(QStringLiteral(":/translations/tstitch_de.qm"))) QSKIP("built without Qt's translation tools");
    const test::Language language("de");
    QCoreApplication::installTranslator(&german);
    {
      Studio studio;
      QVERIFY(studio.find(QAccessible::Button, QStringLiteral("Erzeugen")) != nullptr);
      QVERIFY(studio.find(QAccessible::PageTab, QStringLiteral("Raster")) != nullptr);
      QVERIFY(studio.find(QAccessible::RadioButton, QStringLiteral("Ausgewogen")) != nullptr);
    }
    QCoreApplication::removeTranslator(&german);
  }

  void fromRightToLeftThePanelStandsAtTheRightAndNothingIsCut() {
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    {
      Studio studio;
      QVERIFY(QTest::qWaitForWindowExposed(&studio.window()));
      auto* panel = studio.window().findChild<ui::CreatePanel*>();
      auto* picture = studio.window().findChild<ui::PictureView*>();
      const auto left = [&](const QWidget* widget) { return widget->mapTo(&studio.window(), QPoint()).x(); };
      QVERIFY(left(panel) > left(picture));
      for (const QLabel* label : panel->findChildren<QLabel*>()) {
        if (!label->isVisible() || label->wordWrap()) continue;
        QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        const int x = label->mapTo(panel, QPoint()).x();
        QVERIFY2(x >= 0 && x + label->width() <= panel->width(), qPrintable(label->text()));
      }
    }
    QGuiApplication::setLayoutDirection(Qt::LeftToRight);
  }

 private:
  static std::set<QString> places(const QString& text) {
    static const QRegularExpression kPlace(QStringLiteral("%(?:[1-9]|n)"));
    std::set<QString> found;
    for (auto match = kPlace.globalMatch(text); match.hasNext();) found.insert(match.next().captured());
    return found;
  }
};

TSTITCH_UI_TEST(TranslationTest)

#include "translation_test.moc"
