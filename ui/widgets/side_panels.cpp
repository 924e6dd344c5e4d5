#include "ui/widgets/side_panels.h"

#include <QDataStream>
#include <QIODevice>
#include <QToolButton>
#include <algorithm>

namespace tstitch::ui {
namespace {

constexpr int kFirstWidth = 320;
constexpr quint32 kVersion = 1;

}  // namespace

SidePanels::SidePanels(QWidget* pages, QWidget* parent) : QSplitter(parent), column_(new QSplitter(Qt::Vertical)) {
  addWidget(pages);
  addWidget(column_);
  setHandleWidth(1);
  setChildrenCollapsible(false);
  setStretchFactor(0, 1);
  setStretchFactor(1, 0);
  setSizes({1000, kFirstWidth});
  column_->setHandleWidth(1);
  column_->setChildrenCollapsible(false);
  column_->hide();
  for (QSplitter* splitter : {static_cast<QSplitter*>(this), column_}) {
    connect(splitter, &QSplitter::splitterMoved, this, &SidePanels::changed);
  }
}

QToolButton* SidePanels::add(const QString& title, const QString& name, QWidget* panel) {
  auto* button = new QToolButton;
  button->setText(title);
  button->setAccessibleName(name);
  button->setCheckable(true);
  panel->hide();
  column_->addWidget(panel);
  panels_.emplace_back(button, panel);
  connect(button, &QToolButton::toggled, this, [this, panel](bool open) {
    panel->setVisible(open);
    hidden_ = hidden_ && !open;
    fit();
    Q_EMIT changed();
  });
  return button;
}

void SidePanels::setPanelsHidden(bool hidden) {
  hidden_ = hidden;
  fit();
}

void SidePanels::fit() {
  const bool isAnyOpen =
      std::any_of(panels_.begin(), panels_.end(), [](const auto& one) { return one.first->isChecked(); });
  column_->setVisible(isAnyOpen && !hidden_);
}

QByteArray SidePanels::standing() const {
  QByteArray bytes;
  QDataStream out(&bytes, QIODevice::WriteOnly);
  QList<bool> open;
  for (const auto& [button, panel] : panels_) open << button->isChecked();
  out << kVersion << open << saveState() << column_->saveState();
  return bytes;
}

void SidePanels::restore(const QByteArray& standing) {
  QDataStream in(standing);
  quint32 version = 0;
  QList<bool> open;
  QByteArray own, column;
  in >> version >> open >> own >> column;
  if (version != kVersion || in.status() != QDataStream::Ok) return;
  for (std::size_t i = 0; i < panels_.size() && i < static_cast<std::size_t>(open.size()); ++i) {
    panels_[i].first->setChecked(open.at(static_cast<qsizetype>(i)));
  }
  restoreState(own);
  column_->restoreState(column);
}

}  // namespace tstitch::ui
