#include "ui/widgets/folding_section.h"

#include <QAccessibleWidget>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/widgets/captions.h"
#include "ui/widgets/theme.h"

namespace tstitch::ui {
namespace {

constexpr int kArrowSide = 8;
constexpr int kGap = 8;

/// What a painter is given is completed from the widget's own font, here the heading's; so all is said that differs.
QFont summaryFont(const QWidget* beside) {
  QFont font = beside == nullptr ? QFont() : beside->font();
  font.setPointSizeF(font.pointSizeF());
  font.setWeight(QFont::Normal);
  font.setCapitalization(QFont::MixedCase);
  font.setLetterSpacing(QFont::PercentageSpacing, 100);
  return font;
}

/// A chevron to the right, or downwards when open.
void paintArrow(QPainter& painter, const QRectF& box, bool open) {
  QPolygonF line{{-2.0, -4.0}, {2.0, 0.0}, {-2.0, 4.0}};
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(box.center());
  if (open) painter.rotate(90);
  painter.setPen(QPen(colours().muted, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPolyline(line);
  painter.restore();
}

class FoldingHeaderAccessible : public QAccessibleWidget {
 public:
  explicit FoldingHeaderAccessible(FoldingHeader* header) : QAccessibleWidget(header, QAccessible::Button) {}

  [[nodiscard]] QAccessible::State state() const override {
    QAccessible::State state = QAccessibleWidget::state();
    state.expandable = true;
    state.expanded = header()->isOpen();
    state.collapsed = !header()->isOpen();
    return state;
  }
  [[nodiscard]] QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
  void doAction(const QString& action) override {
    action == pressAction() ? header()->setOpen(!header()->isOpen()) : QAccessibleWidget::doAction(action);
  }

 private:
  [[nodiscard]] FoldingHeader* header() const { return static_cast<FoldingHeader*>(widget()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object) {
  auto* header = qobject_cast<FoldingHeader*>(object);
  return header == nullptr ? nullptr : new FoldingHeaderAccessible(header);
}

}  // namespace

FoldingHeader::FoldingHeader(const QString& title) : title_(title) {
  static const bool installed = (QAccessible::installFactory(makeInterface), true);
  static_cast<void>(installed);
  setAccessibleName(title);
  setFont(headingFont(font()));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(this, &QToolButton::clicked, this, [this] { setOpen(!isOpen()); });
}

void FoldingHeader::setOpen(bool open) {
  if (open == open_) return;
  open_ = open;
  update();
  QAccessible::State change;
  change.expanded = true;
  QAccessibleStateChangeEvent event(this, change);
  QAccessible::updateAccessibility(&event);
  Q_EMIT opened(open);
}

void FoldingHeader::setSummary(const QString& summary) {
  summary_ = summary;
  setAccessibleDescription(summary);
  update();
}

QSize FoldingHeader::sizeHint() const {
  return {fontMetrics().horizontalAdvance(title_) + kArrowSide + kGap, fontMetrics().height() + kGap};
}

void FoldingHeader::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (hasFocus()) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colours().focus);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  }
  const int inset = hasFocus() ? 4 : 0;
  const auto placed = [&](const QRect& place) { return QStyle::visualRect(layoutDirection(), rect(), place); };
  const auto towards = [&](Qt::Alignment side) { return QStyle::visualAlignment(layoutDirection(), side); };
  paintArrow(painter, placed(QRect(inset, 0, kArrowSide, height())), isOpen());
  const QRect text = rect().adjusted(inset + kArrowSide + kGap, 0, -inset, 0);
  painter.setPen(underMouse() ? colours().text : colours().muted);
  painter.setFont(font());
  painter.drawText(placed(text), towards(Qt::AlignVCenter | Qt::AlignLeft), title_);
  if (isOpen()) return;
  const QFont plain = summaryFont(parentWidget());
  const QRect rest = text.adjusted(fontMetrics().horizontalAdvance(title_) + 2 * kGap, 0, 0, 0);
  painter.setFont(plain);
  painter.drawText(placed(rest), towards(Qt::AlignVCenter | Qt::AlignRight),
                   QFontMetrics(plain).elidedText(summary_, Qt::ElideMiddle, rest.width()));
}

FoldingSection::FoldingSection(const QString& title, QWidget* content, QWidget* parent)
    : QWidget(parent), header_(new FoldingHeader(title)) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  layout->addWidget(header_);
  layout->addWidget(content);
  content->hide();
  connect(header_, &FoldingHeader::opened, content, &QWidget::setVisible);
}

void FoldingSection::setSummary(const QString& summary) {
  header_->setSummary(summary);
}

void FoldingSection::setOpen(bool open) {
  header_->setOpen(open);
}

}  // namespace tstitch::ui
