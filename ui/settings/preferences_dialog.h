#pragma once

#include <QDialog>

class QFormLayout;

namespace tstitch::ui {

class Preferences;
class Theme;

/// The user's taste. Every change counts at once and for the next run.
class PreferencesDialog : public QDialog {
  Q_OBJECT

 public:
  PreferencesDialog(Preferences& preferences, Theme* theme, QWidget* parent = nullptr);

 private:
  void addLook(QFormLayout* form);
  void addOutput(QFormLayout* form);
  void addEngine(QFormLayout* form);

  Preferences& preferences_;
  Theme* theme_;
};

}  // namespace tstitch::ui
