#pragma once

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <locale>
#include <stdexcept>
#include <string>

namespace tstitch::test {

/// Locales that the build makes, for C, C++ and Qt: the comma's, a thin blank between thousands, the dotless i, Arabic
/// digits, a mark before the decimals of two bytes, and letters beyond ASCII in one byte.
inline constexpr const char* kLocales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8",
                                           "ar_EG.UTF-8", "ps_AF.UTF-8", "de_DE.ISO-8859-1"};

/// They lie beside the executable (tests/locales.cmake).
inline std::filesystem::path locale_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "locales";
}

/// The process's locale while it lives, as a program has it that embeds us. Throws where the locale cannot be had.
class ProcessLocale {
 public:
  explicit ProcessLocale(const std::string& name) : c_(std::setlocale(LC_ALL, nullptr)), cpp_(std::locale()) {
    ::setenv("LOCPATH", locale_folder().c_str(), 1);
    if (std::setlocale(LC_ALL, name.c_str()) == nullptr) {
      throw std::runtime_error("the locale " + name + " is not in " + locale_folder().string());
    }
    std::locale::global(std::locale(name));
    std::setlocale(LC_MESSAGES, "C");  // what the system says is compared by its English words
  }
  ~ProcessLocale() {
    std::locale::global(cpp_);
    std::setlocale(LC_ALL, c_.c_str());
  }
  ProcessLocale(const ProcessLocale&) = delete;
  ProcessLocale& operator=(const ProcessLocale&) = delete;

 private:
  std::string c_;
  std::locale cpp_;
};

}  // namespace tstitch::test
