#include "ui/widgets/line_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QRegularExpression>
#include <QStringList>
#include <QXmlStreamReader>
#include <algorithm>

namespace tstitch::ui {
namespace {

/// Reads numbers and letters of one `d` attribute.
class PathReader {
 public:
  explicit PathReader(const QString& text) {
    static const QRegularExpression token(QStringLiteral("[A-Za-z]|-?[0-9]*\\.?[0-9]+"));
    for (auto match = token.globalMatch(text); match.hasNext();) tokens_ << match.next().captured();
  }

  QPainterPath read() {
    while (next_ < tokens_.size()) readCommand();
    return path_;
  }

 private:
  double number() { return next_ < tokens_.size() ? tokens_[next_++].toDouble() : 0.0; }
  QPointF point() {
    const double x = number();
    return {x, number()};
  }

  void readCommand() {
    if (tokens_[next_][0].isLetter()) command_ = tokens_[next_++][0];
    const QPointF here = path_.currentPosition();
    if (command_ == u'M') {
      path_.moveTo(point());
      command_ = u'L';
    } else if (command_ == u'H') {
      path_.lineTo(number(), here.y());
    } else if (command_ == u'V') {
      path_.lineTo(here.x(), number());
    } else if (command_ == u'C') {
      const QPointF first = point();
      const QPointF second = point();
      path_.cubicTo(first, second, point());
    } else if (command_ == u'Z') {
      path_.closeSubpath();
    } else {
      path_.lineTo(point());
    }
  }

  QStringList tokens_;
  qsizetype next_ = 0;
  QChar command_ = u'L';
  QPainterPath path_;
};

class LineIconEngine : public QIconEngine {
 public:
  LineIconEngine(const QPainterPath& path, const QColor& colour) : path_(path), colour_(colour) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const double scale = std::min(rect.width(), rect.height()) / 24.0;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate(rect.center() + QPointF(0.5, 0.5));
    painter->scale(scale, scale);
    painter->translate(-12, -12);
    painter->setOpacity(mode == QIcon::Disabled ? 0.4 : 1.0);
    painter->strokePath(path_, QPen(colour_, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->restore();
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
  }

  [[nodiscard]] QIconEngine* clone() const override { return new LineIconEngine(path_, colour_); }

 private:
  QPainterPath path_;
  QColor colour_;
};

QPixmap markPixmap(int side) {
  QPixmap pixmap(side, side);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(side / 64.0, side / 64.0);
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(0x1B2130));
  painter.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14);
  for (int cell = 0; cell < 4; ++cell) {
    painter.setBrush(cell < 2 ? QColor(0x2CC9B5) : QColor(0x9D85F5));
    painter.drawRoundedRect(QRectF(11 + cell * 11, cell < 2 ? 26 : 18, 9, cell < 2 ? 20 : 28), 3, 3);
  }
  return pixmap;
}

}  // namespace

QPainterPath iconPath(const QString& svg) {
  QPainterPath path;
  QXmlStreamReader reader(svg);
  while (!reader.atEnd()) {
    if (reader.readNext() != QXmlStreamReader::StartElement || reader.name() != QLatin1String("path")) continue;
    path.addPath(PathReader(reader.attributes().value(QLatin1String("d")).toString()).read());
  }
  return path;
}

QIcon lineIcon(const QString& name, const QColor& colour) {
  QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  return QIcon(new LineIconEngine(iconPath(QString::fromUtf8(file.readAll())), colour));
}

QIcon applicationIcon() {
  QIcon icon;
  for (const int side : {16, 24, 32, 48, 64, 128, 256}) icon.addPixmap(markPixmap(side));
  return icon;
}

}  // namespace tstitch::ui
