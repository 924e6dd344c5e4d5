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

}  // namespace tstitch::test
