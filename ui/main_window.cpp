#include "ui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDate>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "core/system/places.h"
#include "core/system/power_supply.h"
#include "ui/about_dialog.h"
#include "ui/additions/addition_questions.h"
#include "ui/additions/additions_section.h"
#include "ui/additions/control_card.h"
#include "ui/compare/compare_page.h"
#include "ui/convert/local_files.h"
#include "ui/convert/picture_loader.h"
#include "ui/convert/picture_writer.h"
#include "ui/desktop/run_herald.h"
#include "ui/engine/engine_client.h"
#include "ui/file_intake.h"
#include "ui/generate/create_panel.h"
#include "ui/generate/pair_box.h"
#include "ui/generate/settings_import.h"
#include "ui/generate/trajectory_section.h"
#include "ui/grid/grid_page.h"
#include "ui/help/commands.h"
#include "ui/help/help_window.h"
#include "ui/help/machine_page.h"
#include "ui/help/report.h"
#include "ui/help/studio_log.h"
#include "ui/history/history_actions.h"
#include "ui/history/thumbnails.h"
#include "ui/models/cuda_row.h"
#include "ui/models/models_desk.h"
#include "ui/models/pair_care.h"
#include "ui/models/pair_session.h"
#include "ui/plan/plan_desk.h"
#include "ui/play/lens_desk.h"
#include "ui/play/play_bar.h"
#include "ui/play/play_desk.h"
#include "ui/play/taste_desk.h"
#include "ui/preview/picture_actions.h"
#include "ui/preview/picture_view.h"
#include "ui/prompt/prompt_commands.h"
#include "ui/queue/queue_panel.h"
#include "ui/run/engine_watch.h"
#include "ui/run/filmstrip.h"
#include "ui/run/grid_desk.h"
#include "ui/run/ordered_run.h"
#include "ui/run/plan_watch.h"
#include "ui/run/run_presenter.h"
#include "ui/run/run_strip.h"
#include "ui/run/unsaved_pictures.h"
#include "ui/session/session.h"
#include "ui/settings/preferences.h"
#include "ui/settings/preferences_dialog.h"
#include "ui/settings/studio_state.h"
#include "ui/source/source_section.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/page_stack.h"
#include "ui/widgets/side_panels.h"

namespace tstitch::ui {
namespace {

constexpr int kPanelWidth = 400;
/// Settings are on the disk within a second of a change, whatever ends the program.
constexpr int kStoreDelayMs = 500;

/// The usual size, or less where the screen has no room for it and for the frame that the desktop draws around it.
QSize firstSize(const QSize& available) {
  constexpr QSize kUsual(1200, 860);
  constexpr QSize kFrame(16, 56);
  return kUsual.boundedTo(available - kFrame);
}

}  // namespace

MainWindow::MainWindow(Session& session, Preferences& preferences, StudioState& state, StudioOptions options,
                       Theme* theme)
    : session_(session),
      preferences_(preferences),
      state_(state),
      options_(std::move(options)),
      theme_(theme),
      log_(std::make_unique<StudioLog>(options_.log)) {
  setWindowTitle(tr("T-Stitch Studio"));
  setWindowIcon(applicationIcon());
  setAcceptDrops(true);
  makeWidgets();
  makeDesks();
  buildLayout();
  buildMenu();
  buildCommands();
  storeSoon_.setSingleShot(true);
  storeSoon_.setInterval(kStoreDelayMs);
  connect(&storeSoon_, &QTimer::timeout, this, &MainWindow::storeState);
  connect(pages_, &PageStack::shown, this, &MainWindow::placeStop);
  connectPanel();
  connectGrid();
  connectAdditions();
  connectSource();
  connectSession();
  connectPlay();
  connectCare();
  connectPlan();
  connectHistory();
  connectCuda();
  const auto* shelf = new ModelsDesk(session_, {*modelsPage_, *pair_, *models_, *notice_}, state_, options_.folders,
                                     options_.fetch, options_.engineCommand);
  connect(shelf, &ModelsDesk::partsFound, this, [this](const FoundParts& parts) {
    questions_->setFound(parts);
    panel_->setFoundEmbeddings(parts.embeddings);
  });
  connect(shelf, &ModelsDesk::partWanted, this, &MainWindow::usePart);
  restoreState();
  requestChanged();
  updateRunState();
  placeStop();
  panel_->setFocus();
  takePictures(options_.pictures);
  unsaved_->offerLeft();
}

/// Everything that is seen; what it is put into owns it.
void MainWindow::makeWidgets() {
  commands_ = new Commands(*this, preferences_);
  pages_ = new PageStack;
  side_ = new SidePanels(pages_);
  history_ = new HistoryPanel(session_.history(), *new Thumbnails(options_.cache, this));
  queue_ = new QueuePanel(session_.queue());
  pair_ = new PairBox;
  settings_ = new QToolButton;
  menu_ = new QToolButton;
  panel_ = new CreatePanel;
  picture_ = new PictureView;
  filmstrip_ = new Filmstrip;
  playBar_ = new PlayBar;
  grid_ = new GridPage;
  compare_ = new ComparePage;
  planPage_ = new PlanPage;
  modelsPage_ = new ModelsPage;
  notice_ = new NoticeBar;
  strip_ = new RunStrip;
  splitter_ = new QSplitter;
  announcer_ = new Announcer;
}

/// Everything that decides. What plays hears of the session's runs before what shows them.
void MainWindow::makeDesks() {
  const auto makeJob = [this](const GenerationRequest& request) { return jobFor(request); };
  actions_ = new PictureActions(*picture_, *notice_, this);
  import_ = new SettingsImport(session_.engine(), *panel_, *pair_, *notice_);
  models_ = new PairSession(session_, {*pair_, *panel_, *import_, *notice_}, preferences_, state_,
                            {options_.pair, options_.large, options_.small, options_.vae});
  questions_ = new AdditionQuestions(session_, *panel_->additions());
  intake_ = new FileIntake(session_.engine(), *panel_->additions(), *notice_, this);
  watch_ = new EngineWatch(session_.engine(), preferences_, *notice_, this);
  unsaved_ = new UnsavedPictures(session_, *notice_, options_.unsaved, this);
  play_ = new PlayDesk(session_, {*picture_, *filmstrip_, *playBar_, *panel_}, makeJob, this);
  taste_ = new TasteDesk(
      *play_, *panel_, *notice_, [this] { return outputFolder(); }, this);
  care_ = new PairCare(session_, *panel_, *notice_, preferences_);
  planWatch_ = new PlanWatch(session_, *panel_, *notice_, preferences_);
  plan_ = new PlanDesk(session_, {*planPage_, *pair_, *models_, *panel_, *care_, *notice_}, state_);
  presenter_ = std::make_unique<RunPresenter>(
      session_, RunViews{*strip_, *picture_, *panel_->trajectory()->bar(), *grid_, *notice_});
  gridDesk_ = new GridDesk(session_, {*grid_, *panel_, *pair_, *import_, *notice_, *presenter_}, makeJob, this);
  auto* memory = new QLabel;
  strip_->addExtra(memory);
  strip_->addExtra(announcer_);
  herald_ = new RunHerald(*this, session_, *presenter_, *announcer_, *memory);
  connect(presenter_.get(), &RunPresenter::ended, this, [this](const QString& status) { log_->write(status); });
  connect(notice_, &NoticeBar::said, this, [this](const QString& sentence) { log_->write(sentence); });
}

MainWindow::~MainWindow() {
  session_.store().setProblemSink({});
}

void MainWindow::buildLayout() {
  buildPages();
  auto* central = new QWidget;
  auto* layout = new QVBoxLayout(central);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(buildHeader());
  layout->addWidget(notice_);
  layout->addWidget(side_, 1);
  layout->addWidget(strip_);
  setCentralWidget(central);
  resize(firstSize(screen()->availableSize()));
}

QWidget* MainWindow::buildHeader() {
  auto* header = new QWidget;
  header->setObjectName(QStringLiteral("header"));
  header->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(16, 8, 16, 8);
  layout->setSpacing(12);
  layout->addWidget(pages_->tabs());
  layout->addStretch(1);
  layout->addWidget(side_->add(tr("History"), tr("History panel"), history_));
  layout->addWidget(side_->add(tr("Queue"), tr("Queue panel"), queue_));
  auto* caption = new QLabel(tr("Models"));
  caption->setObjectName(QStringLiteral("muted"));
  layout->addWidget(caption);
  layout->addWidget(pair_);
  layout->addWidget(settings_);
  layout->addWidget(menu_);
  return header;
}

void MainWindow::buildPages() {
  pages_->add({tr("Create"), buildCreatePage(), [this] { generate(); }});
  pages_->add({tr("Grid"), grid_, [this] { makeGrid(); }});
  pages_->add({tr("Compare"), compare_});
  pages_->add({tr("Plan"), planPage_});
  pages_->add({tr("Models"), modelsPage_});
}

QWidget* MainWindow::buildCreatePage() {
  auto* middle = new QWidget;
  auto* layout = new QVBoxLayout(middle);
  layout->setContentsMargins(16, 16, 16, 12);
  layout->setSpacing(12);
  layout->addWidget(picture_, 1);
  layout->addWidget(playBar_);
  layout->addWidget(filmstrip_);
  splitter_->addWidget(panel_);
  splitter_->addWidget(middle);
  splitter_->setStretchFactor(1, 1);
  splitter_->setHandleWidth(1);
  splitter_->setChildrenCollapsible(false);
  panel_->setMinimumWidth(kPanelWidth);
  splitter_->setSizes({kPanelWidth, 800});
  return splitter_;
}

void MainWindow::buildMenu() {
  auto* menu = new QMenu(menu_);
  menu->addAction(
      commands_->add({QStringLiteral("settings"), tr("Settings..."), {QKeySequence(Qt::CTRL | Qt::Key_Comma)}, [this] {
                        showPreferences();
                      }}));
  menu->addAction(tr("Choose models..."), this, [this] { models_->chooseModels(this); });
  menu->addAction(
      commands_->add({QStringLiteral("window/fullScreen"), tr("Full screen"), {QKeySequence(Qt::Key_F11)}, [this] {
                        setWindowState(windowState() ^ Qt::WindowFullScreen);
                      }}));
  menu->addAction(commands_->add(
      {QStringLiteral("window/panel"), tr("Hide or show the panels"), {QKeySequence(Qt::Key_F9)}, [this] {
         panel_->setVisible(panel_->isHidden());
         side_->setPanelsHidden(panel_->isHidden());
         placeStop();
       }}));
  menu->addSeparator();
  menu->addAction(commands_->add(
      {QStringLiteral("help"), tr("Help"), {QKeySequence(Qt::Key_F1)}, [this] { showHelp(HelpPart::Beginning); }}));
  menu->addAction(tr("About..."), this, &MainWindow::showAbout);
  menu->addAction(commands_->add(
      {QStringLiteral("quit"), tr("Quit"), QKeySequence::keyBindings(QKeySequence::Quit), [this] { close(); }}));
  menu_->setMenu(menu);
  menu_->setPopupMode(QToolButton::InstantPopup);
  menu_->setAccessibleName(tr("Menu"));
  settings_->setAccessibleName(tr("Settings"));
  settings_->setToolTip(tr("Settings"));
  connect(settings_, &QToolButton::clicked, this, &MainWindow::showPreferences);
  const auto repaint = [this] {
    settings_->setIcon(lineIcon(QStringLiteral("settings"), colours().text));
    menu_->setIcon(lineIcon(QStringLiteral("list"), colours().text));
    panel_->repaintIcons();
  };
  repaint();
  if (theme_ != nullptr) connect(theme_, &Theme::changed, this, repaint);
}

/// What has no place in the menu.
void MainWindow::buildCommands() {
  commands_->add({QStringLiteral("start"),
                  tr("Start what the page makes"),
                  {QKeySequence(Qt::CTRL | Qt::Key_Return), QKeySequence(Qt::CTRL | Qt::Key_Enter)},
                  [this] { pages_->startCurrent(); }});
  commands_->add({QStringLiteral("stop"),
                  tr("Stop"),
                  {QKeySequence(Qt::Key_Escape), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Return)},
                  [this] {
                    // The window has its keys before a list that is open over it: that one is meant first.
                    QWidget* open = QApplication::activePopupWidget();
                    const bool busy = session_.isRunning() || care_->isMeasuring();
                    if (open != nullptr) {
                      open->close();
                    } else if (busy || !play_->endLook()) {
                      stop();
                    }
                  }});
  addPromptCommands(*commands_, *panel_);
  for (int page = 0; page < pages_->count(); ++page) {
    commands_->add({QStringLiteral("page/%1").arg(page + 1),
                    tr("Page %1").arg(pages_->title(page)),
                    {QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + page))},
                    [this, page] { pages_->show(page); }});
  }
  commands_->add({QStringLiteral("keys"),
                  tr("List of keys"),
                  {QKeySequence(Qt::SHIFT | Qt::Key_Question), QKeySequence(Qt::Key_Question)},
                  [this] { showHelp(HelpPart::Keys); }});
}

void MainWindow::showAbout() {
  auto* about = new AboutDialog(installed_places().licences, this);
  about->setAttribute(Qt::WA_DeleteOnClose);
  about->open();
}

void MainWindow::showHelp(HelpPart part) {
  auto* help = findChild<HelpWindow*>();
  if (help == nullptr) {
    help = new HelpWindow(
        *commands_, [this] { return reportText(preferences_, session_, *log_); }, this);
    help->setAttribute(Qt::WA_DeleteOnClose);
    help->addPart(new MachinePage(session_));
    connect(help, &HelpWindow::aboutRequested, this, &MainWindow::showAbout);
  }
  help->show();
  help->raise();
  help->activateWindow();
  if (part == HelpPart::Keys) help->showKeys();
}

/// Beside Generate where that is to be seen, else under every page.
void MainWindow::placeStop() {
  const bool beside = pages_->current() == 0 && !panel_->isHidden();
  beside ? panel_->takeStop(strip_->stopButton()) : strip_->takeStop();
}

void MainWindow::connectPanel() {
  connect(panel_, &CreatePanel::requestChanged, this, &MainWindow::requestChanged);
  connect(panel_, &CreatePanel::generateRequested, this, &MainWindow::generate);
  connect(panel_, &CreatePanel::namesWanted, this, [this] {
    session_.engine().askNewest(
        panel_, [](Library& library) { return library.catalog(); },
        [this](const Reply<Catalog>& reply) {
          if (reply.value) panel_->setPromptNames(promptNamesOf(*reply.value));
        });
  });
  connect(panel_, &CreatePanel::replaced, this, [this](const QString& sentence, const std::function<void()>& undo) {
    notice_->sayInstead(sentence, NoticeMatter::Settings, {{tr("Undo settings"), undo}});
  });
  connect(pair_, &PairBox::chooseModelsRequested, this, [this] { models_->chooseModels(this); });
  connect(strip_, &RunStrip::stopRequested, this, &MainWindow::stop);
  connect(actions_, &PictureActions::settingsWanted, this,
          [this](const QString& path) { openPicture(path, Restore::AtOnce); });
}

void MainWindow::connectGrid() {
  connect(grid_, &GridPage::axesChanged, this, &MainWindow::storeSoon);
  connect(planWatch_, &PlanWatch::planned, gridDesk_, &GridDesk::estimate);
  connect(planWatch_, &PlanWatch::planned, plan_, &PlanDesk::takePlan);
  connect(gridDesk_, &GridDesk::pageWanted, this, [this] { pages_->show(grid_); });
  connect(grid_, &GridPage::cellOpened, this, &MainWindow::openCell);
  connect(grid_, &GridPage::compareRequested, this, [this](const QString& a, const QString& b) {
    compare_->compare(a, b);
    pages_->show(compare_);
  });
}

/// In Create, with its settings.
void MainWindow::openCell(const QString& path) {
  pages_->show(splitter_);
  loadPictureAsync(path, this, [this, grid = presenter_->shownGrid()](const LoadedPicture& loaded) {
    if (!loaded.image.isNull() && !presenter_->ownsPicture()) picture_->showSaved(loaded.image, loaded.path);
    grid ? import_->restoreMadeBy(loaded, grid->pictures().request) : import_->restore(loaded);
  });
}

/// From the models page; what it does is said there.
void MainWindow::usePart(const QString& place, ShelfKind kind) {
  if (kind != ShelfKind::Embeddings) return intake_->take(place);
  const GenerationRequest before = panel_->request();
  if (!panel_->useEmbedding(place)) {
    return notice_->say(tr("This pair draws classes and reads no words."), NoticeMatter::Settings);
  }
  notice_->sayInstead(tr("%1 stands in the prompt.").arg(QFileInfo(place).completeBaseName()), NoticeMatter::Settings,
                      {{tr("Undo settings"), [this, before] { panel_->apply(before); }}});
}

void MainWindow::connectAdditions() {
  connect(intake_, &FileIntake::pictureGiven, this,
          [this](const QString& path) { openPicture(path, Restore::AtOnce); });
  connect(intake_, &FileIntake::embeddingGiven, panel_, &CreatePanel::addEmbedding);
  connect(intake_, &FileIntake::modelGiven, this, [this](const QString& path) { models_->chooseModels(this, path); });
  const auto watch = [this](ControlCard* card) {
    connect(card, &ControlCard::pixelsGiven, this, [this, card](const QImage& pixels) { keepPasted(card, pixels); });
  };
  for (ControlCard* card : panel_->additions()->controlCards()) watch(card);
  connect(panel_->additions(), &AdditionsSection::controlAdded, this, watch);
  connect(panel_->additions(), &AdditionsSection::overlayChanged, picture_, &PictureView::setOverlay);
}

/// What becomes the picture that a run starts from.
void MainWindow::connectSource() {
  connect(panel_->source(), &SourceSection::shownPictureWanted, this, [this] {
    const QString shown = picture_->savedPath();
    if (!shown.isEmpty()) return panel_->setSourcePicture(shown);
    notice_->say(tr("No saved picture is shown that a run could start from."), NoticeMatter::File);
  });
  connect(panel_->source(), &SourceSection::pixelsGiven, this, [this](const QImage& pixels) {
    const auto write = [pixels, folder = outputFolder()] {
      return saveNumbered(pixels, folder, QStringLiteral("source"));
    };
    writeInBackground(this, write, [this](const WrittenFile& file) {
      notice_->say(file.problem, NoticeMatter::File);
      if (file.problem.isEmpty()) panel_->setSourcePicture(file.path);
    });
  });
  connect(actions_, &PictureActions::sourceWanted, panel_, &CreatePanel::setSourcePicture);
}

void MainWindow::connectSession() {
  connect(&session_, &Session::stateChanged, this, &MainWindow::updateRunState);
  connect(watch_, &EngineWatch::unusable, panel_, &CreatePanel::setEngineProblem);
  connect(watch_, &EngineWatch::unusable, presenter_.get(), &RunPresenter::showEngineProblem);
  connect(presenter_.get(), &RunPresenter::seedUsed, panel_, &CreatePanel::showUsedSeed);
  connect(presenter_.get(), &RunPresenter::runOver, planWatch_, &PlanWatch::ask);
}

void MainWindow::connectPlay() {
  connect(presenter_.get(), &RunPresenter::shown, play_, &PlayDesk::showRun);
  new LensDesk(*play_, *picture_, *filmstrip_, *playBar_, *notice_, this);
  connect(playBar_, &PlayBar::tasteWanted, taste_, &TasteDesk::open);
  connect(taste_, &TasteDesk::balanced, this, [this](int percent) {
    if (pair_->pair() != nullptr) state_.balanced(QString::fromStdString(pair_->pair()->name)).set(percent);
    panel_->trajectory()->setBalanced(percent);
  });
  play_->setIdleAllowed([this] { return preferences_.idlePictures.get() && !on_battery(); });
  connect(playBar_, &PlayBar::keepChanged, this, &MainWindow::storeSoon);
}

void MainWindow::connectHistory() {
  const auto* actions = new HistoryActions(session_.history(), *history_, *panel_, *import_, *picture_, *notice_);
  connect(actions, &HistoryActions::openWanted, this, &MainWindow::openSaved);
  connect(actions, &HistoryActions::compareWanted, this, [this](const QString& picture, const QString& current) {
    pages_->show(compare_);
    compare_->compare(picture, current);
  });
  connect(side_, &SidePanels::changed, this, &MainWindow::storeSoon);
  tellPausedQueue(session_.queue(), *notice_);
  session_.takeUp();
  session_.store().setProblemSink([this](const QString& problem) { notice_->say(problem); });
  session_.history().start(options_.output.isEmpty() ? preferences_.effectiveOutputFolder() : options_.output);
}

/// A picture of the history.
void MainWindow::openSaved(const QString& path) {
  if (!presenter_->ownsPicture()) pages_->show(splitter_);
  loadPictureAsync(path, this, [this](const LoadedPicture& loaded) {
    notice_->say(loaded.image.isNull() ? loaded.problem : QString(), NoticeMatter::File);
    if (!loaded.image.isNull() && !presenter_->ownsPicture()) picture_->showSaved(loaded.image, loaded.path);
  });
}

void MainWindow::requestChanged() {
  const GenerationRequest request = panel_->request();
  session_.setRequest(request);
  care_->follow(request);
  gridDesk_->followRequest(request);
  questions_->setRequest(request);
  planWatch_->follow(request);
  play_->update();
  storeSoon();
}

void MainWindow::connectCare() {
  connect(pair_, &PairBox::pairChosen, this, [this] {
    if (const PairEntry* entry = pair_->pair()) {
      panel_->trajectory()->setBalanced(state_.balanced(QString::fromStdString(entry->name)).get());
    }
  });
  connect(care_, &PairCare::changed, this, [this] {
    panel_->forgetCosts();
    planWatch_->ask();
  });
  connect(care_, &PairCare::measuringChanged, this, &MainWindow::updateRunState);
}

void MainWindow::connectPlan() {
  connect(presenter_.get(), &RunPresenter::runOver, this, [this] {
    plan_->refresh();
    if (const auto grid = presenter_->shownGrid()) plan_->takeGrid(*grid_->model(), grid->pictures().request);
  });
  connect(plan_, &PlanDesk::ratiosWanted, this, [this](const QString& ratios, const QString& steps) {
    grid_->form()->setAxes(QStringLiteral("ratio"), ratios, QStringLiteral("steps"), steps);
    makeGrid();
  });
}

void MainWindow::stop() {
  care_->stop();
  session_.stop();
}

void MainWindow::updateRunState() {
  const bool busy = session_.isRunning() || session_.isPreparing() || care_->isMeasuring();
  strip_->setStoppable(busy, session_.isStopping(), session_.queued());
  panel_->setBusy(session_.isRunning());
  if (closing_) closeWhenIdle();
}

QString MainWindow::outputFolder() const {
  if (!options_.output.isEmpty()) return options_.output;
  return QDir(preferences_.effectiveOutputFolder()).filePath(QDate::currentDate().toString(Qt::ISODate));
}

Job MainWindow::jobFor(const GenerationRequest& request) const {
  Job job;
  job.request = request;
  job.count = panel_->count();
  job.settings = preferences_.runSettings();
  job.preview = preferences_.previewSettings();
  job.output = {(outputFolder() + u'/').toStdString(), preferences_.metadata.get()};
  return job;
}

void MainWindow::generate() {
  if (!panel_->problems().isEmpty()) return;
  Job job = jobFor(panel_->takeRequest());
  job.expected = import_->madeOf(job.request);
  tellEarlierPicture(job.request);
  play_->keep(job);
  session_.submit(orderOf(*panel_, job));
}

/// The same settings make the same picture again, which may not be what was meant.
void MainWindow::tellEarlierPicture(const GenerationRequest& request) {
  notice_->withdraw(NoticeMatter::Earlier);
  session_.history().findEarlier(request, this, [this](const QString& earlier) {
    if (earlier.isEmpty()) return;
    notice_->say(tr("The same settings made %1 before; the picture will be equal.").arg(earlier),
                 NoticeMatter::Earlier);
  });
}

void MainWindow::makeGrid() {
  gridDesk_->make();
}

void MainWindow::takePictures(const QStringList& pictures) {
  const Restore how = pictures.size() == 1 ? Restore::Asked : Restore::Offered;
  for (const QString& picture : pictures) {
    gridDesk_->takeFile(picture, [this, picture, how] { openPicture(picture, how); });
  }
}

void MainWindow::comeToFront(const QString& activationToken) {
  // Where Qt's platform looks for it when a window asks to become active.
  if (!activationToken.isEmpty()) qputenv("XDG_ACTIVATION_TOKEN", activationToken.toUtf8());
  setWindowState(windowState() & ~Qt::WindowMinimized);
  show();
  raise();
  activateWindow();
}

void MainWindow::openPicture(const QString& path, Restore restore) {
  loadPictureAsync(path, this, [this, restore](const LoadedPicture& loaded) {
    if (!loaded.image.isNull() && !presenter_->ownsPicture()) picture_->showSaved(loaded.image, loaded.path);
    if (restore == Restore::AtOnce) return import_->restore(loaded);
    const bool mayAsk = restore == Restore::Asked && !session_.isRunning();
    import_->offer(loaded, mayAsk ? SettingsImport::Offer::InADialog : SettingsImport::Offer::InANotice);
  });
}

/// Copied pixels become a file beside the pictures that are made from them, so that these can be made again.
void MainWindow::keepPasted(ControlCard* card, const QImage& pixels) {
  const auto write = [pixels, folder = outputFolder()] {
    return saveNumbered(pixels, folder, QStringLiteral("control"));
  };
  writeInBackground(card, write, [this, card](const WrittenFile& file) {
    notice_->say(file.problem, NoticeMatter::File);
    if (file.problem.isEmpty()) card->setPicture(file.path);
  });
}

void MainWindow::connectCuda() {
  if (!options_.cuda.fetch) return;
  cuda_ = new DownloadDesk(options_.cuda.fetch, state_, state_.cudaDownload, this);
  connect(cuda_, &DownloadDesk::ended, this, [this](const std::string&, const QString& problem, bool cancelled) {
    if (cancelled) return;
    notice_->say(problem.isEmpty() ? tr("The CUDA libraries are here; the next start of T-Stitch uses them.") : problem,
                 NoticeMatter::File);
  });
  cuda_->takeUp();
}

void MainWindow::showPreferences() {
  auto* dialog =
      new PreferencesDialog(preferences_, theme_, options_.output, session_.fastPrecisions(), session_.engines(), this);
  if (cuda_) dialog->addRow(tr("CUDA libraries"), new CudaRow(options_.cuda, *cuda_));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->show();
}

void MainWindow::restoreState() {
  if (state_.geometry.isStored()) restoreGeometry(state_.geometry.get());
  if (state_.splitter.isStored()) splitter_->restoreState(state_.splitter.get());
  side_->restore(state_.sidePanels.get());
  panel_->restore(state_);
  grid_->restore(state_);
  playBar_->setKeepsSmall(state_.keepSmall.get());
  pages_->show(state_.page.get());
}

/// Not put off by further changes.
void MainWindow::storeSoon() {
  if (!storeSoon_.isActive()) storeSoon_.start();
}

void MainWindow::storeState() {
  state_.geometry.set(saveGeometry());
  state_.splitter.set(splitter_->saveState());
  state_.sidePanels.set(side_->standing());
  state_.page.set(pages_->current());
  models_->store();
  panel_->store(state_);
  grid_->store(state_);
  state_.keepSmall.set(playBar_->keepsSmall());
  state_.sync();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  storeState();
  if (!session_.isRunning()) {
    session_.stopAll();
    event->accept();
    return;
  }
  event->ignore();
  if (!closing_ && !asking_) askBeforeClosing();
}

void MainWindow::askBeforeClosing() {
  asking_ = true;
  auto* question = new QMessageBox(QMessageBox::Question, tr("T-Stitch Studio"),
                                   tr("A picture is being made. Stop it and close?"), QMessageBox::Cancel, this);
  question->setAttribute(Qt::WA_DeleteOnClose);
  QPushButton* stopAndClose = question->addButton(tr("Stop and close"), QMessageBox::AcceptRole);
  connect(question, &QMessageBox::finished, this, [this, question, stopAndClose] {
    asking_ = false;
    if (question->clickedButton() == stopAndClose) shutDown();
  });
  question->open();
}

void MainWindow::shutDown() {
  closing_ = true;
  session_.stopAll();
  closeWhenIdle();
}

void MainWindow::closeWhenIdle() {
  if (!session_.isRunning()) QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!firstLocalFile(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QString path = firstLocalFile(*event->mimeData());
  gridDesk_->takeFile(path, [this, path] { intake_->take(path); });
  event->acceptProposedAction();
}

}  // namespace tstitch::ui
