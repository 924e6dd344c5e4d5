#pragma once

#include <QWidget>

class QLineEdit;
class QListWidget;
class QPushButton;

namespace tstitch::ui {

class EngineRack;
class Preferences;

/// The engines with how they stand; commands are added and removed, and kept in the preferences.
class EngineList : public QWidget {
  Q_OBJECT

 public:
  EngineList(EngineRack& rack, Preferences& preferences, QWidget* parent = nullptr);

 private:
  void showAll();
  void updateButtons();
  void add();
  void removeChosen();

  EngineRack& rack_;
  Preferences& preferences_;
  QListWidget* list_;
  QLineEdit* command_;
  QPushButton* add_;
  QPushButton* remove_;
};

}  // namespace tstitch::ui
