#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tstitch {

/// What ships with the program. Nothing here is looked up through the current folder, HOME or a path compiled in.
struct Places {
  std::filesystem::path models;     ///< manifests and the bundled pair
  std::filesystem::path tokenizer;  ///< the published CLIP vocabulary, for one-file checkpoints
  std::filesystem::path licences;   ///< texts that the window's About shows
  std::filesystem::path torch;      ///< LibTorch's lib folder, where its CUDA part lies if there is one
  std::filesystem::path plugins;    ///< where libtstitch_cuda.so lies
  std::filesystem::path cuda_list;  ///< of what its CUDA part is fetched from (cuda_runtime.h)
};

/// The places of a program: from the marker file `tstitch.root` beside it (a build tree: lines `name = path`, relative
/// ones to the marker), else from the installed shape prefix/{bin, lib/tstitch, share/tstitch}. Whether the folders
/// exist is for their readers to say. Throws BadInput when a marker is there but cannot be understood.
Places places_of(const std::filesystem::path& executable);

/// places_of() the running program's real path.
Places installed_places();

/// The user's folders; none of them needs to exist yet.
struct UserPlaces {
  std::filesystem::path models;    ///< manifests and pairs of the user's own; they win over the bundled ones
  std::filesystem::path settings;  ///< what the user chose
  std::filesystem::path state;     ///< window geometry, the last request, the history
  std::filesystem::path cache;     ///< hashes, fitted previews, measured times: may be deleted
  std::filesystem::path cuda;      ///< libraries that were fetched for CUDA (cuda_runtime.h)
  std::string note;                ///< a sentence to say once, when a temporary folder had to do; else empty
};

/// The XDG folders below `tstitch`, or `profile` with one folder each. Relative XDG values are ignored, as the
/// specification asks. Without HOME: a folder of this user's own under the temporary one, which `note` tells.
/// Throws BadInput when that folder belongs to somebody else.
UserPlaces user_places(const std::optional<std::filesystem::path>& profile);

}  // namespace tstitch
