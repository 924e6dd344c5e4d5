#include "ui/history/history_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/history/history_delegate.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/line_icon.h"
#include "ui/widgets/row_list.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kChoicesDelayMs = 300;
constexpr int kLeastListHeight = 120;
constexpr Qt::Key kPeekKey = Qt::Key_B;

/// Entries of the box of times: the first moment that counts, by how many days it lies back.
qint64 momentDaysAgo(int days) {
  return QDate::currentDate().addDays(-days).startOfDay().toMSecsSinceEpoch();
}

/// Fills a box anew and keeps what was chosen, as long as it is still there.
void refill(QComboBox* box, const QList<std::pair<QString, QVariant>>& entries) {
  const QVariant chosen = box->currentData();
  const QSignalBlocker quiet(box);
  while (box->count() > 1) box->removeItem(1);
  for (const auto& [text, value] : entries) box->addItem(text, value);
  box->setCurrentIndex(std::max(0, chosen.isValid() ? box->findData(chosen) : 0));
}

QComboBox* filterBox(const QString& name, const QString& all) {
  auto* box = new QComboBox;
  box->setAccessibleName(name);
  box->addItem(all);
  box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box->setMinimumContentsLength(8);
  return box;
}

}  // namespace

HistoryPanel::HistoryPanel(History& history, Thumbnails& thumbnails, QWidget* parent)
    : QWidget(parent),
      history_(history),
      model_(history, thumbnails),
      search_(new QLineEdit),
      pair_(filterBox(tr("Pair of pictures"), tr("All pairs"))),
      ratio_(filterBox(tr("Ratio of pictures"), tr("All ratios"))),
      time_(filterBox(tr("Time of pictures"), tr("Any time"))),
      starredOnly_(new QCheckBox(tr("Starred only"))),
      count_(new QLabel),
      empty_(new QLabel),
      list_(new QListView),
      star_(new QCheckBox(tr("Star"))),
      clear_(new QPushButton(tr("Clear history"))) {
  setObjectName(QStringLiteral("sidePanel"));
  setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setSpacing(8);
  buildSearch();
  buildList();
  buildDeeds();
  choicesSoon_.setSingleShot(true);
  choicesSoon_.setInterval(kChoicesDelayMs);
  connectModel();
  showCount();
  showSelection();
}

void HistoryPanel::buildSearch() {
  search_->setAccessibleName(tr("Search history"));
  search_->setPlaceholderText(tr("Search history"));
  search_->setClearButtonEnabled(true);
  time_->addItem(tr("Today"), 0);
  time_->addItem(tr("Last 7 days"), 6);
  time_->addItem(tr("Last 30 days"), 29);
  auto* filters = new QGridLayout;
  filters->setSpacing(8);
  filters->addWidget(pair_, 0, 0);
  filters->addWidget(ratio_, 0, 1);
  filters->addWidget(time_, 1, 0);
  filters->addWidget(starredOnly_, 1, 1);
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->addWidget(search_);
  column->addLayout(filters);
  connect(search_, &QLineEdit::textChanged, this, &HistoryPanel::askQuery);
  connect(starredOnly_, &QCheckBox::toggled, this, &HistoryPanel::askQuery);
  for (QComboBox* box : {pair_, ratio_, time_}) {
    connect(box, &QComboBox::currentIndexChanged, this, &HistoryPanel::askQuery);
  }
}

void HistoryPanel::buildList() {
  count_->setObjectName(QStringLiteral("muted"));
  empty_->setObjectName(QStringLiteral("muted"));
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  list_->setAccessibleName(tr("History"));
  list_->setModel(&model_);
  list_->setItemDelegate(new HistoryDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setDragEnabled(true);
  list_->setDragDropMode(QAbstractItemView::DragOnly);
  list_->setMouseTracking(true);
  list_->setMinimumHeight(kLeastListHeight);
  list_->setToolTip(tr("Enter opens a picture; while B is held it stands in the place of the current one"));
  list_->installEventFilter(this);
  announceRowsOf(list_);
  auto* line = new QHBoxLayout;
  line->addWidget(count_, 1);
  line->addWidget(clear_);
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->addLayout(line);
  column->addWidget(list_, 1);
  column->addWidget(empty_);
  connect(clear_, &QPushButton::clicked, this, &HistoryPanel::clearWanted);
}

void HistoryPanel::buildDeeds() {
  auto* uses = new FlowLayout(6);
  uses->addWidget(useButton(tr("All"), tr("Use all"), HistoryUse::All));
  uses->addWidget(useButton(tr("All but seed"), tr("Use all but seed"), HistoryUse::AllButSeed));
  uses->addWidget(useButton(tr("Prompt"), tr("Use prompt"), HistoryUse::Prompt));
  uses->addWidget(useButton(tr("Seed"), tr("Use seed"), HistoryUse::Seed));
  auto* deeds = new QHBoxLayout;
  deeds->setSpacing(4);
  deeds->addWidget(star_);
  deeds->addStretch(1);
  deeds->addWidget(deedButton(QStringLiteral("compare"), tr("Compare with current"), HistoryDeed::Compare));
  deeds->addWidget(deedButton(QStringLiteral("source"), tr("Use as source picture"), HistoryDeed::AsSource));
  deeds->addWidget(deedButton(QStringLiteral("control"), tr("Use as control picture"), HistoryDeed::AsControl));
  deeds->addWidget(deedButton(QStringLiteral("folder"), tr("Show in folder"), HistoryDeed::ShowInFolder));
  QToolButton* remove = deedButton(QStringLiteral("remove"), tr("Remove from history"), HistoryDeed::Remove);
  remove->setToolTip(tr("Remove from history: the file stays"));
  deeds->addWidget(remove);
  QToolButton* trash = deedButton(QStringLiteral("trash"), tr("Delete picture"), HistoryDeed::Delete);
  trash->setToolTip(tr("Delete picture: the file goes to the trash"));
  deeds->addWidget(trash);
  auto* column = static_cast<QVBoxLayout*>(layout());
  column->addLayout(deeds);
  column->addLayout(uses);
  paintIcons();
  connect(star_, &QCheckBox::toggled, this, [this](bool starred) {
    if (selectedId_) history_.setStarred(*selectedId_, starred);
  });
}

QPushButton* HistoryPanel::useButton(const QString& text, const QString& name, HistoryUse use) {
  auto* button = new QPushButton(text);
  button->setAccessibleName(name);
  button->setToolTip(name);
  buttons_ << button;
  connect(button, &QPushButton::clicked, this, [this, use] {
    if (const auto entry = selected()) Q_EMIT useWanted(*entry, use);
  });
  return button;
}

QToolButton* HistoryPanel::deedButton(const QString& icon, const QString& name, HistoryDeed deed) {
  auto* button = new QToolButton;
  button->setAccessibleName(name);
  button->setToolTip(name);
  button->setFocusPolicy(Qt::TabFocus);
  buttons_ << button;
  drawn_.emplaceBack(button, icon);
  connect(button, &QToolButton::clicked, this, [this, deed] {
    if (const auto entry = selected()) Q_EMIT deedWanted(*entry, deed);
  });
  return button;
}

void HistoryPanel::paintIcons() {
  for (const auto& [button, icon] : drawn_) button->setIcon(lineIcon(icon, colours().text));
}

void HistoryPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) paintIcons();
}

void HistoryPanel::connectModel() {
  connect(&model_, &HistoryModel::found, this, [this] {
    showCount();
    if (!choicesSoon_.isActive()) choicesSoon_.start();
  });
  connect(&choicesSoon_, &QTimer::timeout, this,
          [this] { history_.readChoices(this, [this](const HistoryChoices& choices) { fillChoices(choices); }); });
  connect(&model_, &HistoryModel::modelReset, this, [this] {  // what was selected may have another row now
    const int row = selectedId_ ? model_.rowOf(*selectedId_) : -1;
    row >= 0 ? select(row) : showSelection();
  });
  connect(&model_, &HistoryModel::dataChanged, this, &HistoryPanel::showSelection);
  connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::showSelection);
  connect(list_, &QListView::activated, this, [this](const QModelIndex& index) {
    if (const auto entry = model_.entry(index)) Q_EMIT deedWanted(*entry, HistoryDeed::Open);
  });
}

void HistoryPanel::askQuery() {
  HistoryQuery query;
  query.text = search_->text();
  query.starredOnly = starredOnly_->isChecked();
  query.pair = pair_->currentData().toString();
  if (ratio_->currentData().isValid()) query.percent = ratio_->currentData().toInt();
  if (time_->currentData().isValid()) query.since = momentDaysAgo(time_->currentData().toInt());
  model_.setQuery(query);
}

void HistoryPanel::fillChoices(const HistoryChoices& choices) {
  QList<std::pair<QString, QVariant>> pairs, ratios;
  for (const QString& pair : choices.pairs) pairs.emplaceBack(pair, pair);
  for (const int percent : choices.percents) ratios.emplaceBack(tr("%1 %").arg(percent), percent);
  refill(pair_, pairs);
  refill(ratio_, ratios);
  askQuery();
}

void HistoryPanel::showCount() {
  const QString count = tr("History: %1 of %2").arg(model_.rowCount()).arg(model_.total());
  count_->setText(count);
  count_->setAccessibleName(count);
  const bool isEmpty = model_.rowCount() == 0;
  list_->setVisible(!isEmpty);
  empty_->setVisible(isEmpty);
  empty_->setText(model_.total() == 0 ? tr("Every picture that is saved stands here, with all its settings.")
                                      : tr("No picture fits what is looked for."));
  clear_->setEnabled(model_.total() > 0);
}

std::optional<HistoryEntry> HistoryPanel::selected() const {
  const QModelIndexList rows = list_->selectionModel()->selectedIndexes();
  return rows.isEmpty() ? std::nullopt : model_.entry(rows.first());
}

void HistoryPanel::select(int row) {
  list_->setCurrentIndex(model_.index(row));
}

void HistoryPanel::showSelection() {
  const auto entry = selected();
  if (entry) selectedId_ = entry->id;
  for (QAbstractButton* button : buttons_) button->setEnabled(entry.has_value());
  star_->setEnabled(entry.has_value());
  const QSignalBlocker quiet(star_);
  star_->setChecked(entry && entry->starred);
}

bool HistoryPanel::eventFilter(QObject* watched, QEvent* event) {
  const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease;
  if (!isKey) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->key() != kPeekKey || key->modifiers() != Qt::NoModifier) return QWidget::eventFilter(watched, event);
  const auto entry = selected();
  if (entry && !key->isAutoRepeat()) Q_EMIT peekWanted(*entry, event->type() == QEvent::KeyPress);
  return true;
}

}  // namespace tstitch::ui
