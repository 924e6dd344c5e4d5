#include "ui/preview/picture_actions.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QSignalSpy>

#include "core/picture_text/picture_text.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/studio_fixture.h"
#include "ui/convert/image_convert.h"
#include "ui/preview/picture_view.h"

using namespace tstitch;
using test::Studio;

/// Takes the folders that would be opened in the desktop's file manager.
class FolderCatcher : public QObject {
  Q_OBJECT

 public:
  FolderCatcher() { QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open"); }
  ~FolderCatcher() override { QDesktopServices::unsetUrlHandler(QStringLiteral("file")); }
  QStringList opened;

 public Q_SLOTS:
  void open(const QUrl& url) { opened << url.toLocalFile(); }
};

/// The picture's menu, on a saved picture and on a preview.
class PictureActionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void saveAsWritesTheFileWithItsSettings() {
    Studio studio;
    const QString source = makePicture(studio);
    const QString target = studio.outputFolder() + QStringLiteral("/copy.png");
    saveAs(studio, target);
    QTRY_VERIFY(QFile::exists(target));
    QCOMPARE(contentOf(target), contentOf(source));
  }

  void aPreviewIsSavedAsItIsShown() {
    Studio studio;
    QVERIFY(studio.start());
    const QImage preview = ui::toQImage(test::fakePicture({32, 32}, 1, 0.5));
    view(studio).showPreview(preview, 3, {96, 96});
    const QString target = studio.outputFolder() + QStringLiteral("/preview.png");
    saveAs(studio, target);
    QTRY_COMPARE(QImage(target).convertToFormat(preview.format()), preview);
  }

  void whatCannotBeWrittenIsSaid() {
    Studio studio;
    makePicture(studio);
    saveAs(studio, studio.outputFolder() + QStringLiteral("/no/such/folder/copy.png"));
    QTRY_VERIFY(says(studio, QStringLiteral("could not be written")));
  }

  void copyPutsThePictureOnTheClipboard() {
    Studio studio;
    makePicture(studio);
    choose(studio, QStringLiteral("Copy"));
    QCOMPARE(QGuiApplication::clipboard()->image().convertToFormat(QImage::Format_RGB888), view(studio).image());
  }

  void openFolderOpensThePicturesFolder() {
    const FolderCatcher catcher;
    Studio studio;
    makePicture(studio);
    choose(studio, QStringLiteral("Open folder"));
    QCOMPARE(catcher.opened, QStringList{studio.outputFolder()});
  }

  void row33AFolderThatNothingOpensIsSaid() {
    Studio studio;
    makePicture(studio);
    choose(studio, QStringLiteral("Open folder"));  // this platform opens none
    QTRY_VERIFY(says(studio, QStringLiteral("No program here opens folders")));
    QVERIFY(says(studio, studio.outputFolder()));
  }

  void row33AFolderThatIsGoneIsSaid() {
    const FolderCatcher catcher;
    Studio studio;
    makePicture(studio);
    QVERIFY(QDir(studio.outputFolder()).removeRecursively());
    choose(studio, QStringLiteral("Open folder"));
    QTRY_VERIFY(says(studio, studio.outputFolder() + QStringLiteral(" is not there")));
    QCOMPARE(catcher.opened, QStringList());
  }

  void useItsSettingsRestoresThem() {
    Studio studio;
    makePicture(studio);
    QAccessibleValueInterface* steps = studio.find(QAccessible::SpinBox, QStringLiteral("Steps"))->valueInterface();
    const int before = steps->currentValue().toInt();
    steps->setCurrentValue(before + 7);
    choose(studio, QStringLiteral("Use its settings"));
    QTRY_COMPARE(steps->currentValue().toInt(), before);
  }

  void aPreviewHasNeitherFolderNorSettings() {
    Studio studio;
    QVERIFY(studio.start());
    view(studio).showPreview(ui::toQImage(test::fakePicture({32, 32}, 1, 0.5)), 3, {96, 96});
    QMenu* menu = openMenu(studio);
    QVERIFY(action(*menu, QStringLiteral("Save as..."))->isEnabled());
    QVERIFY(!action(*menu, QStringLiteral("Open folder"))->isEnabled());
    QVERIFY(!action(*menu, QStringLiteral("Use its settings"))->isEnabled());
    menu->close();
  }

 private:
  static ui::PictureView& view(Studio& studio) { return *studio.window().findChild<ui::PictureView*>(); }

  /// The path of the saved picture; empty when there was none.
  static QString makePicture(Studio& studio) {
    if (!studio.start()) return {};
    studio.window().generate();
    return studio.waitForStatus(QStringLiteral("saved ")) ? studio.status().mid(6) : QString();
  }

  static QMenu* openMenu(Studio& studio) {
    QContextMenuEvent event(QContextMenuEvent::Mouse, {50, 50}, view(studio).mapToGlobal(QPoint(50, 50)));
    QApplication::sendEvent(&view(studio), &event);
    return qobject_cast<QMenu*>(QApplication::activePopupWidget());
  }

  static QAction* action(const QMenu& menu, const QString& text) {
    for (QAction* one : menu.actions()) {
      if (one->text() == text) return one;
    }
    return nullptr;
  }

  static void choose(Studio& studio, const QString& text) {
    QMenu* menu = openMenu(studio);
    QVERIFY(menu != nullptr);
    QAction* chosen = action(*menu, text);
    QVERIFY2(chosen != nullptr && chosen->isEnabled(), qPrintable(text));
    chosen->trigger();
    menu->close();
  }

  static void saveAs(Studio& studio, const QString& path) {
    choose(studio, QStringLiteral("Save as..."));
    auto* chooser = studio.window().findChild<QFileDialog*>();
    QVERIFY(chooser != nullptr);
    Q_EMIT chooser->fileSelected(path);
    chooser->reject();
  }

  static bool says(Studio& studio, const QString& part) {
    bool said = false;
    studio.walk([&](QAccessibleInterface* item) { said |= item->text(QAccessible::Name).contains(part); });
    return said;
  }

  static QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
};

TSTITCH_UI_TEST(PictureActionsTest)

#include "picture_actions_test.moc"
