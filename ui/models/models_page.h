#pragma once

#include <QWidget>
#include <functional>
#include <optional>

#include "ui/models/shelf_model.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace tstitch::ui {

class RowList;

/// A folder as the page lists it.
struct FolderLine {
  QString path;
  QString text;
  bool removable = false;
};

/// Models: what was found, by latent space, the folders that are searched, pairs of one's own, and downloads. Shows
/// what it is told and says by signals what is wanted.
class ModelsPage : public QWidget {
  Q_OBJECT

 public:
  explicit ModelsPage(QWidget* parent = nullptr);

  void setRows(std::vector<ShelfRow> rows);
  void setFolders(const std::vector<FolderLine>& folders);
  /// "312 models in 4 folders", behind `Scan: `.
  void setScan(const QString& text);
  /// What is known of the selected row, and what may be done with it.
  struct Selection {
    QString facts;
    bool asLarge = false;
    bool asSmall = false;
    bool asPart = false;
    bool download = false;
  };
  void setSelection(const Selection& selection);
  void setPair(const QString& large, const QString& small, const QString& verdict, bool canSave);
  /// Asks for its agreement; an empty text takes the question away.
  void askLicence(const QString& text);
  struct Download {
    QString text;
    int percent = -1;  ///< -1: how far it is cannot be told
    bool running = false;
  };
  void setDownload(const Download& download);

  [[nodiscard]] std::optional<ShelfRow> selected() const;
  void clearPairName();
  void clearFolderPath();

 Q_SIGNALS:
  void selectionChanged();
  void largeWanted(const tstitch::ui::ShelfRow& row);
  void smallWanted(const tstitch::ui::ShelfRow& row);
  /// What is no denoiser, in Create.
  void partWanted(const tstitch::ui::ShelfRow& row);
  void saveWanted(const QString& name);
  void folderWanted(const QString& path);
  void folderUnwanted(const QString& path);
  void rescanWanted();
  void downloadWanted(const tstitch::ui::ShelfRow& row);
  void licenceAccepted();
  void cancelWanted();
  /// Somebody looks at the page, or nobody any more.
  void watchedChanged(bool watched);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QWidget* buildList();
  QWidget* buildSide();
  void addSelectionPart(QVBoxLayout& layout);
  void addPairPart(QVBoxLayout& layout);
  void addFolderPart(QVBoxLayout& layout);
  void addDownloadPart(QVBoxLayout& layout);
  void connectControls();
  void connectList();
  /// What stands on the page when a button is pressed; a press by an assistive tool takes a moment to be a click.
  struct Meant {
    ShelfRow row;
    QString pairName;
    QString folder;        ///< in the field
    QString folderOfList;  ///< the chosen one
  };
  [[nodiscard]] Meant meant() const;
  void onPress(QPushButton* button, const std::function<void(const Meant&)>& deed);
  void keepSelection();
  void browse();

  ShelfModel model_;
  std::optional<ShelfRow> selected_;
  std::vector<FolderLine> folderLines_;
  QLineEdit* search_;
  QComboBox* kind_;
  QListView* list_;
  QLabel* empty_;
  QLabel* facts_;
  QPushButton* asLarge_;
  QPushButton* asSmall_;
  QPushButton* asPart_;
  QLabel* large_;
  QLabel* small_;
  QLabel* verdict_;
  QLineEdit* pairName_;
  QPushButton* save_;
  QLineEdit* folderPath_;
  QPushButton* addFolder_;
  RowList* folders_;
  QPushButton* removeFolder_;
  QPushButton* rescan_;
  QLabel* scan_;
  QPushButton* download_;
  QWidget* licenceBox_;
  QLabel* licence_;
  QPushButton* accept_;
  QPushButton* decline_;
  QProgressBar* progress_;
  QLabel* progressText_;
  QPushButton* cancel_;
};

}  // namespace tstitch::ui
