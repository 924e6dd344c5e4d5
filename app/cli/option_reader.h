#pragma once

#include <exception>
#include <optional>
#include <string>

#include "core/base/error.h"

namespace tstitch::cli {

/// Reads options one by one and goes on after one that is refused: what was asked is then known as far as it can be.
class OptionReader {
 public:
  /// `target` becomes what `parse` makes of the text, where there is one.
  template <class Target, class Parse>
  void read(const char* option, const std::optional<std::string>& text, Target& target, const Parse& parse) {
    if (text) attempt(option, [&] { target = parse(*text); });
  }

  /// Does what the option asks for; of a UsageError the option is the place.
  template <class Work>
  void attempt(const char* option, const Work& work) {
    try {
      work();
    } catch (const UsageError& error) {
      keep(std::make_exception_ptr(UsageError(error.what(), option, error.hint())));
    } catch (const Error&) {
      keep(std::current_exception());
    }
  }

  /// Throws the first refusal, if there was one.
  void finish() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  void keep(std::exception_ptr problem) {
    if (!first_) first_ = std::move(problem);
  }

  std::exception_ptr first_;
};

}  // namespace tstitch::cli
