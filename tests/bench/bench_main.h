#pragma once

#include <exception>
#include <iostream>

#include "app/passive_threads.h"
#include "core/base/error.h"

namespace tstitch {

/// What main of a driver does: threads as the program has them, `run`, and one sentence for what that throws.
inline int bench_main(const char* name, int argc, char** argv, int (*run)(int, char**)) {
  try {
    use_passive_threads(argv);
    return run(argc, argv);
  } catch (const Error& error) {
    std::cerr << name << ": " << error.sentence() << '\n';
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace tstitch
