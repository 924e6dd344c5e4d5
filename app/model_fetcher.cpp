#include "app/model_fetcher.h"

#include <utility>

#include "core/hub/fetch_known.h"

namespace tstitch::app {

ui::FetchPair modelFetcher(std::vector<std::filesystem::path> roots) {
  return [roots = std::move(roots)](const std::string& name, const std::stop_token& stop,
                                    const std::function<void(const ui::DownloadProgress&)>& tell) {
    (void)fetch_known(name, roots, stop, [&tell](const FetchProgress& progress) {
      tell({QString::fromStdString(progress.path), progress.all_bytes, progress.all_of});
    });
  };
}

}  // namespace tstitch::app
