#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

#include "core/system/host.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/models/choose_models_dialog.h"

using namespace tstitch;
using test::Studio;
using ui::ChooseModelsDialog;

class ChooseModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void twoThatStitchCanBeUsed() {
    Studio studio;
    QVERIFY(studio.start());
    ChooseModelsDialog dialog(studio.engines().first());
    QSignalSpy chosen(&dialog, &ChooseModelsDialog::pairChosen);
    dialog.setPlaces({"/m/large", "/m/small"});
    QTRY_VERIFY(says(dialog, QStringLiteral("These two stitch.")));
    QVERIFY(says(dialog, QLocale().toString(11.2, 'f', 1) + QStringLiteral(" M parameters")));
    QVERIFY(says(dialog, QStringLiteral("Memory: the pair needs about")));
    use(dialog)->click();
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(QString::fromStdString(chosen[0][0].value<ui::ModelPlaces>().large), QStringLiteral("/m/large"));
  }

  void twoThatDoNotStitchSayWhy() {
    Studio studio;
    QVERIFY(studio.start());
    ChooseModelsDialog dialog(studio.engines().first());
    dialog.setPlaces({"/m/large", "/m/other"});
    QTRY_VERIFY(says(dialog, QStringLiteral("do not stitch")));
    QVERIFY(!use(dialog)->isEnabled());
  }

  void aLargeModelWithoutAutoencoderAsksForOne() {
    Studio studio;
    QVERIFY(studio.start());
    ChooseModelsDialog dialog(studio.engines().first());
    QSignalSpy chosen(&dialog, &ChooseModelsDialog::pairChosen);
    dialog.show();
    dialog.setPlaces({"/m/class-bare.pt", "/m/class-small.pt"});
    QTRY_VERIFY(says(dialog, QStringLiteral("These two stitch.")));
    QVERIFY(field(dialog, "Autoencoder")->isVisible());
    QVERIFY(!use(dialog)->isEnabled());
    field(dialog, "Autoencoder")->setText(QStringLiteral("/m/vae"));
    QTRY_VERIFY(use(dialog)->isEnabled());
    use(dialog)->click();
    QCOMPARE(chosen.size(), 1);
    const PairEntry pair = ui::pairFromPlaces(chosen[0][0].value<ui::ModelPlaces>());
    QCOMPARE(pair.defaults.vae.value_or(ModelReference{}).location.string(), std::string("/m/vae"));
    dialog.show();
    dialog.setPlaces({"/m/large", "/m/small", "/m/vae"});
    QTRY_VERIFY(use(dialog)->isEnabled());
    QVERIFY(!field(dialog, "Autoencoder")->isVisible());
    use(dialog)->click();
    QVERIFY(chosen[1][0].value<ui::ModelPlaces>().vae.empty());
  }

  void everythingThatIsSaidHasItsRoom() {
    Studio studio;
    QVERIFY(studio.start());
    ChooseModelsDialog dialog(studio.engines().first());
    dialog.resize(360, 200);
    dialog.show();
    dialog.setPlaces({"/m/large", "/m/other"});
    QTRY_VERIFY(says(dialog, QStringLiteral("do not stitch")));
    for (const auto* label : dialog.findChildren<QLabel*>()) {
      if (label->isVisible())
        QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    for (const auto* field : dialog.findChildren<QLineEdit*>()) {
      if (field->isVisible()) QTRY_VERIFY(field->height() >= field->minimumSizeHint().height());
    }
  }

  void aMissingFolderIsASentence() {
    Studio studio;
    QVERIFY(studio.start());
    ChooseModelsDialog dialog(studio.engines().first());
    dialog.setPlaces({"/m/missing", "/m/small"});
    QTRY_VERIFY(says(dialog, QStringLiteral("There is no such file or folder")));
    QVERIFY(!use(dialog)->isEnabled());
  }

 private:
  static bool says(const QWidget& dialog, const QString& part) {
    for (const auto* label : dialog.findChildren<QLabel*>()) {
      if (label->text().contains(part)) return true;
    }
    return false;
  }

  static QLineEdit* field(const QWidget& dialog, const char* name) {
    for (auto* field : dialog.findChildren<QLineEdit*>()) {
      if (field->accessibleName() == QLatin1String(name)) return field;
    }
    return nullptr;
  }

  static QPushButton* use(const QWidget& dialog) {
    for (auto* button : dialog.findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String("Use this pair")) return button;
    }
    return nullptr;
  }
};

TSTITCH_UI_TEST(ChooseModelsTest)

#include "choose_models_test.moc"
