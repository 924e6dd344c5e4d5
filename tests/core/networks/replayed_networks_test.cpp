#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "core/device/replayed_calls.h"
#include "core/networks/dit.h"
#include "core/networks/unet.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

using Tensors = std::vector<at::Tensor>;
using test::GraphsOnDevice;
using test::on_device;

/// A network of the goldens on the simulated device, without and with recordings.
class ReplayedNetworks : public testing::Test {
 protected:
  explicit ReplayedNetworks(const char* name)
      : golden_(test::NetworkGolden::load(name)), root_(golden_.weights, {.device = test::simulated_device()}) {}

  [[nodiscard]] at::Tensor input(const std::string& name) const { return on_device(golden_[name]); }

  test::NetworkGolden golden_;
  WeightScope root_;
  GraphsOnDevice graphs_;
};

class ReplayedUnet : public ReplayedNetworks {
 protected:
  ReplayedUnet() : ReplayedNetworks("unet-sd1") {}

  static ReplayableCall call_with(const Unet& unet, const std::shared_ptr<ContextKeys>& keys) {
    return {[&unet, keys](const Tensors& in, const std::stop_token& stop) {
              return unet(in[0], in[1], in[2], {{}, {}, {}, keys.get()}, {}, stop);
            },
            [keys](std::size_t changed) {
              if (changed == 2) keys->renew();
            }};
  }

  [[nodiscard]] at::Tensor plain(const at::Tensor& timestep, const at::Tensor& context) const {
    return unet_(x_, timestep, context, {}, {}, {});
  }

  /// Whether the call of that kind gives the network's bits at each of 6 timesteps, then with another context.
  [[nodiscard]] std::pair<bool, bool> are_plain(const std::function<ReplayableCall()>& make) {
    const at::Tensor other = (context_ * 0.5).clone();
    bool at_timesteps = true;
    for (int i = 0; i < 6; ++i) {
      const at::Tensor timestep = at::full_like(timesteps_, 900.0 - 150.0 * i);
      host_timestep_ = 900.0 - 150.0 * i;
      at_timesteps = at_timesteps && is_plain(timestep, context_, make);
    }
    host_timestep_ = 5.0;
    return {at_timesteps, is_plain(at::full_like(timesteps_, 5.0), other, make)};
  }

  [[nodiscard]] bool is_plain(const at::Tensor& timestep, const at::Tensor& context,
                              const std::function<ReplayableCall()>& make) {
    const auto found = unet_.replays()({x_, timestep, context}, {}, make, {});
    return found && at::equal(found->cpu(), plain(timestep, context).cpu());
  }

  Unet unet_{root_, parse_unet_config(golden_.config, "golden")};
  const at::Tensor x_ = input("x.even"), timesteps_ = input("timesteps.even"), context_ = input("context.even");
  double host_timestep_ = 0.0;
};

TEST_F(ReplayedUnet, givesTheNetworksBits) {
  const auto make = [&] { return call_with(unet_, std::make_shared<ContextKeys>()); };
  EXPECT_EQ(are_plain(make), std::pair(true, true));
  EXPECT_EQ(GraphsOnDevice::alive(), 1);
}

TEST_F(ReplayedUnet, isSeenToBeWrongWithATimestepOfTheHost) {
  const auto make = [&] {
    return ReplayableCall{[this](const Tensors& in, const std::stop_token& stop) {
                            return unet_(in[0], at::full_like(in[1], host_timestep_), in[2], {}, {}, stop);
                          },
                          {}};
  };
  EXPECT_FALSE(are_plain(make).first);
}

TEST_F(ReplayedUnet, isSeenToBeWrongWithTheKeysOfAnotherContext) {
  const auto make = [&] {
    return ReplayableCall{call_with(unet_, std::make_shared<ContextKeys>()).call, {}};  // renews nothing
  };
  EXPECT_EQ(are_plain(make), std::pair(true, false));
}

TEST_F(ReplayedUnet, isReleasedBeforeItsWeights) {
  {
    const Unet unet(WeightScope(golden_.weights, {.device = test::simulated_device()}),
                    parse_unet_config(golden_.config, "golden"));
    const auto make = [&] { return call_with(unet, std::make_shared<ContextKeys>()); };
    for (int i = 0; i < 5; ++i) static_cast<void>(unet.replays()({x_, timesteps_, context_}, {}, make, {}));
    EXPECT_EQ(GraphsOnDevice::alive(), 1);
  }
  EXPECT_EQ(GraphsOnDevice::alive(), 0);
}

class ReplayedDit : public ReplayedNetworks {
 protected:
  ReplayedDit() : ReplayedNetworks("dit") {}

  Dit dit_{root_, parse_dit_config(golden_.config, "golden")};
};

/// The positions of a size stay where a recording reads them.
TEST_F(ReplayedDit, givesTheNetworksBitsAtSizesInTurn) {
  const auto make = [&] {
    return ReplayableCall{
        [this](const Tensors& in, const std::stop_token& stop) { return dit_(in[0], in[1], in[2], stop); }, {}};
  };
  const at::Tensor labels = input("labels.own").to(at::kLong);
  const std::vector<at::Tensor> sizes{input("x.own"), input("x.stretched"),
                                      at::cat({input("x.stretched"), input("x.stretched")}, 2)};
  for (int i = 0; i < 6; ++i) {
    const at::Tensor timesteps = input("timesteps.own") + 10.0 * i;
    for (const at::Tensor& x : sizes) {
      const Tensors in{x, timesteps.narrow(0, 0, x.size(0)), labels.narrow(0, 0, x.size(0))};
      const auto found = dit_.replays()(in, {}, make, {});
      ASSERT_TRUE(found);
      EXPECT_TRUE(at::equal(found->cpu(), dit_(in[0], in[1], in[2], {}).cpu())) << i << ' ' << x.sizes();
    }
  }
  EXPECT_EQ(GraphsOnDevice::alive(), 3);
}

}  // namespace
}  // namespace tstitch
