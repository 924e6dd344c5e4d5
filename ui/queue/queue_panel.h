#pragma once

#include <QWidget>
#include <optional>

#include "ui/queue/queue_model.h"

class QLabel;
class QListView;
class QPushButton;

namespace tstitch::ui {

class NoticeBar;

/// The queue: what waits, runs, failed or was stopped, in its order, and what can be done about the selected job.
class QueuePanel : public QWidget {
  Q_OBJECT

 public:
  explicit QueuePanel(JobQueue& queue, QWidget* parent = nullptr);

  [[nodiscard]] std::optional<RunId> selected() const;

 private:
  QPushButton* addButton(const QString& text, void (JobQueue::*act)(RunId));
  void showState();
  void keepSelection();

  JobQueue& queue_;
  QueueModel model_;
  QPushButton* pause_;
  QPushButton* removeEnded_;
  QLabel* empty_;
  QListView* list_;
  QPushButton* up_;
  QPushButton* down_;
  QPushButton* front_;
  QPushButton* remove_;
  QPushButton* retry_;
  std::optional<RunId> selectedId_;
};

/// Says while the queue is paused how many jobs wait, and offers to go on.
void tellPausedQueue(JobQueue& queue, NoticeBar& notice);

}  // namespace tstitch::ui
