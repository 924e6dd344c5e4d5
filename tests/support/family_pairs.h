#pragma once

#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"

namespace tstitch::test {

/// A folder of models with a pair of toy size for each further family, generated and described as the program's own
/// pairs are: `tiny-sdxl` (two text encoders, micro-conditioning), `tiny-dit` and `tiny-ldm` (classes; checkpoints as
/// they were first published, with an autoencoder beside them), and `misfit`, whose networks take other texts.
class FamilyPairs {
 public:
  /// `golden_folder` is the test program's TSTITCH_GOLDEN_DIR.
  explicit FamilyPairs(const std::string& golden_folder);

  /// To be given as one of the engine's model roots.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  void write_class_pair(const std::string& name, const std::string& title, const std::string& network) const;
  void write_repository(const std::string& name, const std::string& model) const;

  TemporaryFolder folder_;
};

}  // namespace tstitch::test
