#include "ui/queue/queue_panel.h"

#include <QGridLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QVBoxLayout>
#include <memory>

#include "ui/widgets/notice_bar.h"
#include "ui/widgets/row_list.h"

namespace tstitch::ui {
namespace {

constexpr int kLeastListHeight = 80;

}  // namespace

QueuePanel::QueuePanel(JobQueue& queue, QWidget* parent)
    : QWidget(parent),
      queue_(queue),
      model_(queue),
      pause_(new QPushButton(tr("Pause queue"))),
      removeEnded_(new QPushButton(tr("Remove ended"))),
      empty_(new QLabel(tr("Jobs that wait stand here. They are still there after a restart."))),
      list_(new QListView),
      up_(addButton(tr("Move up"), &JobQueue::moveUp)),
      down_(addButton(tr("Move down"), &JobQueue::moveDown)),
      front_(addButton(tr("To front"), &JobQueue::toFront)),
      remove_(addButton(tr("Remove job"), &JobQueue::remove)),
      retry_(addButton(tr("Retry job"), &JobQueue::retry)) {
  setObjectName(QStringLiteral("sidePanel"));
  setAttribute(Qt::WA_StyledBackground);
  pause_->setCheckable(true);
  removeEnded_->setToolTip(tr("Takes failed and interrupted jobs out of the queue"));
  empty_->setObjectName(QStringLiteral("muted"));
  empty_->setWordWrap(true);
  empty_->setAlignment(Qt::AlignCenter);
  list_->setAccessibleName(tr("Queue"));
  list_->setModel(&model_);
  list_->setWordWrap(true);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  announceRowsOf(list_);
  list_->setMinimumHeight(kLeastListHeight);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setSpacing(8);
  auto* top = new QHBoxLayout;
  top->addWidget(pause_);
  top->addWidget(removeEnded_);
  auto* deeds = new QGridLayout;
  deeds->setSpacing(6);
  int place = 0;
  for (QPushButton* button : {up_, down_, front_, retry_, remove_}) {
    deeds->addWidget(button, place / 3, place % 3);
    ++place;
  }
  layout->addLayout(top);
  layout->addWidget(list_, 1);
  layout->addWidget(empty_);
  layout->addLayout(deeds);
  connect(pause_, &QPushButton::toggled, &queue_, &JobQueue::setPaused);
  connect(removeEnded_, &QPushButton::clicked, &queue_, &JobQueue::removeEnded);
  connect(&queue_, &JobQueue::changed, this, &QueuePanel::showState);
  connect(&model_, &QueueModel::modelReset, this, &QueuePanel::keepSelection);
  connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &QueuePanel::showState);
  showState();
}

QPushButton* QueuePanel::addButton(const QString& text, void (JobQueue::*act)(RunId)) {
  auto* button = new QPushButton(text);
  connect(button, &QPushButton::clicked, this, [this, &queue = queue_, act] {
    if (const auto id = selected()) (queue.*act)(*id);
  });
  return button;
}

std::optional<RunId> QueuePanel::selected() const {
  const QModelIndexList rows = list_->selectionModel()->selectedIndexes();
  if (rows.isEmpty()) return std::nullopt;
  return rows.first().data(QueueModel::IdRole).value<RunId>();
}

/// A job that moved stays the selected one.
void QueuePanel::keepSelection() {
  const int row = selectedId_ ? model_.rowOf(*selectedId_) : -1;
  if (row >= 0) list_->setCurrentIndex(model_.index(row));
}

void QueuePanel::showState() {
  const auto id = selected();
  if (id) selectedId_ = id;
  const QueuedJob* job = id ? queue_.find(*id) : nullptr;
  const int row = id ? model_.rowOf(*id) : -1;
  const bool isEnded = job != nullptr && (job->state == JobState::Failed || job->state == JobState::Interrupted);
  up_->setEnabled(row > 0);
  down_->setEnabled(row >= 0 && row + 1 < model_.rowCount());
  front_->setEnabled(job != nullptr && job->state != JobState::Running && row > 0);
  remove_->setEnabled(job != nullptr);
  retry_->setEnabled(isEnded);
  removeEnded_->setEnabled(queue_.count(JobState::Failed) + queue_.count(JobState::Interrupted) > 0);
  pause_->setChecked(queue_.isPaused());
  list_->setVisible(model_.rowCount() > 0);
  empty_->setVisible(model_.rowCount() == 0);
}

void tellPausedQueue(JobQueue& queue, NoticeBar& notice) {
  const auto told = std::make_shared<int>(0);
  QObject::connect(&queue, &JobQueue::changed, &notice, [&queue, &notice, told] {
    const int waiting = queue.isPaused() ? queue.count(JobState::Pending) : 0;
    if (waiting == std::exchange(*told, waiting)) return;
    if (waiting == 0) return notice.withdraw(NoticeMatter::Queue);
    const QString jobs = waiting == 1 ? QueuePanel::tr("one job waits") : QueuePanel::tr("%1 jobs wait").arg(waiting);
    notice.sayInstead(QueuePanel::tr("The queue is paused, %1.").arg(jobs), NoticeMatter::Queue,
                      {{QueuePanel::tr("Go on"), [&queue] { queue.setPaused(false); }}});
  });
}

}  // namespace tstitch::ui
