#include "ui/widgets/number_fields.h"

#include <QCoreApplication>
#include <QEvent>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <algorithm>
#include <cmath>

#include "ui/widgets/number_reading.h"

namespace tstitch::ui {
namespace {

class WheelGuard : public QObject {
 public:
  using QObject::QObject;
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() != QEvent::Wheel) return false;
    auto* field = qobject_cast<QWidget*>(watched);
    if (field == nullptr || field->hasFocus()) return false;
    event->ignore();
    return true;
  }
};

/// What the user wrote: the text without the unit behind it, which may have been typed in another form or deleted.
template <class Field>
QString written(const Field& field, const QString& text) {
  QString rest = text;
  if (!field.suffix().isEmpty() && rest.endsWith(field.suffix())) rest.chop(field.suffix().size());
  if (!field.suffix().contains(u'%')) return rest;
  const QString plain = plainDigits(rest).trimmed();
  return plain.endsWith(u'%') ? plain.chopped(1) : rest;
}

QString inQuotes(const QString& text) {
  constexpr int kMostShown = 40;
  return text.size() > kMostShown ? text.left(kMostShown) + QChar(0x2026) : text;
}

}  // namespace

void guardWheel(QWidget* field) {
  field->setFocusPolicy(Qt::StrongFocus);
  field->installEventFilter(new WheelGuard(field));
}

DecimalField::DecimalField(QWidget* parent) : QDoubleSpinBox(parent) {
  connect(lineEdit(), &QLineEdit::textChanged, this, &DecimalField::showProblem);
}

std::optional<double> DecimalField::read(const QString& text) const {
  const auto number = readDecimal(written(*this, text));
  if (!number || *number < minimum() || *number > maximum()) return std::nullopt;
  const double parts = *number * std::pow(10, decimals());
  const bool finer = std::abs(parts - std::round(parts)) > 1e-6 * std::max(1.0, std::abs(parts));
  return finer ? std::nullopt : number;
}

QString DecimalField::problem() const {
  const QString text = lineEdit()->text();
  if (read(text)) return {};
  return tr("%1: \"%2\" is no number from %3 to %4 with at most %5 decimals.")
      .arg(accessibleName(), inQuotes(text), shownNumber(minimum(), locale()), shownNumber(maximum(), locale()),
           shownNumber(decimals(), locale()));
}

void DecimalField::showProblem() {
  const QString sentence = problem();
  if (sentence == accessibleDescription()) return;
  markUnreadable(this, sentence);
  Q_EMIT problemChanged();
}

QString DecimalField::textFromValue(double value) const {
  const QString text = lineEdit()->text();
  if (keeping_ && value == this->value() && !read(text)) return written(*this, text);
  return shownNumber(value, locale());
}

double DecimalField::valueFromText(const QString& text) const {
  return read(text).value_or(value());
}

QValidator::State DecimalField::validate(QString& text, int& /*position*/) const {
  return read(text) ? QValidator::Acceptable : QValidator::Intermediate;
}

void DecimalField::fixup(QString& /*text*/) const {}

void DecimalField::stepBy(int steps) {
  if (problem().isEmpty()) QDoubleSpinBox::stepBy(steps);
}

void DecimalField::setValue(double value) {
  QDoubleSpinBox::setValue(value);
  showProblem();
}

bool DecimalField::event(QEvent* event) {
  const QScopedValueRollback<bool> keeping(keeping_, true);
  return QDoubleSpinBox::event(event);
}

WholeField::WholeField(QWidget* parent) : QSpinBox(parent) {
  connect(lineEdit(), &QLineEdit::textChanged, this, &WholeField::showProblem);
}

std::optional<int> WholeField::read(const QString& text) const {
  if (!leastText_.isEmpty() && text == leastText_) return minimum();
  const auto number = readWhole(written(*this, text));
  if (!number || *number < minimum() || *number > maximum()) return std::nullopt;
  return static_cast<int>(*number);
}

QString WholeField::problem() const {
  const QString text = lineEdit()->text();
  if (read(text)) return {};
  return tr("%1: \"%2\" is no whole number from %3 to %4.")
      .arg(accessibleName(), inQuotes(text), shownNumber(minimum(), locale()), shownNumber(maximum(), locale()));
}

void WholeField::setLeastText(const QString& text) {
  leastText_ = text;
  setValue(value());
}

void WholeField::showProblem() {
  const QString sentence = problem();
  if (sentence == accessibleDescription()) return;
  markUnreadable(this, sentence);
  Q_EMIT problemChanged();
}

QString WholeField::textFromValue(int value) const {
  const QString text = lineEdit()->text();
  if (keeping_ && value == this->value() && !read(text)) return written(*this, text);
  return value == minimum() && !leastText_.isEmpty() ? leastText_ : shownNumber(value, locale());
}

int WholeField::valueFromText(const QString& text) const {
  return read(text).value_or(value());
}

QValidator::State WholeField::validate(QString& text, int& /*position*/) const {
  return read(text) ? QValidator::Acceptable : QValidator::Intermediate;
}

void WholeField::fixup(QString& /*text*/) const {}

void WholeField::stepBy(int steps) {
  if (problem().isEmpty()) QSpinBox::stepBy(steps);
}

void WholeField::setValue(int value) {
  QSpinBox::setValue(value);
  showProblem();
}

bool WholeField::event(QEvent* event) {
  const QScopedValueRollback<bool> keeping(keeping_, true);
  return QSpinBox::event(event);
}

QStringList numberProblems(const QWidget* within) {
  QStringList sentences;
  for (const QAbstractSpinBox* field : within->findChildren<QAbstractSpinBox*>()) {
    QString sentence;
    if (const auto* decimal = qobject_cast<const DecimalField*>(field)) sentence = decimal->problem();
    if (const auto* whole = qobject_cast<const WholeField*>(field)) sentence = whole->problem();
    if (!sentence.isEmpty()) sentences << sentence;
  }
  return sentences;
}

}  // namespace tstitch::ui
