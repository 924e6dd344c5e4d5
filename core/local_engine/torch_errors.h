#pragma once

#include <filesystem>
#include <string>

#include <c10/util/Exception.h>

#include "core/base/check.h"
#include "core/base/error.h"

namespace tstitch {

/// What a library below the engine threw, as an error of ours: memory that is not there is the world's fault,
/// everything else of LibTorch's a bug of this program.
template <class Work>
auto translated(const Work& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    throw OutOfMemory(error.what_without_backtrace(), {}, "Choose a smaller size or smaller models.");
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    if (what.find("not enough memory") != std::string::npos ||
        what.find("can't allocate memory") != std::string::npos) {
      throw OutOfMemory(what, {}, "Choose a smaller size or smaller models.");
    }
    throw LogicError(what);
  } catch (const std::filesystem::filesystem_error& error) {
    throw BadInput(error.code().message() + ".", error.path1().string());
  }
}

}  // namespace tstitch
