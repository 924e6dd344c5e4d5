#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/request/generation_request.h"

namespace tstitch {

/// A pair that can be chosen by name: from the installed `models/` or the user's.
struct PairEntry {
  std::string name;   ///< `miniature`
  std::string title;  ///< `Miniature`
  std::filesystem::path large;
  std::filesystem::path small;
  GenerationRequest defaults;  ///< from the pair's manifest; its denoisers are filled in
  std::vector<std::string> example_prompts;
  std::string licence;
  std::map<std::filesystem::path, std::string> sha256;  ///< of the pair's files, where the manifest lists them
  std::string latent_space;  ///< `sd`, `sdxl`, `ldm-vq`, ...: pairs of one share latents; may be empty
  std::string not_here;      ///< empty when its files are on this machine; else what brings them, one sentence
  std::vector<std::string> repositories;  ///< that its files come from (repository_manifest.h); none for a bundled pair
};

/// Which of a pair's models a name means.
enum class PairRole { Small, Large };

}  // namespace tstitch
