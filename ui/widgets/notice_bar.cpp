#include "ui/widgets/notice_bar.h"

#include <QAccessibleWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QToolButton>
#include <algorithm>

#include "ui/widgets/line_icon.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kMostHeight = 112;  // two sentences and the beginning of a third
constexpr qsizetype kMostNotices = 20;

class NoticeBarAccessible : public QAccessibleWidget {
 public:
  explicit NoticeBarAccessible(NoticeBar* bar) : QAccessibleWidget(bar, QAccessible::AlertMessage) {}
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* bar = qobject_cast<NoticeBar*>(object);
  return bar == nullptr ? nullptr : new NoticeBarAccessible(bar);
}

/// True when the sentence holds the name as a whole.
bool isNamedIn(const QString& name, const QString& sentence) {
  const QRegularExpression whole(QStringLiteral("(?<![\\w-])%1(?![\\w-])").arg(QRegularExpression::escape(name)),
                                 QRegularExpression::UseUnicodePropertiesOption);
  return !name.isEmpty() && whole.match(sentence).hasMatch();
}

}  // namespace

NoticeBar::NoticeBar(QWidget* parent) : QScrollArea(parent), content_(new QWidget), rows_(new QVBoxLayout(content_)) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setObjectName(QStringLiteral("notices"));
  content_->setObjectName(QStringLiteral("noticeRows"));
  rows_->setContentsMargins(16, 8, 16, 0);
  rows_->setSpacing(4);
  setWidget(content_);
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  setAccessibleName(tr("Notice: %1").arg(QString()));
  hide();
}

void NoticeBar::say(const QString& sentence, NoticeMatter matter) {
  offer(sentence, {}, matter);
}

void NoticeBar::offer(const QString& sentence, const QList<NoticeAction>& actions, NoticeMatter matter) {
  if (sentence.isEmpty()) return;
  withdrawWhere([&](const Notice& notice) { return notice.sentence == sentence; });
  add(sentence, actions, matter);
}

void NoticeBar::sayInstead(const QString& sentence, NoticeMatter matter, const QList<NoticeAction>& actions) {
  withdraw(matter);
  offer(sentence, actions, matter);
}

void NoticeBar::withdraw(NoticeMatter matter) {
  withdrawWhere([&](const Notice& notice) { return notice.matter == matter; });
}

void NoticeBar::withdrawNaming(const QString& name) {
  withdrawWhere([&](const Notice& notice) {
    const bool ofEngine = notice.matter == NoticeMatter::Loading || notice.matter == NoticeMatter::Run;
    return ofEngine && isNamedIn(name, notice.sentence);
  });
}

QStringList NoticeBar::sentences() const {
  QStringList sentences;
  for (const Notice& notice : notices_) sentences << notice.sentence;
  return sentences;
}

void NoticeBar::add(const QString& sentence, const QList<NoticeAction>& actions, NoticeMatter matter) {
  auto* close = new QToolButton;
  QWidget* row = makeRow(sentence, actions, close);
  notices_.prepend({matter, sentence, row, close});
  rows_->insertWidget(0, row);
  if (notices_.size() > kMostNotices) {
    const QWidget* oldest = notices_.last().row;
    withdrawWhere([&](const Notice& notice) { return notice.row == oldest; });
  }
  announce();
  verticalScrollBar()->setValue(0);
  QAccessibleEvent hidden(this, QAccessible::ObjectHide);
  QAccessible::updateAccessibility(&hidden);
  if (isHidden()) {
    show();
  } else {
    QAccessibleEvent shown(this, QAccessible::ObjectShow);
    QAccessible::updateAccessibility(&shown);
  }
  fitHeight();
  Q_EMIT said(sentence);
}

QWidget* NoticeBar::makeRow(const QString& sentence, const QList<NoticeAction>& actions, QToolButton* close) {
  auto* row = new QWidget;
  row->setObjectName(QStringLiteral("notice"));
  row->setAttribute(Qt::WA_StyledBackground);
  auto* text = new QLabel(sentence);
  text->setTextFormat(Qt::PlainText);
  text->setWordWrap(true);
  text->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(12, 6, 6, 6);
  layout->addWidget(text, 1);
  const auto remove = [this, row] { withdrawWhere([row](const Notice& notice) { return notice.row == row; }); };
  for (const NoticeAction& action : actions) {
    auto* button = new QPushButton(action.text);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, [remove, act = action.act] {
      remove();
      act();
    });
  }
  close->setIcon(lineIcon(QStringLiteral("close"), colours().muted));
  layout->addWidget(close);
  connect(close, &QToolButton::clicked, this, remove);
  return row;
}

void NoticeBar::withdrawWhere(const std::function<bool(const Notice&)>& isMeant) {
  const auto kept =
      std::stable_partition(notices_.begin(), notices_.end(), [&](const Notice& notice) { return !isMeant(notice); });
  if (kept == notices_.end()) return;
  for (auto gone = kept; gone != notices_.end(); ++gone) {
    gone->row->hide();
    gone->row->setParent(nullptr);  // out of the accessibility tree at once
    gone->row->deleteLater();       // the button that was pressed is a part of it
  }
  notices_.erase(kept, notices_.end());
  announce();
  setVisible(!notices_.isEmpty());
  fitHeight();
}

void NoticeBar::announce() {
  setAccessibleName(tr("Notice: %1").arg(sentences().join(u'\n')));
  for (qsizetype i = 0; i < notices_.size(); ++i) {
    notices_[i].close->setAccessibleName(i == 0 ? tr("Close notice") : tr("Close notice %1").arg(i + 1));
  }
}

/// Rows wrap, so that their height hangs on the width.
void NoticeBar::fitHeight() {
  const int width = viewport()->width();
  const int needed = rows_->hasHeightForWidth() ? rows_->heightForWidth(width) : rows_->sizeHint().height();
  setFixedHeight(std::clamp(needed, 1, kMostHeight));
}

void NoticeBar::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  fitHeight();
}

}  // namespace tstitch::ui
