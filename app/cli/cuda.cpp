#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/download_teller.h"
#include "app/cli/engine.h"
#include "app/cli/event_json.h"
#include "core/hub/cuda_install.h"
#include "core/system/cuda_runtime.h"

namespace tstitch::cli {
namespace fs = std::filesystem;

namespace {

struct CudaArguments {
  std::optional<std::string> profile;
  std::optional<std::string> list;
  bool json = false;
};

CudaRuntime runtime_of(const CudaArguments& arguments) {
  return read_cuda_runtime(arguments.list ? fs::path(*arguments.list) : installed_places().cuda_list);
}

ExitCode tell_state(const CudaArguments& arguments, const CudaRuntime& runtime, const fs::path& folder) {
  const bool here = runtime.is_in(folder);
  if (arguments.json) {
    print_line({{"cuda", runtime.name},
                {"here", here},
                {"place", here ? nlohmann::ordered_json((folder / runtime.name).string()) : nullptr},
                {"download_bytes", runtime.download_bytes()}});
  } else if (here) {
    std::cout << runtime.name << " is in " << (folder / runtime.name).string() << '\n';
  } else {
    std::cout << runtime.name << " is not here: tstitch cuda install brings it, "
              << runtime.download_bytes() / 1'000'000 << " MB\n";
  }
  return ExitCode::Done;
}

ExitCode install(const CudaArguments& arguments) {
  const SignalStop stop;
  const CudaRuntime runtime = runtime_of(arguments);
  const fs::path folder = user_folders(arguments.profile).cuda;
  DownloadTeller teller(arguments.json);
  install_cuda_runtime(runtime, folder, hub_settings(), stop.token(),
                       [&](const FetchProgress& progress) { teller.tell(progress); });
  if (!arguments.json) std::cerr << "Their licences lie in " << (folder / runtime.name / "licences").string() << ".\n";
  return tell_state(arguments, runtime, folder);
}

ExitCode remove(const CudaArguments& arguments) {
  const bool removed = remove_cuda_runtime(user_folders(arguments.profile).cuda);
  if (arguments.json) {
    print_line({{"removed", removed}});
  } else {
    std::cout << (removed ? "the CUDA libraries are removed\n" : "no CUDA libraries were here\n");
  }
  return ExitCode::Done;
}

ExitCode status(const CudaArguments& arguments) {
  return tell_state(arguments, runtime_of(arguments), user_folders(arguments.profile).cuda);
}

}  // namespace

Command add_cuda(CLI::App& program) {
  auto arguments = std::make_shared<CudaArguments>();
  CLI::App* app = program.add_subcommand("cuda", "the libraries that --device cuda needs: install, remove, status");
  app->require_subcommand(1);
  CLI::App* installs = app->add_subcommand(
      "install", "download them into the user's data folder; goes on where it was stopped, checks every byte");
  CLI::App* removes = app->add_subcommand("remove", "remove them, and what an interrupted download left");
  CLI::App* tells = app->add_subcommand("status", "whether they are here, and how large the download is");
  for (CLI::App* each : {installs, removes, tells}) {
    each->add_option_function<std::string>(
            "--profile", [arguments](const std::string& text) { arguments->profile = text; },
            "settings, caches and libraries of one's own live in DIR")
        ->type_name("DIR");
    each->add_flag("--json", arguments->json, "JSON objects, one a line");
  }
  for (CLI::App* each : {installs, tells}) {
    each->add_option_function<std::string>(
            "--list", [arguments](const std::string& text) { arguments->list = text; },
            "another list of archives than the program's (share/tstitch/cuda_runtime.json), such as a mirror's")
        ->type_name("FILE");
  }
  return [=] {
    if (installs->parsed()) return install(*arguments);
    return removes->parsed() ? remove(*arguments) : status(*arguments);
  };
}

}  // namespace tstitch::cli
