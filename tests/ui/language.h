#pragma once

#include <QLocale>
#include <QString>

namespace tstitch::test {

/// The window's language while it lives: "de", or "C" for numbers as in files.
class Language {
 public:
  explicit Language(const char* code) { QLocale::setDefault(QLocale(QString::fromLatin1(code))); }
  ~Language() { QLocale::setDefault(before_); }
  Language(const Language&) = delete;
  Language& operator=(const Language&) = delete;

 private:
  QLocale before_;
};

/// What people see with the digits and the decimal mark of their language, as files would have it.
inline QString asInFiles(QString shown) {
  const QLocale language;
  const char16_t zero = language.zeroDigit().at(0).unicode();
  for (QChar& letter : shown) {
    const int digit = letter.unicode() - zero;
    if (digit >= 0 && digit <= 9) letter = QChar(u'0' + digit);
    if (letter == language.decimalPoint().at(0)) letter = u'.';
  }
  return shown;
}

}  // namespace tstitch::test
