#include "core/local_engine/model_store.h"

#include <gtest/gtest.h>

#include "tests/support/controlled_pair.h"

namespace tstitch {
namespace {

/// One U-Net for both denoisers, with a low-rank file for the large one.
class SharedNetwork : public testing::Test {
 protected:
  SharedNetwork() {
    GenerationRequest request = pair_.request(pair_.case_named("lora-twice"));
    request.denoisers[0].model.location = pair_.folder() / "large" / "unet";
    request.loras.resize(1);
    request.loras[0].denoiser = "large";
    run_ = resolve_run(request, {});
    load_.progress = [this](std::int64_t bytes) { read_ += bytes; };
  }

  void load(const DenoiserName& name) {
    read_ = 0;
    networks_.push_back(store_.network(run_.models.at(name), load_, run_.loras_of(name, LoraTarget::Network)));
  }

  test::ControlledPair pair_{TSTITCH_GOLDEN_DIR};
  ResolvedRun run_;
  ModelStore store_;
  LoadOptions load_;
  std::vector<DenoiserNetwork> networks_;
  std::int64_t read_ = 0;
};

TEST_F(SharedNetwork, isLoadedOnce) {
  EXPECT_EQ(run_.loras_of("small", LoraTarget::Network).method, LoraMethod::Added);
  EXPECT_EQ(run_.loras_of("large", LoraTarget::Network).method, LoraMethod::Added);
  load("small");
  EXPECT_GT(read_, 0);
  load("large");
  EXPECT_EQ(read_, 0) << "no weight is read, or held, a second time";
  EXPECT_NE(std::get<0>(networks_[0]), std::get<0>(networks_[1]));
}

TEST_F(SharedNetwork, isForgottenWithTheLastOfItsUsers) {
  load("small");
  networks_.clear();
  store_.drop_unused();
  load("large");
  EXPECT_GT(read_, 0);
}

TEST_F(SharedNetwork, isFoldedWhereAllDenoisersHaveTheSameFiles) {
  run_.request.loras[0].denoiser.reset();
  EXPECT_EQ(run_.loras_of("small", LoraTarget::Network).method, LoraMethod::Folded);
  EXPECT_EQ(run_.loras_of("large", LoraTarget::Network).method, LoraMethod::Folded);
}

}  // namespace
}  // namespace tstitch
