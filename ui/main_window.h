#pragma once

#include <QMainWindow>
#include <QStringList>
#include <QTimer>
#include <memory>

#include "core/jobs/job.h"
#include "ui/models/download_desk.h"

class QSplitter;
class QLabel;
class QToolButton;

namespace tstitch::ui {

enum class ShelfKind;

class AdditionQuestions;
class Announcer;
class Commands;
class ComparePage;
class ControlCard;
class CreatePanel;
class EngineWatch;
class FileIntake;
class HistoryPanel;
class Filmstrip;
class GridDesk;
class GridPage;
class NoticeBar;
class ModelsPage;
class PageStack;
class PairCare;
class PairBox;
class PairSession;
class PictureActions;
class PictureView;
class PlanDesk;
class PlanPage;
class PlanWatch;
class PlayBar;
class PlayDesk;
class Preferences;
class QueuePanel;
class RunPresenter;
class RunStrip;
class RunHerald;
class Session;
class SidePanels;
class SettingsImport;
class StudioLog;
class StudioState;
class TasteDesk;
class Theme;
class UnsavedPictures;

/// What the launcher's options say; empty = not given.
struct StudioOptions {
  QString pair;
  QString large;
  QString small;
  QString vae;      ///< of the two, where the large one has none
  QString output;   ///< a folder that exists
  QString log;      ///< a file; empty = none is written
  QString cache;    ///< a folder for what can be made again; empty: nothing is kept
  QString unsaved;  ///< a folder for pictures that could not be saved; empty: they last for the sitting
  QStringList pictures;
  QStringList folders;         ///< with models, for this start
  FetchPair fetch;             ///< how known models are downloaded; empty: not at all
  CudaCare cuda = {};          ///< how the libraries for CUDA come and go
  QString engineCommand = {};  ///< of an engine that may run on another machine; empty: on this one
};

/// The window: a header with pages and the pair, the pages, and the line that tells how the run goes.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  MainWindow(Session& session, Preferences& preferences, StudioState& state, StudioOptions options,
             Theme* theme = nullptr);
  ~MainWindow() override;

  /// Stops everything and closes without asking, as soon as the engine has stopped.
  void shutDown();

  /// Offers the settings of these pictures.
  void takePictures(const QStringList& pictures);
  /// With the token by which the desktop lets it; may be empty.
  void comeToFront(const QString& activationToken);

  void generate();
  void makeGrid();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  /// A dialog asks, or a notice offers.
  enum class Restore { AtOnce, Asked, Offered };

  void makeWidgets();
  void makeDesks();
  void buildLayout();
  QWidget* buildHeader();
  void buildPages();
  QWidget* buildCreatePage();
  void buildMenu();
  void buildCommands();
  void placeStop();
  void showAbout();
  enum class HelpPart { Beginning, Keys };
  void showHelp(HelpPart part);
  void connectPanel();
  void connectAdditions();
  void connectSource();
  void connectSession();
  void connectHistory();
  void connectCuda();

  void connectGrid();
  void connectPlay();
  void requestChanged();
  void connectCare();
  void connectPlan();
  void tellEarlierPicture(const GenerationRequest& request);
  void updateRunState();
  void stop();

  void openPicture(const QString& path, Restore restore);
  void keepPasted(ControlCard* card, const QImage& pixels);
  void openCell(const QString& path);
  void usePart(const QString& place, ShelfKind kind);
  void openSaved(const QString& path);
  void showPreferences();
  [[nodiscard]] Job jobFor(const GenerationRequest& request) const;
  [[nodiscard]] QString outputFolder() const;

  void restoreState();
  void storeSoon();
  void storeState();
  void askBeforeClosing();
  void closeWhenIdle();

  Session& session_;
  Preferences& preferences_;
  StudioState& state_;
  StudioOptions options_;
  Theme* theme_;

  Commands* commands_;
  PageStack* pages_;
  SidePanels* side_;
  HistoryPanel* history_;
  QueuePanel* queue_;
  PairBox* pair_;
  QToolButton* settings_;
  QToolButton* menu_;
  CreatePanel* panel_;
  PictureView* picture_;
  Filmstrip* filmstrip_;
  GridPage* grid_;
  ComparePage* compare_;
  PlanPage* planPage_;
  ModelsPage* modelsPage_;
  NoticeBar* notice_;
  RunStrip* strip_;
  QSplitter* splitter_;
  PictureActions* actions_;
  SettingsImport* import_;
  PairSession* models_;
  AdditionQuestions* questions_;
  FileIntake* intake_;
  EngineWatch* watch_;
  UnsavedPictures* unsaved_;
  PlayBar* playBar_;
  PlayDesk* play_;
  TasteDesk* taste_;
  PairCare* care_;
  PlanDesk* plan_;
  PlanWatch* planWatch_;
  GridDesk* gridDesk_;
  DownloadDesk* cuda_ = nullptr;  ///< none where its libraries cannot be fetched
  Announcer* announcer_;
  RunHerald* herald_;
  std::unique_ptr<StudioLog> log_;
  std::unique_ptr<RunPresenter> presenter_;
  QTimer storeSoon_;
  bool closing_ = false;
  bool asking_ = false;
};

}  // namespace tstitch::ui
