#pragma once

#include <QString>
#include <QToolButton>
#include <QWidget>

namespace tstitch::ui {

/// The line that opens and closes a section: its title, and what the section holds while that is folded away.
class FoldingHeader : public QToolButton {
  Q_OBJECT

 public:
  explicit FoldingHeader(const QString& title);
  void setSummary(const QString& summary);
  void setOpen(bool open);
  [[nodiscard]] bool isOpen() const { return open_; }
  [[nodiscard]] QSize sizeHint() const override;

 Q_SIGNALS:
  void opened(bool open);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QString title_;
  QString summary_;
  bool open_ = false;
};

/// A part of the panel that is not always needed: closed it is one line that says what it holds. For assistive tools
/// the line is a button named as the section, expanded or not, described by that summary; what it holds exists whether
/// open or not.
class FoldingSection : public QWidget {
  Q_OBJECT

 public:
  FoldingSection(const QString& title, QWidget* content, QWidget* parent = nullptr);

  void setSummary(const QString& summary);
  void setOpen(bool open);

 private:
  FoldingHeader* header_;
};

}  // namespace tstitch::ui
