#include "ui/widgets/folding_section.h"

#include <QPainter>
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

}  // namespace

FoldingHeader::FoldingHeader(const QString& title) : title_(title) {
  setCheckable(true);
  setAccessibleName(title);
  setFont(headingFont(font()));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
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
  paintArrow(painter, QRectF(inset, 0, kArrowSide, height()), isChecked());
  const QRect text = rect().adjusted(inset + kArrowSide + kGap, 0, -inset, 0);
  painter.setPen(underMouse() ? colours().text : colours().muted);
  painter.setFont(font());
  painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, title_);
  if (isChecked()) return;
  const QFont plain = summaryFont(parentWidget());
  const QRect rest = text.adjusted(fontMetrics().horizontalAdvance(title_) + 2 * kGap, 0, 0, 0);
  painter.setFont(plain);
  painter.drawText(rest, Qt::AlignVCenter | Qt::AlignRight,
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
  connect(header_, &QToolButton::toggled, content, &QWidget::setVisible);
}

void FoldingSection::setSummary(const QString& summary) {
  header_->setSummary(summary);
}

void FoldingSection::setOpen(bool open) {
  header_->setChecked(open);
}

}  // namespace tstitch::ui
