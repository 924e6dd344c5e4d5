#pragma once

#include <QObject>
#include <QPoint>

class QAction;
class QWidget;

namespace tstitch::ui {

class NoticeBar;
class PictureView;

/// The picture's menu: save as, copy, open its folder, use its settings.
class PictureActions : public QObject {
  Q_OBJECT

 public:
  PictureActions(PictureView& view, NoticeBar& notice, QWidget* window);

 Q_SIGNALS:
  void settingsWanted(const QString& path);

 private:
  void update();
  void saveAs();
  void writeTo(const QString& path);
  void copy();
  void openFolder();

  PictureView& view_;
  NoticeBar& notice_;
  QWidget* window_;
  QAction* save_;
  QAction* copy_;
  QAction* open_;
  QAction* settings_;
};

}  // namespace tstitch::ui
