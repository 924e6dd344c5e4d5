#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/discovery/program_folders.h"

namespace tstitch {

/// What kind of thing a model seems to be by what lies there.
enum class PlaceKind {
  Pipeline,    ///< a diffusers folder
  Part,        ///< a folder with config.json and weights
  LoraFolder,  ///< lora_folder.h
  File         ///< a file of weights
};

struct SearchedPlace {
  std::filesystem::path path;
  PlaceKind kind = PlaceKind::File;
  std::string program;
  std::string name;           ///< as the program calls it; empty: the path says it
  bool may_be_other = false;  ///< what is no model of ours is none of our business there
  friend bool operator==(const SearchedPlace&, const SearchedPlace&) = default;
};

/// Collects what may be models, folder by folder, links followed; each folder of the disk once, whatever leads to it.
/// Hidden folders, and those below the eighth level, are passed over; so is what comes behind 20,000 models.
class PlaceSearch {
 public:
  explicit PlaceSearch(Environment environment) : environment_(std::move(environment)) {}

  /// What is new in that folder; `program` is whose it is where nothing in it tells.
  [[nodiscard]] std::vector<SearchedPlace> in(const std::filesystem::path& folder, const std::string& program);

  /// Whose the folder of the last call is.
  [[nodiscard]] const std::string& program() const { return program_; }

 private:
  struct Entries;

  void search(const ProgramFolders& found);
  void look_into(const std::filesystem::path& folder, const std::string& name, int depth);
  [[nodiscard]] bool is_new(const std::filesystem::path& folder);
  void take(const std::filesystem::path& path, PlaceKind kind, const std::string& name);
  void take_record(const std::filesystem::path& path, const std::string& name);
  [[nodiscard]] static Entries entries_of(const std::filesystem::path& folder);

  Environment environment_;
  std::string program_;
  const ProgramFolders* found_ = nullptr;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;
  std::set<std::filesystem::path> taken_;
  std::vector<SearchedPlace> places_;
};

/// What the thing at a place is known by: any change of it changes this text. Empty where nothing is there.
std::string stamp_text(const SearchedPlace& place);

}  // namespace tstitch
