#include "ui/generate/known_words.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTemporaryDir>

#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"

using namespace tstitch;
using ui::KnownWords;

/// Row 37 of the window in use: a prompt with words that the bundled pair does not know is answered.
class KnownWordsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void row37_unknownWordsAreMarkedAndKnownOnesOffered() {
    auto script = std::make_shared<test::FakeScript>();
    script->pairs = {test::fakePair()};
    script->pairs[0].large = folder() + "/miniature/large";
    test::Studio studio(script);
    QVERIFY(studio.start());
    auto* prompt = studio.window().findChildren<QPlainTextEdit*>().first();
    prompt->setPlainText(QStringLiteral("3d fox on a blue background"));
    QVERIFY(prompt->extraSelections().isEmpty());
    QVERIFY(answer(studio).isEmpty());
    prompt->setPlainText(QStringLiteral("a photo of a dragonfly"));
    QStringList marked;
    for (const auto& mark : prompt->extraSelections()) marked << mark.cursor.selectedText();
    QCOMPARE(marked, (QStringList{"photo", "dragonfly"}));
    QVERIFY2(answer(studio).contains(QStringLiteral("draws 124 things: try dragon, ")), qPrintable(answer(studio)));
    QVERIFY(answer(studio).contains(QStringLiteral("photo, dragonfly")));
    QVERIFY(!studio.find(QAccessible::Button, QStringLiteral("Generate"))->state().disabled);
  }

  void otherPairsKnowEveryWord() {
    const KnownWords words = KnownWords::of(test::fakePair("sd15"));
    QVERIFY(words.isEmpty());
    QVERIFY(words.unknownIn(QStringLiteral("anything at all")).isEmpty());
  }

  void syntaxIsNoWord() {
    const KnownWords words({"fox", "jack-o-lantern"}, {"3d"});
    QVERIFY(words.unknownIn(QStringLiteral("(3D Fox:1.25) BREAK [jack-o-lantern] <lora:ink:0.8>, 12")).isEmpty());
    QCOMPARE(words.unknownIn(QStringLiteral("a f\u00e4x")), (QList<ui::WordPlace>{{0, 1}, {2, 3}}));
  }

  void suggestionsAreNearAndBounded() {
    const KnownWords words({"fox", "red apple", "panda", "pineapple", "owl"}, {"3d"});
    QCOMPARE(words.suggestionsFor({"aple"}, 2).first(), QStringLiteral("red apple"));
    QCOMPARE(words.suggestionsFor({"zzz"}, 3).size(), 3);
    QCOMPARE(words.suggestionsFor({"zzz"}, 50).size(), 5);
  }

  void everyExampleOfTheBundledPairIsKnown() {
    PairEntry pair;
    pair.large = folder() + "/miniature/large";
    const KnownWords words = KnownWords::of(pair);
    QCOMPARE(words.conceptCount(), 124);
    QFile manifest(QString::fromStdString(folder() + "/miniature.json"));
    QVERIFY(manifest.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(manifest.readAll());
    const QString examples = text.section(QStringLiteral("\"examples\": ["), 1).section(u']', 0, 0);
    for (const QString& example : examples.split(u','))
      QVERIFY2(words.unknownIn(example).isEmpty(), qPrintable(example));
  }

 private:
  static std::string folder() { return std::string(TSTITCH_SOURCE_DIR) + "/models"; }

  static QString answer(test::Studio& studio) {
    for (const auto* label : studio.window().findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().startsWith(QStringLiteral("Not known to "))) return label->text();
    }
    return {};
  }
};

TSTITCH_UI_TEST(KnownWordsTest)

#include "known_words_test.moc"
