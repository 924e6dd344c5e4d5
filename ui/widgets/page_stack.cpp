#include "ui/widgets/page_stack.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>
#include <algorithm>

namespace tstitch::ui {

PageStack::PageStack(QWidget* parent) : QWidget(parent), tabs_(new QTabBar), stack_(new QStackedWidget) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(stack_);
  tabs_->setObjectName(QStringLiteral("pages"));
  tabs_->setAccessibleName(tr("Pages"));
  tabs_->setDrawBase(false);
  tabs_->setExpanding(false);
  tabs_->setUsesScrollButtons(false);  // a few pages: always whole
  connect(tabs_, &QTabBar::currentChanged, stack_, &QStackedWidget::setCurrentIndex);
  connect(tabs_, &QTabBar::currentChanged, this, &PageStack::shown);
}

void PageStack::add(const Page& page) {
  pages_.push_back(page);
  stack_->addWidget(page.widget);
  tabs_->addTab(page.title);
}

void PageStack::startCurrent() const {
  const Page& page = pages_.at(static_cast<std::size_t>(current()));
  if (page.start) page.start();
}

int PageStack::current() const {
  return tabs_->currentIndex();
}

void PageStack::show(int page) {
  tabs_->setCurrentIndex(std::clamp(page, 0, tabs_->count() - 1));
}

void PageStack::show(const QWidget* page) {
  show(stack_->indexOf(page));
}

}  // namespace tstitch::ui
