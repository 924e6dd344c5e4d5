#pragma once

#include <QDialog>
#include <vector>

#include "core/engine/settings.h"

class QComboBox;
class QFormLayout;

namespace tstitch::ui {

class EngineRack;
class Preferences;
class Theme;

/// The user's taste. Every change counts at once and for the next run.
class PreferencesDialog : public QDialog {
  Q_OBJECT

 public:
  /// `givenFolder` is the launcher's `--output`, which counts in place of the setting while this program runs; empty
  /// where none was given. `fast`: the precisions that can be chosen; others are shown with the reason why not.
  PreferencesDialog(Preferences& preferences, Theme* theme, const QString& givenFolder, std::vector<Precision> fast,
                    EngineRack& engines, QWidget* parent = nullptr);

  /// One more, after the others.
  void addRow(const QString& caption, QWidget* field);

 private:
  void addLook(QFormLayout* form);
  void addOutput(QFormLayout* form, const QString& givenFolder);
  void addEngine(QFormLayout* form, EngineRack& engines);
  QComboBox* precisionChoice();

  Preferences& preferences_;
  Theme* theme_;
  std::vector<Precision> fast_;
  QFormLayout* form_ = nullptr;
};

}  // namespace tstitch::ui
