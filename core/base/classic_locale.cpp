#include "core/base/classic_locale.h"

#include <locale.h>

namespace tstitch {
namespace {

locale_t classic() {
  static locale_t const made = ::newlocale(LC_ALL_MASK, "C", nullptr);
  return made;
}

}  // namespace

ClassicLocale::ClassicLocale() : before_(::uselocale(classic())) {}

ClassicLocale::~ClassicLocale() {
  ::uselocale(static_cast<locale_t>(before_));
}

}  // namespace tstitch
