#include "ui/prompt/prompt_field.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QSignalSpy>
#include <QTextBlock>

#include "core/models/catalog.h"
#include "core/models/model_identity.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/prompt/prompt_places.h"

using namespace tstitch;
using test::Studio;
using ui::NameBeginning;
using ui::PromptField;
using ui::PromptHistory;
using ui::PromptNames;
using ui::PromptPlaces;

/// The prompt as it is written: keys, look, names and what was used before.
class PromptFieldTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void placesAreThoseOfLettersAndBytes() {
    const PromptPlaces places(QStringLiteral("a\u00e4\U0001F98Ab"));
    QCOMPARE(places.bytes(), std::string("a\xc3\xa4\xf0\x9f\xa6\x8a"
                                         "b"));
    QCOMPARE(places.byteAt(2), std::size_t{3});
    QCOMPARE(places.byteAt(4), std::size_t{7});
    QCOMPARE(places.placeAt(7), qsizetype{4});
    QCOMPARE(places.placeAt(4), qsizetype{2});
    QCOMPARE(places.placeAt(8), qsizetype{5});
    QCOMPARE(PromptPlaces(QString()).placeAt(0), qsizetype{0});
  }

  void keysWeighTheWordUnderTheCursor() {
    Studio studio;
    PromptField* prompt = focusedPrompt(studio, QStringLiteral("a r\u00f6d fox"));
    QTest::keyClick(prompt, Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a r\u00f6d (fox:1.1)"));
    QCOMPARE(prompt->textCursor().selectedText(), QStringLiteral("fox"));
    QTest::keyClick(prompt, Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a r\u00f6d (fox:1.2)"));
    for (int i = 0; i < 3; ++i) QTest::keyClick(prompt, Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a r\u00f6d (fox:0.9)"));
    for (int i = 0; i < 5; ++i) prompt->undo();
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a r\u00f6d fox"));
    combo(studio, "Prompt syntax")->setCurrentIndex(1);
    QTest::keyClick(prompt, Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("a r\u00f6d fox"));
  }

  void keysMoveThePartBetweenCommas() {
    Studio studio;
    PromptField* prompt = focusedPrompt(studio, QStringLiteral("red fox, at night, owl"));
    QTest::keyClick(prompt, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("red fox, owl, at night"));
    QTest::keyClick(prompt, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("owl, red fox, at night"));
    QTest::keyClick(prompt, Qt::Key_Left, Qt::AltModifier);
    QTest::keyClick(prompt, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("red fox, owl, at night"));
  }

  void theKeysOfPromptsAreOthersElsewhere() {
    Studio studio;
    PromptField* prompt = focusedPrompt(studio, QStringLiteral("fox"));
    QWidget* steps = nullptr;
    for (QWidget* widget : studio.window().findChildren<QWidget*>()) {
      if (widget->accessibleName() == QStringLiteral("Steps")) steps = widget;
    }
    steps->setFocus();
    QTest::keyClick(steps, Qt::Key_Up, Qt::ControlModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("fox"));
  }

  void usedPromptsComeBackAlsoAfterARestart() {
    Studio::Profile profile;
    {
      Studio studio;
      profile = studio.profile();
      QVERIFY(studio.start());
      PromptField* prompt = focusedPrompt(studio, QStringLiteral("3d fox"));
      studio.window().generate();
      prompt->replaceText(QStringLiteral("3d owl"));
      studio.window().generate();
      prompt->replaceText(QStringLiteral("being wri"));
      QTest::keyClick(prompt, Qt::Key_Up, Qt::AltModifier);
      QCOMPARE(prompt->toPlainText(), QStringLiteral("3d owl"));
      QTest::keyClick(prompt, Qt::Key_Up, Qt::AltModifier);
      QTest::keyClick(prompt, Qt::Key_Up, Qt::AltModifier);
      QCOMPARE(prompt->toPlainText(), QStringLiteral("3d fox"));
      QTest::keyClick(prompt, Qt::Key_Down, Qt::AltModifier);
      QTest::keyClick(prompt, Qt::Key_Down, Qt::AltModifier);
      QCOMPARE(prompt->toPlainText(), QStringLiteral("being wri"));
      studio.window().close();
    }
    Studio again(std::make_shared<test::FakeScript>(), {}, profile);
    PromptField* prompt = focusedPrompt(again, {});
    QTest::keyClick(prompt, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("3d owl"));
  }

  void theHistoryIsThatOfAShell() {
    PromptHistory history;
    QVERIFY(!history.earlier(QStringLiteral("x")));
    history.setPrompts({"a", "b"});
    history.add("a");
    history.add(QString());
    QCOMPARE(history.prompts(), (QStringList{"b", "a"}));
    QCOMPARE(history.earlier("draft"), std::optional<QString>("a"));
    QCOMPARE(history.earlier("changed"), std::optional<QString>("a"));  // what was changed is the draft now
    QCOMPARE(history.later("a"), std::optional<QString>("changed"));
    QVERIFY(!history.later("changed"));
    for (int i = 0; i < 2 * PromptHistory::kMost; ++i) history.add(QString::number(i));
    QCOMPARE(history.prompts().size(), qsizetype{PromptHistory::kMost});
  }

  void bracketsTagsAndNamesLookOtherThanWords() {
    PromptField prompt(QStringLiteral("Prompt"), {}, 4);
    prompt.setNames({true, {"ink"}, {"toy"}});
    prompt.setPlainText(QStringLiteral("(red f\u00f6x:1.2) <lora:ink:1>\n<lora:oil:1> toy embedding:toy (x # y"));
    QStringList marked;
    QStringList wrong;
    for (const auto& range : prompt.look().formats) {
      const QString text = prompt.toPlainText().mid(range.start, range.length);
      marked << text;
      if (range.format.underlineStyle() == QTextCharFormat::WaveUnderline) wrong << text;
    }
    marked.sort();
    wrong.sort();
    QStringList all{"(", ":1.2)", "<lora:ink:1>", "<lora:oil:1>", "toy", "embedding:toy", "(", "# y"};
    all.sort();
    QCOMPARE(marked, all);
    QCOMPARE(wrong, (QStringList{"(", "<lora:oil:1>"}));
    QVERIFY(!prompt.document()->lastBlock().layout()->formats().isEmpty());
    QCOMPARE(prompt.document()->lastBlock().layout()->formats().first().start, 0);
    prompt.setSyntax(PromptSyntax::Plain);
    QVERIFY(prompt.document()->firstBlock().layout()->formats().isEmpty());
  }

  void theLookChangesNeitherTextNorWhatIsUndone() {
    PromptField prompt(QStringLiteral("Prompt"), {}, 4);
    QSignalSpy changes(&prompt, &QPlainTextEdit::textChanged);
    prompt.insertPlainText(QStringLiteral("(fox:1.2)"));
    QCOMPARE(changes.size(), 1);
    prompt.setNames({true, {"ink"}, {"fox"}});
    QCOMPARE(changes.size(), 1);
    prompt.undo();
    QCOMPARE(prompt.toPlainText(), QString());
  }

  void namesAreFoundBeforeTheCursor() {
    using Kind = NameBeginning::Kind;
    const auto at = [](const QString& text) { return ui::nameBeforeCursor(text, text.size()); };
    QCOMPARE(at("a <lora:fo"), (std::optional<NameBeginning>({Kind::Lora, 8, "fo"})));
    QCOMPARE(at("a, embedding:"), (std::optional<NameBeginning>({Kind::Embedding, 13, ""})));
    QVERIFY(!at("a <lora:fo:"));
    QVERIFY(!at("<lora:fo> x"));
    QVERIFY(!at("fox"));
    const PromptNames names{true, {"Foggy", "my-fox", "ink"}, {}};
    QCOMPARE(ui::namesFor({Kind::Lora, 8, "fo"}, names), (QStringList{"Foggy", "my-fox"}));
  }

  void namesComeFromTheEnginesCatalog() {
    Catalog catalog;
    catalog.parts = {{"ink", phrase_of(ModelRole::Lora), {}},
                     {"toy", phrase_of(ModelRole::Embedding), {}},
                     {"vae", phrase_of(ModelRole::Autoencoder), {}}};
    QCOMPARE(ui::promptNamesOf(catalog), (PromptNames{true, {"ink"}, {"toy"}}));
  }

  void namesAreOfferedWhileOneIsWritten() {
    auto script = std::make_shared<test::FakeScript>();
    script->parts = {{"ink", phrase_of(ModelRole::Lora), {}}, {"inkwell", phrase_of(ModelRole::Lora), {}}};
    Studio studio(script);
    QVERIFY(studio.start());
    PromptField* prompt = focusedPrompt(studio, QStringLiteral("fox "));
    QTest::keyClicks(prompt, QStringLiteral("<lora:nk"));
    QAbstractItemView* list = prompt->findChild<QCompleter*>()->popup();
    QTRY_VERIFY(list->isVisible());
    QCOMPARE(list->model()->rowCount(), 2);
    QTest::keyClick(list, Qt::Key_Down);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("fox <lora:inkwell:1>"));
    QVERIFY(!list->isVisible());
  }

  void theNextWindowIsMarked() {
    Studio studio;
    QVERIFY(studio.start());
    PromptField* prompt = focusedPrompt(studio, {});
    QTRY_VERIFY(studio.find(QAccessible::StaticText, QStringLiteral("Tokens: 2 of 77")) != nullptr);
    prompt->setPlainText(QStringLiteral("fox ").repeated(80));
    QCOMPARE(prompt->windows().size(), std::size_t{1});
    const qsizetype place = prompt->windows().front();
    QVERIFY2(place >= 4 * 75 - 1 && place <= 4 * 75, qPrintable(QString::number(place)));
    prompt->setCursorWidth(0);
    prompt->moveCursor(QTextCursor::End);
    const QImage with = prompt->grab().toImage();
    prompt->setWindows({});
    QVERIFY(prompt->grab().toImage() != with);
    combo(studio, "Prompt syntax")->setCurrentIndex(1);
    QVERIFY(prompt->windows().empty());
  }

 private:
  static PromptField* focusedPrompt(Studio& studio, const QString& text) {
    auto* prompt = studio.window().findChildren<PromptField*>().first();
    if (!QTest::qWaitForWindowActive(&studio.window())) return prompt;
    prompt->setFocus();
    prompt->setPlainText(text);
    prompt->moveCursor(QTextCursor::End);
    return prompt;
  }

  static QComboBox* combo(Studio& studio, const char* name) {
    for (auto* box : studio.window().findChildren<QComboBox*>()) {
      if (box->accessibleName() == QLatin1String(name)) return box;
    }
    return nullptr;
  }
};

TSTITCH_UI_TEST(PromptFieldTest)

#include "prompt_field_test.moc"
