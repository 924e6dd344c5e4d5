#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/discovery/found_model.h"
#include "core/discovery/place_identity.h"
#include "core/discovery/place_search.h"

namespace tstitch {

struct FinderOptions {
  std::filesystem::path cache;                     ///< the folder of `found_models.json`
  std::vector<std::filesystem::path> model_roots;  ///< folders of models of our own
  bool usual = true;                               ///< also where other programs usually are
  Environment environment = process_environment;
  std::chrono::milliseconds patience{400};  ///< headers are read for so long, then the answer is given
};

/// Finds models and remembers what each is by its stamp, in memory and in one file of the cache folder (20,000 models
/// and 200 folders at most; what was not found for the longest goes first). For any thread.
class ModelFinder {
 public:
  explicit ModelFinder(FinderOptions options);

  /// What lies in these folders, in those of our own and in other programs', in this order.
  [[nodiscard]] FoundModels find(const std::vector<std::filesystem::path>& folders);

 private:
  struct Known {
    std::string stamp;
    PlaceIdentity identity;
  };
  struct Root {
    std::string program;
    std::vector<SearchedPlace> places;
    std::int64_t seen = 0;  ///< days since 1970
  };
  using Clock = std::chrono::steady_clock;

  void load();
  void save();
  void trim();
  [[nodiscard]] std::vector<FoundFolder> folders_for(const std::vector<std::filesystem::path>& own) const;
  void search(PlaceSearch& search, const FoundFolder& folder);
  void list(const FoundFolder& folder, Clock::time_point until, FoundModels& answer);
  /// What is remembered of the place, or was found now; null where nobody has looked and the time is over.
  [[nodiscard]] const PlaceIdentity* identity_of(const SearchedPlace& place, Clock::time_point until,
                                                 FoundModels& answer);

  FinderOptions options_;
  std::filesystem::path file_;
  std::mutex mutex_;  ///< of all that follows
  bool loaded_ = false;
  bool changed_ = false;
  std::map<std::filesystem::path, Known> known_;
  std::map<std::filesystem::path, Root> roots_;
};

}  // namespace tstitch
