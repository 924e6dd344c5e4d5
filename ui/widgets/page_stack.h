#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QStackedWidget;
class QTabBar;

namespace tstitch::ui {

/// What a page tells of itself.
struct Page {
  QString title;
  QWidget* widget = nullptr;
  std::function<void()> start = {};  ///< what Ctrl+Enter does on it
};

/// The window's pages, one at a time, each with a tab (its key is a command of the window). The tabs are a widget of
/// their own, for the header.
class PageStack : public QWidget {
  Q_OBJECT

 public:
  explicit PageStack(QWidget* parent = nullptr);

  void add(const Page& page);
  void startCurrent() const;
  [[nodiscard]] QTabBar* tabs() const { return tabs_; }
  [[nodiscard]] int current() const;
  [[nodiscard]] int count() const { return static_cast<int>(pages_.size()); }
  [[nodiscard]] const QString& title(int page) const { return pages_.at(static_cast<std::size_t>(page)).title; }
  /// The nearest where there is no such page.
  void show(int page);
  void show(const QWidget* page);

 Q_SIGNALS:
  void shown(int page);

 private:
  QTabBar* tabs_;
  QStackedWidget* stack_;
  std::vector<Page> pages_;
};

}  // namespace tstitch::ui
