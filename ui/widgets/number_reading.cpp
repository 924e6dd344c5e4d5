#include "ui/widgets/number_reading.h"

#include <QList>
#include <QStyle>
#include <QWidget>

#include "core/base/number_text.h"

namespace tstitch::ui {
namespace {

constexpr const char* kMark = "unreadable";

/// Left-to-right and right-to-left marks, embeddings, isolates: languages put them around signs.
bool turnsDirection(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// In ASCII, what other alphabets write for it.
char32_t plain(char32_t c) {
  switch (c) {
    case 0x2212:  // minus
    case 0xFF0D:
      return U'-';
    case 0xFF0B:
      return U'+';
    case 0x066B:  // Arabic mark before the decimals
    case 0xFF0E:
      return U'.';
    case 0x060C:  // Arabic comma
    case 0xFF0C:
      return U',';
    case 0x066A:  // Arabic percent
    case 0xFF05:
      return U'%';
    default:
      return QChar::category(c) == QChar::Number_DecimalDigit ? U'0' + static_cast<char32_t>(QChar::digitValue(c)) : c;
  }
}

/// Without blanks around it and without a plus sign.
std::string bare(const QString& text) {
  const QString number = plainDigits(text).trimmed();
  const bool plus = number.startsWith(u'+') && !number.startsWith(QLatin1String("+-"));
  return (plus ? number.mid(1) : number).toStdString();
}

QLocale ungrouped(QLocale locale) {
  locale.setNumberOptions(QLocale::OmitGroupSeparator);
  return locale;
}

}  // namespace

QString plainDigits(const QString& text) {
  QString plainText;
  for (const char32_t c : text.toUcs4()) {
    if (!turnsDirection(c)) plainText += QChar::fromUcs4(plain(c));
  }
  return plainText;
}

std::optional<double> readDecimal(const QString& text) {
  std::string number = bare(text);
  const std::size_t comma = number.find(',');
  if (comma != std::string::npos) number[comma] = '.';  // a second mark of either kind is then refused
  return read_number<double>(number);
}

std::optional<std::int64_t> readWhole(const QString& text) {
  return read_number<std::int64_t>(bare(text));
}

std::optional<std::uint64_t> readSeed(const QString& text) {
  return read_number<std::uint64_t>(bare(text));
}

std::optional<double> readNumber(const QVariant& value) {
  if (value.typeId() == QMetaType::QString) return readDecimal(value.toString());
  bool known = false;
  const double number = value.toDouble(&known);
  return known ? std::optional(number) : std::nullopt;
}

QString shownNumber(double value, const QLocale& locale) {
  return ungrouped(locale).toString(value, 'f', QLocale::FloatingPointShortest);
}

QString shownNumber(int value, const QLocale& locale) {
  return ungrouped(locale).toString(value);
}

QString shownTenths(double value) {
  return ungrouped(QLocale()).toString(value, 'f', 1);
}

QString shownGibibytes(double bytes) {
  return shownTenths(bytes / (1024.0 * 1024 * 1024));
}

void markUnreadable(QWidget* field, const QString& sentence) {
  const bool unreadable = !sentence.isEmpty();
  if (unreadable == field->property(kMark).toBool() && field->accessibleDescription() == sentence) return;
  field->setProperty(kMark, unreadable);
  field->setAccessibleDescription(sentence);
  field->style()->unpolish(field);
  field->style()->polish(field);
  field->update();
}

}  // namespace tstitch::ui
