#include "app/model_fetcher.h"

#include <utility>

#include "core/base/links.h"
#include "core/hub/cuda_install.h"
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

ui::CudaCare cudaCare(const std::filesystem::path& list, const std::filesystem::path& folder) {
  ui::CudaCare care;
  if (!is_file(list)) return care;  // a build without that list draws on the CPU
  const CudaRuntime runtime = read_cuda_runtime(list);
  care.bytes = runtime.download_bytes();
  care.isHere = [runtime, folder] { return runtime.is_in(folder); };
  care.remove = [folder] { (void)remove_cuda_runtime(folder); };
  care.fetch = [runtime, folder](const std::string&, const std::stop_token& stop,
                                 const std::function<void(const ui::DownloadProgress&)>& tell) {
    install_cuda_runtime(runtime, folder, hub_settings(), stop, [&tell](const FetchProgress& progress) {
      tell({QString::fromStdString(progress.path), progress.all_bytes, progress.all_of});
    });
  };
  return care;
}

}  // namespace tstitch::app
