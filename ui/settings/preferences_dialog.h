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
  /// `givenFolder` is the launcher's `--output`, which counts in place of the setting while this program runs; empty
  /// where none was given.
  PreferencesDialog(Preferences& preferences, Theme* theme, const QString& givenFolder, QWidget* parent = nullptr);

 private:
  void addLook(QFormLayout* form);
  void addOutput(QFormLayout* form, const QString& givenFolder);
  void addEngine(QFormLayout* form);

  Preferences& preferences_;
  Theme* theme_;
};

}  // namespace tstitch::ui
