#include "core/discovery/extra_model_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/discovery/yaml_text.h"

namespace tstitch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::optional<std::string> environment(const char* name) {
  if (std::string(name) == "HOME") return "/home/someone";
  return std::string(name) == "MODELS" ? std::optional<std::string>("/disk") : std::nullopt;
}

std::vector<ExtraFolder> parsed(const std::string& yaml) {
  return parse_extra_model_paths(yaml, "/comfy/extra_model_paths.yaml", environment);
}

TEST(ExtraModelPaths, areSectionsOfFolders) {
  EXPECT_THAT(parsed("a111:\n"
                     "    base_path: path/to/webui/\n"
                     "    is_default: true\n"
                     "    checkpoints: models/Stable-diffusion\n"
                     "    loras: |\n"
                     "         models/Lora\n"
                     "         models/LyCORIS\n"
                     "other:\n"
                     "    vae: relative\n"
                     "    controlnet: /absolute/control\n"),
              ElementsAre(ExtraFolder{"checkpoints", "/comfy/path/to/webui/models/Stable-diffusion"},
                          ExtraFolder{"loras", "/comfy/path/to/webui/models/Lora"},
                          ExtraFolder{"loras", "/comfy/path/to/webui/models/LyCORIS"},
                          ExtraFolder{"vae", "/comfy/relative"}, ExtraFolder{"controlnet", "/absolute/control"}));
}

TEST(ExtraModelPaths, expandHomeAndVariablesInTheBase) {
  EXPECT_THAT(parsed("a: {base_path: ~/models, vae: x}"), ElementsAre(ExtraFolder{"vae", "/home/someone/models/x"}));
  EXPECT_THAT(parsed("a: {base_path: '$MODELS/a${MODELS}b', vae: x}"),
              ElementsAre(ExtraFolder{"vae", "/disk/a/diskb/x"}));
  EXPECT_THAT(parsed("a:\n  base_path: /$UNSET/${\n  vae: x"), ElementsAre(ExtraFolder{"vae", "/$UNSET/${/x"}));
}

TEST(ExtraModelPaths, passOverWhatIsNoFolder) {
  EXPECT_THAT(parsed(""), IsEmpty());
  EXPECT_THAT(parsed("# only a comment\n"), IsEmpty());
  EXPECT_THAT(parsed("a:\nb: text\nc: {vae: {x: y}, is_default: no, loras: ''}"), IsEmpty());
}

TEST(ExtraModelPaths, refuseWhatTheyAreNot) {
  EXPECT_THROW(parsed("- a\n- b"), BadInput);
  EXPECT_THROW(parsed("a: [\n"), BadInput);
  EXPECT_THROW(parsed(std::string(kLongestYaml + 1, '#')), BadInput);
  EXPECT_THROW(parsed("a: \xFF"), BadInput);
  EXPECT_THROW(parsed(std::string(20'000, '[')), BadInput) << "depth is bounded";
  std::string many = "a:\n  vae:\n";
  for (int i = 0; i < 1'001; ++i) many += "    - x\n";
  EXPECT_THROW(parsed(many), BadInput);
}

}  // namespace
}  // namespace tstitch
