// The contract of every engine, held by the one that computes here; the worker's stands in
// tests/app/cli/worker_test.cpp.

#include "tests/support/engine_contract.h"

#include "core/local_engine/local_engine.h"
#include "tests/support/temporary_folder.h"

namespace tstitch {
namespace {

TEST(EngineContract, heldByTheLocalEngine) {
  const test::TemporaryFolder folder;
  LocalEngineOptions options;
  options.model_roots = {std::filesystem::path(TSTITCH_SOURCE_DIR) / "models"};
  options.cache = folder.path() / "cache";
  options.keep_loaded = true;
  const auto engine = make_local_engine(options);
  GenerationRequest request = engine->pairs().front().defaults;
  request.prompt = "3d fox";
  request.steps = 4;
  request.seed = 11;
  GenerationRequest slow = request;
  slow.steps = 500;
  test::expect_engine_contract(*engine, request, slow);
}

}  // namespace
}  // namespace tstitch
