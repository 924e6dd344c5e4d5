#pragma once

#include <QDialog>
#include <functional>

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace tstitch::ui {

class Commands;
class RowList;

/// The window `Help`: what the program is for in a few sentences, the list `Keys`, in which each key can be changed,
/// and a report for whoever helps.
class HelpWindow : public QDialog {
  Q_OBJECT

 public:
  /// `report` makes the text of the report when it is asked for.
  HelpWindow(Commands& commands, std::function<QString()> report, QWidget* parent = nullptr);

  /// Shows `part` before the keys.
  void addPart(QWidget* part);

  /// The keyboard stands in the list.
  void showKeys();

 Q_SIGNALS:
  void aboutRequested();

 private:
  void buildLayout();
  void connectControls();
  [[nodiscard]] QString chosen() const;
  void showAll();
  void showChosen();
  void look();
  void rebind();

  Commands& commands_;
  std::function<QString()> report_;
  RowList* keys_;
  QKeySequenceEdit* newKey_;
  QPushButton* set_;
  QPushButton* restore_;
  QPushButton* copy_;
  QPushButton* about_;
  QLabel* sentence_;
  QVBoxLayout* parts_;
};

}  // namespace tstitch::ui
