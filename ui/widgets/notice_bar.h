#pragma once

#include <QList>
#include <QScrollArea>
#include <QString>
#include <functional>
#include <optional>

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace tstitch::ui {

/// What a notice is about, so that it can go with it.
enum class NoticeMatter {
  General,   ///< stands until it is closed
  Settings,  ///< what a drop, an example or an import did to the settings
  Pair,      ///< the chosen pair
  File,      ///< a file that was given to the window
  Export,    ///< the shown grid's export
  Picture,   ///< what was done with the shown picture
  Earlier,   ///< a picture that the next run makes again
  Loading,   ///< the last loading of a pair
  Run,       ///< the last run
  Engine,    ///< that it cannot be used
  Queue,     ///< that it is paused
};

/// Something to do about a notice; its notice goes when it is pressed.
struct NoticeAction {
  QString text;
  std::function<void()> act;
};

/// Sentences for the user, seen on every page, the newest first; none hides another. Hidden while there is none. For
/// assistive tools one alert whose name is `Notice: ` and the sentences: a new one changes the name and shows the alert
/// again.
class NoticeBar : public QScrollArea {
  Q_OBJECT

 public:
  explicit NoticeBar(QWidget* parent = nullptr);

  /// An empty sentence says nothing; one that stands there already comes first again.
  void say(const QString& sentence, NoticeMatter matter = NoticeMatter::General);
  void offer(const QString& sentence, const QList<NoticeAction>& actions, NoticeMatter matter = NoticeMatter::General);
  /// In place of what was said of that matter before.
  void sayInstead(const QString& sentence, NoticeMatter matter, const QList<NoticeAction>& actions = {});

  void withdraw(NoticeMatter matter);
  /// What the engine said (loading or running) and names `name`, which is no longer there.
  void withdrawNaming(const QString& name);

  [[nodiscard]] QStringList sentences() const;

 Q_SIGNALS:
  void said(const QString& sentence);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Notice {
    NoticeMatter matter;
    QString sentence;
    QWidget* row;
    QToolButton* close;
  };

  void add(const QString& sentence, const QList<NoticeAction>& actions, NoticeMatter matter);
  QWidget* makeRow(const QString& sentence, const QList<NoticeAction>& actions, QToolButton* close);
  void withdrawWhere(const std::function<bool(const Notice&)>& isMeant);
  void announce();
  void fitHeight();

  QList<Notice> notices_;  ///< the newest first
  QWidget* content_;
  QVBoxLayout* rows_;
};

}  // namespace tstitch::ui
