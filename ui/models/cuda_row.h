#pragma once

#include <QString>
#include <QWidget>

#include "ui/models/download_desk.h"

class QLabel;
class QPushButton;

namespace tstitch::ui {

/// The row of Preferences about them: whether they are here, and a button that fetches, cancels or removes.
class CudaRow : public QWidget {
  Q_OBJECT

 public:
  /// The download goes on at `desk` when the row is gone.
  CudaRow(const CudaCare& care, DownloadDesk& desk, QWidget* parent = nullptr);

 private:
  void show();
  void press();

  const CudaCare& care_;
  DownloadDesk& desk_;
  QLabel* state_;
  QPushButton* button_;
  QString problem_;  ///< of the last try
};

}  // namespace tstitch::ui
