#include <QLineEdit>
#include <QTemporaryDir>

#include "tests/ui/qt_test.h"
#include "ui/settings/preferences.h"
#include "ui/settings/preferences_dialog.h"
#include "ui/settings/studio_state.h"

using namespace tstitch;
using ui::Preferences;
using ui::StudioState;
using ui::ThemeChoice;

class SettingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void defaultsStandUntilSomethingIsStored() {
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.theme.get() == ThemeChoice::System);
    QVERIFY(preferences.device.get() == DeviceKind::Auto);
    QCOMPARE(preferences.previewEvery.get(), 1);
    QVERIFY(!preferences.theme.isStored());
  }

  void everyKindOfValueComesBack() {
    {
      Preferences preferences(path("a.ini"));
      preferences.theme.set(ThemeChoice::Dark);
      preferences.device.set(DeviceKind::Cpu);
      preferences.precision.set(Precision::Bf16);
      preferences.previewKind.set(PreviewKind::Tiny);
      preferences.previewEvery.set(3);
      preferences.metadata.set(false);
      preferences.outputFolder.set(QStringLiteral("/pictures/\u00fcber/a b"));
    }
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.theme.get() == ThemeChoice::Dark);
    QVERIFY(preferences.runSettings().device == DeviceKind::Cpu);
    QVERIFY(preferences.runSettings().precision == Precision::Bf16);
    QVERIFY(preferences.previewSettings().kind == PreviewKind::Tiny);
    QCOMPARE(preferences.previewSettings().every, 3);
    QCOMPARE(preferences.metadata.get(), false);
    QCOMPARE(preferences.effectiveOutputFolder(), QStringLiteral("/pictures/\u00fcber/a b"));
  }

  void whatDoesNotFitCountsAsNotStored() {
    QSettings file(path("a.ini"), QSettings::IniFormat);
    file.setValue(QStringLiteral("engine/device"), QStringLiteral("abacus"));
    file.setValue(QStringLiteral("preview/everyEvaluations"), -5);
    file.sync();
    const Preferences preferences(path("a.ini"));
    QVERIFY(preferences.device.get() == DeviceKind::Auto);
    QCOMPARE(preferences.previewSettings().every, 1);
  }

  void stateIsAnotherFile() {
    {
      StudioState state(path("state.ini"));
      state.prompt.set(QStringLiteral("a fox, \u72d0, \"quoted\"\nsecond line"));
      state.geometry.set(QByteArray("\0\1\2", 3));
      state.guidance.set(7.25);
      Preferences preferences(path("settings.ini"));
      preferences.threads.set(2);
    }
    const StudioState state(path("state.ini"));
    QCOMPARE(state.prompt.get(), QStringLiteral("a fox, \u72d0, \"quoted\"\nsecond line"));
    QCOMPARE(state.geometry.get(), QByteArray("\0\1\2", 3));
    QCOMPARE(state.guidance.get(), 7.25);
    QVERIFY(!QSettings(path("settings.ini"), QSettings::IniFormat).contains(QStringLiteral("create/prompt")));
  }

  void row34TheFolderThatWasGivenIsShownAsGiven() {
    Preferences preferences(path("a.ini"));
    preferences.outputFolder.set(QStringLiteral("/pictures/chosen"));
    const ui::PreferencesDialog plain(preferences, nullptr, {});
    QCOMPARE(folderField(plain)->text(), QStringLiteral("/pictures/chosen"));
    QVERIFY(!folderField(plain)->isReadOnly());
    const ui::PreferencesDialog dialog(preferences, nullptr, QStringLiteral("/pictures/given"));
    QCOMPARE(folderField(dialog)->text(), QStringLiteral("/pictures/given"));
    QVERIFY(folderField(dialog)->isReadOnly());
    QVERIFY(folderField(dialog)->accessibleDescription().contains(QStringLiteral("--output")));
    QCOMPARE(preferences.outputFolder.get(), QStringLiteral("/pictures/chosen"));
  }

 private:
  static const QLineEdit* folderField(const ui::PreferencesDialog& dialog) {
    for (const QLineEdit* field : dialog.findChildren<QLineEdit*>()) {
      if (field->accessibleName() == QLatin1String("Output folder")) return field;
    }
    return nullptr;
  }
  [[nodiscard]] QString path(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }

  std::unique_ptr<QTemporaryDir> folder_;
};

TSTITCH_UI_TEST(SettingsTest)

#include "settings_test.moc"
