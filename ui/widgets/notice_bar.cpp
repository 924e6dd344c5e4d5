#include "ui/widgets/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <utility>

#include "ui/widgets/line_icon.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent), text_(new QLabel), button_(new QPushButton), close_(new QToolButton) {
  setObjectName(QStringLiteral("notice"));
  setAttribute(Qt::WA_StyledBackground);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  close_->setAccessibleName(tr("Close notice"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(12, 6, 6, 6);
  layout->addWidget(text_, 1);
  layout->addWidget(button_);
  layout->addWidget(close_);
  connect(close_, &QToolButton::clicked, this, &QWidget::hide);
  connect(button_, &QPushButton::clicked, this, [this] {
    hide();
    if (action_) action_();
  });
  hide();
}

void NoticeBar::say(const QString& sentence) {
  offer(sentence, {}, {});
}

void NoticeBar::offer(const QString& sentence, const QString& button, std::function<void()> action) {
  action_ = std::move(action);
  text_->setText(sentence);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  close_->setIcon(lineIcon(QStringLiteral("close"), colours().muted));
  setVisible(!sentence.isEmpty());
}

}  // namespace tstitch::ui
