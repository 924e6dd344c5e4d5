#pragma once

namespace tstitch {

/// While one lives, the C library works for this thread as in the classic locale, whatever the process's is: for
/// libraries that read or write numbers through it. Our own numbers need none (core/base/number_text.h).
class ClassicLocale {
 public:
  ClassicLocale();
  ~ClassicLocale();
  ClassicLocale(const ClassicLocale&) = delete;
  ClassicLocale& operator=(const ClassicLocale&) = delete;

 private:
  void* before_;
};

}  // namespace tstitch
