#include "ui/models/models_page.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <memory>

#include "ui/models/shelf_delegate.h"
#include "ui/widgets/captions.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr int kSideWidth = 380;
constexpr int kFoldersHeight = 110;

QLabel* wrapped() {
  auto* label = new QLabel;
  label->setWordWrap(true);
  label->setTextFormat(Qt::PlainText);
  return label;
}

QLineEdit* namedField(const QString& name, const QString& placeholder) {
  auto* field = new QLineEdit;
  field->setAccessibleName(name);
  field->setPlaceholderText(placeholder);
  return field;
}

QHBoxLayout* rowOf(std::initializer_list<QWidget*> widgets) {
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  for (QWidget* widget : widgets) row->addWidget(widget, qobject_cast<QLineEdit*>(widget) != nullptr ? 1 : 0);
  return row;
}

}  // namespace

ModelsPage::ModelsPage(QWidget* parent)
    : QWidget(parent),
      search_(namedField(tr("Search models"), tr("Search models"))),
      kind_(new QComboBox),
      list_(new QListView),
      empty_(
          remark(tr("Models that lie on this machine stand here as soon as they are found. Add the folder of another "
                    "program, or one of your own: nothing in it is copied or changed."))),
      facts_(wrapped()),
      asLarge_(new QPushButton(tr("Use as large"))),
      asSmall_(new QPushButton(tr("Use as small"))),
      asPart_(new QPushButton(tr("Use in Create"))),
      large_(wrapped()),
      small_(wrapped()),
      verdict_(wrapped()),
      pairName_(namedField(tr("Pair name"), tr("Name of the pair"))),
      save_(new QPushButton(tr("Save pair"))),
      folderPath_(namedField(tr("Folder path"), tr("Folder with models"))),
      addFolder_(new QPushButton(tr("Add folder"))),
      folders_(new RowList(RowList::Kind::List, tr("Model folders"))),
      removeFolder_(new QPushButton(tr("Remove folder"))),
      rescan_(new QPushButton(tr("Rescan"))),
      scan_(new QLabel),
      download_(new QPushButton(tr("Download"))),
      licenceBox_(new QWidget),
      licence_(wrapped()),
      accept_(new QPushButton(tr("Accept licence"))),
      decline_(new QPushButton(tr("Decline"))),
      progress_(new QProgressBar),
      progressText_(remark()),
      cancel_(new QPushButton(tr("Cancel download"))) {
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(16, 16, 0, 16);
  layout->setSpacing(16);
  layout->addWidget(buildList(), 1);
  layout->addWidget(buildSide());
  connectControls();
  setSelection({});
  setPair({}, {}, {}, false);
  askLicence({});
  setDownload({});
  setScan(tr("not yet"));
}

QWidget* ModelsPage::buildList() {
  search_->setClearButtonEnabled(true);
  kind_->setAccessibleName(tr("Kind of models"));
  kind_->addItems({tr("Everything"), tr("Models"), tr("LoRAs"), tr("ControlNets"), tr("Embeddings"), tr("Autoencoders"),
                   tr("To download")});
  list_->setAccessibleName(tr("Models"));
  list_->setModel(&model_);
  list_->setItemDelegate(new ShelfDelegate(list_));
  list_->setMouseTracking(true);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setFrameShape(QFrame::NoFrame);
  announceRowsOf(list_);
  empty_->setAlignment(Qt::AlignCenter);
  auto* part = new QWidget;
  auto* layout = new QVBoxLayout(part);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addLayout(rowOf({search_, kind_}));
  layout->addWidget(list_, 1);
  layout->addWidget(empty_, 1);
  layout->addWidget(scan_);
  scan_->setObjectName(QStringLiteral("muted"));
  return part;
}

QWidget* ModelsPage::buildSide() {
  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(0, 0, 16, 0);
  layout->setSpacing(8);
  addSelectionPart(*layout);
  addDownloadPart(*layout);
  layout->addSpacing(8);
  addPairPart(*layout);
  layout->addSpacing(8);
  addFolderPart(*layout);
  layout->addStretch(1);
  auto* scroll = new QScrollArea;
  scroll->setWidget(content);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFixedWidth(kSideWidth);
  return scroll;
}

void ModelsPage::addSelectionPart(QVBoxLayout& layout) {
  layout.addWidget(heading(tr("Selected")));
  layout.addWidget(facts_);
  asPart_->setToolTip(tr("Adds it to the settings; of a textual inversion, its word to the prompt"));
  auto* deeds = new FlowLayout(8);
  for (QPushButton* deed : {asLarge_, asSmall_, asPart_, download_}) deeds->addWidget(deed);
  layout.addLayout(deeds);
}

void ModelsPage::addDownloadPart(QVBoxLayout& layout) {
  auto* box = new QVBoxLayout(licenceBox_);
  box->setContentsMargins(0, 0, 0, 0);
  box->addWidget(licence_);
  auto* answers = rowOf({accept_, decline_});
  answers->addStretch(1);
  box->addLayout(answers);
  progress_->setAccessibleName(tr("Download"));
  progress_->setTextVisible(false);
  auto* line = new QHBoxLayout;
  line->addWidget(progressText_, 1);
  line->addWidget(cancel_);
  layout.addWidget(licenceBox_);
  layout.addWidget(progress_);
  layout.addLayout(line);
}

void ModelsPage::addPairPart(QVBoxLayout& layout) {
  layout.addWidget(heading(tr("Pair")));
  layout.addWidget(large_);
  layout.addWidget(small_);
  verdict_->setObjectName(QStringLiteral("muted"));
  layout.addWidget(verdict_);
  layout.addLayout(rowOf({pairName_, save_}));
}

void ModelsPage::addFolderPart(QVBoxLayout& layout) {
  layout.addWidget(heading(tr("Folders")));
  layout.addLayout(rowOf({folderPath_, addFolder_}));
  folders_->setFixedHeight(kFoldersHeight);
  folders_->setTextElideMode(Qt::ElideMiddle);
  layout.addWidget(folders_);
  auto* deeds = rowOf({removeFolder_, rescan_});
  deeds->addStretch(1);
  layout.addLayout(deeds);
}

ModelsPage::Meant ModelsPage::meant() const {
  const int row = folders_->currentRow();
  return {selected_.value_or(ShelfRow()), pairName_->text().trimmed(), folderPath_->text().trimmed(),
          row < 0 ? QString() : folderLines_.at(static_cast<std::size_t>(row)).path};
}

void ModelsPage::onPress(QPushButton* button, const std::function<void(const Meant&)>& deed) {
  const auto then = std::make_shared<Meant>();
  connect(button, &QPushButton::pressed, this, [this, then] { *then = meant(); });
  connect(button, &QPushButton::clicked, this, [then, deed] { deed(*then); });
}

void ModelsPage::connectList() {
  connect(search_, &QLineEdit::textChanged, &model_, &ShelfModel::setSearch);
  connect(kind_, &QComboBox::currentIndexChanged, this,
          [this](int index) { model_.setKind(static_cast<ShelfKind>(index)); });
  connect(&model_, &QAbstractItemModel::modelReset, this, &ModelsPage::keepSelection);
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
    if (const ShelfRow* row = model_.row(index.row())) selected_ = *row;
    Q_EMIT selectionChanged();
  });
  connect(list_, &QListView::doubleClicked, this, [this] { (asPart_->isEnabled() ? asPart_ : asSmall_)->click(); });
}

void ModelsPage::connectControls() {
  connectList();
  onPress(asLarge_, [this](const Meant& meant) { Q_EMIT largeWanted(meant.row); });
  onPress(asSmall_, [this](const Meant& meant) { Q_EMIT smallWanted(meant.row); });
  onPress(asPart_, [this](const Meant& meant) { Q_EMIT partWanted(meant.row); });
  onPress(download_, [this](const Meant& meant) { Q_EMIT downloadWanted(meant.row); });
  onPress(save_, [this](const Meant& meant) { Q_EMIT saveWanted(meant.pairName); });
  connect(pairName_, &QLineEdit::returnPressed, save_, &QPushButton::click);
  onPress(addFolder_,
          [this](const Meant& meant) { meant.folder.isEmpty() ? browse() : Q_EMIT folderWanted(meant.folder); });
  connect(folderPath_, &QLineEdit::returnPressed, addFolder_, &QPushButton::click);
  connect(folders_, &RowList::currentRowChanged, this, [this](int row) {
    removeFolder_->setEnabled(row >= 0 && folderLines_.at(static_cast<std::size_t>(row)).removable);
  });
  onPress(removeFolder_, [this](const Meant& meant) { Q_EMIT folderUnwanted(meant.folderOfList); });
  connect(rescan_, &QPushButton::clicked, this, &ModelsPage::rescanWanted);
  connect(accept_, &QPushButton::clicked, this, &ModelsPage::licenceAccepted);
  connect(decline_, &QPushButton::clicked, this, [this] { askLicence({}); });
  connect(cancel_, &QPushButton::clicked, this, &ModelsPage::cancelWanted);
}

void ModelsPage::setRows(std::vector<ShelfRow> rows) {
  model_.setRows(std::move(rows));
  if (selected_) {
    if (const ShelfRow* row = model_.row(model_.rowOf(*selected_))) selected_ = *row;
  }
  list_->setVisible(model_.rowCount() > 0);
  empty_->setVisible(model_.rowCount() == 0);
}

/// Rows that came or went leave the chosen one chosen.
void ModelsPage::keepSelection() {
  list_->setVisible(model_.rowCount() > 0);
  empty_->setVisible(model_.rowCount() == 0);
  const int row = selected_ ? model_.rowOf(*selected_) : -1;
  if (row >= 0) {
    list_->setCurrentIndex(model_.index(row));
  } else {
    selected_.reset();
    Q_EMIT selectionChanged();
  }
}

void ModelsPage::setFolders(const std::vector<FolderLine>& folders) {
  folderLines_ = folders;
  QStringList texts;
  for (const FolderLine& folder : folders) texts << folder.text;
  folders_->setRows(texts);
  const int row = folders_->currentRow();
  removeFolder_->setEnabled(row >= 0 && folderLines_.at(static_cast<std::size_t>(row)).removable);
}

void ModelsPage::setScan(const QString& text) {
  scan_->setText(tr("Scan: %1").arg(text));
}

void ModelsPage::setSelection(const Selection& selection) {
  facts_->setText(selection.facts.isEmpty() ? tr("Choose a model in the list.") : selection.facts);
  facts_->setObjectName(selection.facts.isEmpty() ? QStringLiteral("muted") : QString());
  asLarge_->setEnabled(selection.asLarge);
  asSmall_->setEnabled(selection.asSmall);
  asPart_->setEnabled(selection.asPart);
  download_->setEnabled(selection.download);
}

void ModelsPage::setPair(const QString& large, const QString& small, const QString& verdict, bool canSave) {
  large_->setText(tr("Large: %1").arg(large.isEmpty() ? tr("none yet") : large));
  small_->setText(tr("Small: %1").arg(small.isEmpty() ? tr("none yet") : small));
  verdict_->setText(verdict);
  verdict_->setVisible(!verdict.isEmpty());
  save_->setEnabled(canSave);
}

void ModelsPage::askLicence(const QString& text) {
  licence_->setText(text);
  licenceBox_->setVisible(!text.isEmpty());
}

void ModelsPage::setDownload(const Download& download) {
  progress_->setVisible(download.running);
  progress_->setRange(0, download.percent < 0 ? 0 : 100);
  if (download.percent >= 0) progress_->setValue(download.percent);
  progressText_->setText(download.text);
  progressText_->setVisible(!download.text.isEmpty());
  cancel_->setVisible(download.running);
  cancel_->setEnabled(download.running);
}

std::optional<ShelfRow> ModelsPage::selected() const {
  return selected_;
}

void ModelsPage::clearPairName() {
  pairName_->clear();
}

void ModelsPage::clearFolderPath() {
  folderPath_->clear();
}

void ModelsPage::browse() {
  auto* chooser = new QFileDialog(this, tr("Choose a folder with models"));
  chooser->setAttribute(Qt::WA_DeleteOnClose);
  chooser->setFileMode(QFileDialog::Directory);
  connect(chooser, &QFileDialog::fileSelected, this, &ModelsPage::folderWanted);
  chooser->open();
}

void ModelsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  Q_EMIT watchedChanged(true);
}

void ModelsPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  Q_EMIT watchedChanged(false);
}

}  // namespace tstitch::ui
