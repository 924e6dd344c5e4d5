#pragma once

#include <fstream>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/local_engine/resolved_run.h"
#include "core/local_engine/workshop.h"
#include "tests/support/lists/published_list.h"
#include "tests/support/model_folder.h"
#include "tests/support/temporary_folder.h"

namespace tstitch::test {

/// Two small generated models that stitch, `large` and `small`, and a workshop whose caches lie beside them. The folder
/// is the running test's own.
class SmallPair {
 public:
  explicit SmallPair(std::string golden_folder) : golden_folder_(std::move(golden_folder)), workshop_(options()) {
    write("large", {});
    SmallModel small;
    small.unet = "unet_small";
    small.seed = 2;
    write("small", small);
  }

  void write(const std::string& name, const SmallModel& model) const {
    write_model_folder(folder() / name, golden_folder_, model);
  }

  /// Changes one value of a config of the pair.
  void set(const std::string& file, const std::string& key, const nlohmann::json& value) const {
    std::ifstream in(folder() / file);
    nlohmann::json config = nlohmann::json::parse(in);
    config[key] = value;
    folder_.write(file, config.dump());
  }

  /// Config and shapes of one part of a small model.
  [[nodiscard]] nlohmann::json part(const std::string& key) const {
    return published_list(golden_folder_, "small-model").at(key);
  }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const TemporaryFolder& files() const { return folder_; }
  [[nodiscard]] Workshop& workshop() { return workshop_; }

  /// Four DDIM steps of 64x48, `ratio` percent of them by the small model.
  [[nodiscard]] GenerationRequest request(int ratio = 50) const {
    GenerationRequest request;
    request.prompt = "a cat";
    request.denoisers = {{"small", {"small", {}, {}, folder() / "small"}, std::nullopt},
                         {"large", {"large", {}, {}, folder() / "large"}, std::nullopt}};
    request.split = RatioSplit{{Percent{ratio}}, SplitRule::Floor};
    request.extent = {64, 48};
    request.steps = 4;
    request.seed = 3;
    return request;
  }

  [[nodiscard]] ResolvedRun resolved(int ratio = 50) const { return resolve_run(request(ratio), {}); }

 private:
  [[nodiscard]] LocalEngineOptions options() const {
    LocalEngineOptions options;
    options.cache = folder() / "cache";
    return options;
  }

  TemporaryFolder folder_;
  std::string golden_folder_;
  Workshop workshop_;
};

}  // namespace tstitch::test
