#pragma once

#include <QDialog>
#include <filesystem>

class QListWidget;
class QPlainTextEdit;

namespace tstitch::ui {

/// What this program is, its version, and the licences of what it is made of: every text of the folder by its first
/// line, one of them shown whole.
class AboutDialog : public QDialog {
  Q_OBJECT

 public:
  explicit AboutDialog(const std::filesystem::path& licences, QWidget* parent = nullptr);

 private:
  void buildLayout();
  void readFolder(const QString& folder);

  QListWidget* parts_;
  QPlainTextEdit* text_;
};

}  // namespace tstitch::ui
