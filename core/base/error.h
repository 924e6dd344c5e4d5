#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace tstitch {

/// What the process returns; the table of exit codes is part of the command line's contract.
enum class ExitCode {
  Done = 0,
  Internal = 1,
  Usage = 2,
  BadInput = 3,
  Incompatible = 4,
  OutOfMemory = 5,
  NoEngine = 6,
  Cancelled = 130
};

/// The world is wrong, the program is not: `what()` is one sentence with what was expected and what was found,
/// `where()` names the file, option or field (may be empty), `hint()` says what to do (may be empty).
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& what, std::string where = {}, std::string hint = {})
      : std::runtime_error(what), code_(code), where_(std::move(where)), hint_(std::move(hint)) {}

  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }

  /// "where: what hint", as the command line and the window's status print it.
  [[nodiscard]] std::string sentence() const;

 private:
  ExitCode code_;
  std::string where_;
  std::string hint_;
};

/// An option or a request field has a value that is not accepted (exit 2).
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& what, std::string where = {}, std::string hint = {})
      : Error(ExitCode::Usage, what, std::move(where), std::move(hint)) {}
};

/// A file is missing, damaged, hostile or of another kind (exit 3).
class BadInput : public Error {
 public:
  explicit BadInput(const std::string& what, std::string where = {}, std::string hint = {})
      : Error(ExitCode::BadInput, what, std::move(where), std::move(hint)) {}
};

/// Models that do not fit together; the text names the fact that differs (exit 4).
class IncompatibleModels : public Error {
 public:
  explicit IncompatibleModels(const std::string& what, std::string where = {}, std::string hint = {})
      : Error(ExitCode::Incompatible, what, std::move(where), std::move(hint)) {}
};

/// Host or device memory does not suffice; the text names the need and what is free (exit 5).
class OutOfMemory : public Error {
 public:
  explicit OutOfMemory(const std::string& what, std::string where = {}, std::string hint = {})
      : Error(ExitCode::OutOfMemory, what, std::move(where), std::move(hint)) {}
};

/// The engine of `--engine` could not be started, did not answer, broke the protocol or was lost; the text names its
/// command and the reason (exit 6).
class EngineUnavailable : public Error {
 public:
  explicit EngineUnavailable(const std::string& what, std::string where = {}, std::string hint = {})
      : Error(ExitCode::NoEngine, what, std::move(where), std::move(hint)) {}
};

}  // namespace tstitch
