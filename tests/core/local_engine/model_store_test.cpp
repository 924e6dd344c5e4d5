#include "core/local_engine/model_store.h"

#include <gtest/gtest.h>

#include "core/base/stop.h"
#include "tests/support/controlled_pair.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/small_pair.h"

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

using test::DeviceCall;

/// A network that is loaded to a device.
class StoreOnADevice : public testing::Test {
 protected:
  StoreOnADevice() { load_.device = test::simulated_device(); }

  DenoiserNetwork network(ModelStore& store) const { return store.network(run_.models.at("large"), load_); }

  test::SmallPair pair_{TSTITCH_GOLDEN_DIR};
  ResolvedRun run_ = pair_.resolved();
  LoadOptions load_;
};

TEST_F(StoreOnADevice, isOneBlockOfMemoryAndOneCopy) {
  ModelStore store;
  std::int64_t read = 0;
  load_.progress = [&](std::int64_t bytes) { read += bytes; };
  const test::MemoryInUse before = test::memory_in_use();
  const test::DeviceLog log;
  const DenoiserNetwork loaded = network(store);
  EXPECT_EQ(log.count(DeviceCall::Kind::Allocation), 1);
  EXPECT_EQ(log.count(DeviceCall::Kind::Upload), 1) << "of less than a buffer";
  EXPECT_EQ(read, 4 * run_.models.at("large").facts.parameters);
  EXPECT_GE(test::memory_in_use().device - before.device, read);
  EXPECT_EQ(test::memory_in_use().page_locked, before.page_locked);
}

TEST_F(StoreOnADevice, isATensorAtATimeWithoutPageLockedMemory) {
  ModelStore store;
  const test::FewPageLocked none(0);
  const test::DeviceLog log;
  const DenoiserNetwork loaded = network(store);
  EXPECT_GT(log.count(DeviceCall::Kind::Upload), 50);
}

TEST_F(StoreOnADevice, leavesNothingWhenItIsStopped) {
  const test::MemoryInUse before = test::memory_in_use();
  ModelStore store;
  std::stop_source stop;
  load_.stop = stop.get_token();
  load_.progress = [&](std::int64_t) { stop.request_stop(); };
  EXPECT_THROW(network(store), Interrupted);
  EXPECT_EQ(test::memory_in_use(), before);
}

}  // namespace
}  // namespace tstitch
