#pragma once

#include <QList>
#include <QTimer>
#include <QWidget>
#include <optional>
#include <utility>

#include "ui/history/history_model.h"

class QAbstractButton;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QToolButton;

namespace tstitch::ui {

/// Which of a picture's settings are wanted.
enum class HistoryUse { All, Prompt, Seed, AllButSeed };

/// What one can do with a picture of the history.
enum class HistoryDeed { Open, Compare, ShowInFolder, Remove, Delete, AsSource, AsControl };

/// The history: search, filters, the pictures found, and what can be done with the selected one. It asks for everything
/// else by signals.
class HistoryPanel : public QWidget {
  Q_OBJECT

 public:
  explicit HistoryPanel(History& history, Thumbnails& thumbnails, QWidget* parent = nullptr);

  [[nodiscard]] HistoryModel* model() { return &model_; }
  [[nodiscard]] std::optional<HistoryEntry> selected() const;
  void select(int row);

 Q_SIGNALS:
  void useWanted(const tstitch::ui::HistoryEntry& entry, tstitch::ui::HistoryUse use);
  void deedWanted(const tstitch::ui::HistoryEntry& entry, tstitch::ui::HistoryDeed deed);
  /// The key that shows a picture in place of the current one is held, or let go.
  void peekWanted(const tstitch::ui::HistoryEntry& entry, bool held);
  void clearWanted();

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildSearch();
  void buildList();
  void buildDeeds();
  /// Shows the short text; the whole one is its name and tool tip.
  QPushButton* useButton(const QString& text, const QString& name, HistoryUse use);
  QToolButton* deedButton(const QString& icon, const QString& name, HistoryDeed deed);
  void paintIcons();
  void connectModel();
  void askQuery();
  void fillChoices(const HistoryChoices& choices);
  void showCount();
  void showSelection();

  History& history_;
  HistoryModel model_;
  QLineEdit* search_;
  QComboBox* pair_;
  QComboBox* ratio_;
  QComboBox* time_;
  QCheckBox* starredOnly_;
  QLabel* count_;
  QLabel* empty_;
  QListView* list_;
  QCheckBox* star_;
  QPushButton* clear_;
  QList<QAbstractButton*> buttons_;                ///< that need a selected picture
  QList<std::pair<QToolButton*, QString>> drawn_;  ///< with the names of their icons
  std::optional<qint64> selectedId_;
  QTimer choicesSoon_;
};

}  // namespace tstitch::ui
