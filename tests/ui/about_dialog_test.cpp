#include "ui/about_dialog.h"

#include <QFile>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTemporaryDir>

#include "core/system/places.h"
#include "tests/ui/qt_test.h"

using namespace tstitch;

class AboutDialogTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyTextIsListedByItsFirstLineAndShownWhole() {
    const QTemporaryDir folder;
    write(folder.filePath(QStringLiteral("b.txt")), "libfoo (the part)\nMIT License\n");
    write(folder.filePath(QStringLiteral("a.txt")), "\n  Apache License\n  Version 2.0\n");
    const ui::AboutDialog dialog(folder.path().toStdString());
    auto* parts = dialog.findChild<QListWidget*>();
    QCOMPARE(parts->count(), 2);
    QCOMPARE(parts->item(0)->text(), QStringLiteral("Apache License"));
    QCOMPARE(parts->item(1)->text(), QStringLiteral("libfoo"));
    parts->setCurrentRow(1);
    QCOMPARE(dialog.findChild<QPlainTextEdit*>()->toPlainText(), QStringLiteral("libfoo (the part)\nMIT License\n"));
  }

  void aMissingFolderIsSaid() {
    const ui::AboutDialog dialog("/no/such/folder");
    QVERIFY(dialog.findChild<QPlainTextEdit*>()->toPlainText().contains(QStringLiteral("/no/such/folder")));
  }

  void theProgramsOwnFolderNamesItsParts() {
    const ui::AboutDialog dialog(installed_places().licences);
    const auto* parts = dialog.findChild<QListWidget*>();
    for (const char* name : {"Qt", "LibTorch 2.11.0", "OpenCV", "libpng"}) {
      QCOMPARE(parts->findItems(QString::fromLatin1(name), Qt::MatchStartsWith).size(), 1);
    }
  }

 private:
  static void write(const QString& path, const char* text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
  }
};

TSTITCH_UI_TEST(AboutDialogTest)

#include "about_dialog_test.moc"
