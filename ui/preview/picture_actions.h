#pragma once

#include <QObject>
#include <QPoint>
#include <QString>

class QAction;
class QWidget;

namespace tstitch::ui {

class NoticeBar;
class PictureView;

/// Opens the folder of a file with what the desktop has for it; why that did not work, as a sentence, or empty.
QString openFolderOf(const QString& file);

/// The picture's menu: save as, copy, open its folder, use its settings, start from it.
class PictureActions : public QObject {
  Q_OBJECT

 public:
  PictureActions(PictureView& view, NoticeBar& notice, QWidget* window);

 Q_SIGNALS:
  void settingsWanted(const QString& path);
  /// A run is to start from it.
  void sourceWanted(const QString& path);

 private:
  void update();
  void saveAs();
  void writeTo(const QString& path);
  void copy();

  PictureView& view_;
  NoticeBar& notice_;
  QWidget* window_;
  QAction* save_;
  QAction* copy_;
  QAction* open_;
  QAction* settings_;
  QAction* source_;
};

}  // namespace tstitch::ui
