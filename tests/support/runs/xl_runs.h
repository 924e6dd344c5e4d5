#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/engine/settings.h"
#include "core/jobs/job.h"
#include "tests/support/golden.h"
#include "tests/support/temporary_folder.h"

namespace tstitch::test {

/// The models of xl_runs.json in a folder of the test's own: a diffusers folder for each U-Net, a folder for each
/// ControlNet, `lora.safetensors` and `control.png`. The golden holds configs alone: names and shapes are those that
/// our networks ask for, and a name that diffusers has otherwise would be filled with other numbers.
class XlRuns {
 public:
  explicit XlRuns(const std::string& golden_folder);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const Golden& golden() const { return golden_; }
  [[nodiscard]] nlohmann::json case_named(const std::string& name) const;

  /// The run of a case with its noise, in fp32.
  [[nodiscard]] Job job(const nlohmann::json& entry) const;

 private:
  void write_pipeline(const std::string& kind) const;
  void write_text(const std::filesystem::path& model, const std::string& part) const;
  void write_control(const std::string& name) const;
  void write_lora() const;
  [[nodiscard]] std::uint64_t seed(const std::string& name) const { return golden_.json().at("seeds").at(name); }

  TemporaryFolder folder_;
  Golden golden_;
};

}  // namespace tstitch::test
