#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/networks/autoencoder_kl.h"
#include "core/networks/clip_text.h"
#include "core/networks/control_net.h"
#include "core/networks/t2i_adapter.h"
#include "core/networks/tiny_autoencoder.h"
#include "core/networks/vq_autoencoder.h"
#include "tests/support/class_networks.h"
#include "tests/support/device/simulated_device.h"
#include "tests/support/network_golden.h"

namespace tstitch {
namespace {

constexpr double kTolerance = 1e-5;  // the goldens' own, by family 5e-6 or 1e-5

/// Inputs and outputs by name.
using Tensors = std::map<std::string, at::Tensor>;
/// A network at work: the golden's inputs in, its outputs out.
using Network = std::function<Tensors(const Tensors& in)>;

at::Tensor of(const Tensors& in, const std::string& name) {
  const auto found = in.find(name);
  return found == in.end() ? at::Tensor() : found->second;
}

/// A network family, and how one of it is built.
struct Family {
  const char* golden;
  std::function<Network(const test::NetworkGolden& golden, const WeightScope& at)> build;
};

std::ostream& operator<<(std::ostream& out, const Family& family) {
  return out << family.golden;
}

Network unet(const test::NetworkGolden& golden, const WeightScope& at) {
  return [unet = std::make_shared<const Unet>(at, parse_unet_config(golden.config, "golden"))](const Tensors& in) {
    Tensors out;
    for (const std::string size : {".even", ".odd"}) {
      const UnetExtras extras{of(in, "pooled" + size), of(in, "time_ids" + size), of(in, "guidance_embedding" + size)};
      out["out" + size] =
          (*unet)(of(in, "x" + size), of(in, "timesteps" + size), of(in, "context" + size), extras, {}, {});
    }
    return out;
  };
}

Network dit(const test::NetworkGolden& golden, const WeightScope& at) {
  return [dit = std::make_shared<const Dit>(at, parse_dit_config(golden.config, "golden"))](const Tensors& in) {
    Tensors out;
    for (const std::string size : {".own", ".stretched"}) {
      out["out" + size] =
          (*dit)(of(in, "x" + size), of(in, "timesteps" + size), of(in, "labels" + size).to(at::kLong), {});
    }
    return out;
  };
}

Network control_net(const test::NetworkGolden& golden, const WeightScope& at) {
  return [control = std::make_shared<const ControlNet>(at, parse_control_net_config(golden.config, "golden"))](
             const Tensors& in) {
    const UnetResiduals residuals =
        (*control)(of(in, "x"), of(in, "timesteps"), of(in, "context"), {of(in, "pooled"), of(in, "time_ids"), {}},
                   control->embedded_hint(of(in, "hint"), {}), {});
    Tensors out{{"out.middle", residuals.middle * 0.8}};
    for (std::size_t i = 0; i < residuals.skips.size(); ++i) {
      out["out.skip" + std::to_string(i)] = residuals.skips[i] * 0.8;
    }
    return out;
  };
}

Network adapter(const test::NetworkGolden& golden, const WeightScope& at) {
  return [adapter = std::make_shared<const T2iAdapter>(at, parse_adapter_config(golden.config, "golden"))](
             const Tensors& in) {
    const std::vector<at::Tensor> features = (*adapter)(of(in, "picture"), {});
    Tensors out;
    for (std::size_t i = 0; i < features.size(); ++i) out["out.feature" + std::to_string(i)] = features[i];
    return out;
  };
}

Network kl(const test::NetworkGolden& golden, const WeightScope& at) {
  const VaeConfig config = parse_vae_config(golden.config, "golden");
  return [encoder = std::make_shared<const KlEncoder>(at, config),
          decoder = std::make_shared<const KlDecoder>(at, config)](const Tensors& in) -> Tensors {
    return {{"out.mean", (*encoder)(of(in, "picture"), {})}, {"out.decoded", (*decoder)(of(in, "z"), {})}};
  };
}

Network vq(const test::NetworkGolden& golden, const WeightScope& at) {
  const VqConfig config = parse_vq_config(golden.config, "golden");
  return [encoder = std::make_shared<const VqEncoder>(at, config),
          decoder = std::make_shared<const VqDecoder>(at, config)](const Tensors& in) -> Tensors {
    return {{"out.latents", (*encoder)(of(in, "picture"), {})}, {"out.decoded", (*decoder)(of(in, "z"), {})}};
  };
}

Network tiny(const test::NetworkGolden& golden, const WeightScope& at) {
  const TinyVaeConfig config = parse_tiny_vae_config(golden.config, "golden");
  return [encoder = std::make_shared<const TinyEncoder>(at, config),
          decoder = std::make_shared<const TinyDecoder>(at, config)](const Tensors& in) -> Tensors {
    return {{"out.latents", (*encoder)(of(in, "picture"), {})}, {"out.decoded", (*decoder)(of(in, "z"), {})}};
  };
}

Network clip(const test::NetworkGolden& golden, const WeightScope& at) {
  return [model = std::make_shared<const ClipTextModel>(at, parse_clip_text_config(golden.config, "golden"))](
             const Tensors& in) -> Tensors {
    const ClipTextModel::Output out = (*model)(of(in, "ids").to(at::kLong), {});
    return {{"out.last_hidden_state", out.last_hidden_state}, {"out.pooled", out.pooled}};
  };
}

class OnADevice : public testing::TestWithParam<Family> {};

TEST_P(OnADevice, predictsAsTheReferenceAndAsksTheHostForNothing) {
  const auto golden = test::NetworkGolden::load(GetParam().golden);
  const WeightScope root(golden.weights, {.device = test::simulated_device()});
  const Network network = GetParam().build(golden, root);
  root.require_complete();
  Tensors in;
  for (const auto& [name, tensor] : golden.tensors) in[name] = tensor.to(test::simulated_device());
  Tensors out = network(in);
  const test::DeviceLog log;
  out = network(in);
  EXPECT_THAT(log.crossings(), testing::IsEmpty());
  for (const auto& [name, tensor] : out) {
    EXPECT_EQ(tensor.device(), test::simulated_device()) << name;
    EXPECT_LT(test::relative_difference(tensor, golden[name]), kTolerance) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Families, OnADevice,
    testing::Values(Family{"unet-sd1", unet}, Family{"unet-sd2", unet}, Family{"unet-bk-base", unet},
                    Family{"unet-bk-small", unet}, Family{"unet-bk-tiny", unet}, Family{"unet-sdxl", unet},
                    Family{"unet-ssd", unet}, Family{"unet-lcm", unet}, Family{"unet-koala", unet}, Family{"dit", dit},
                    Family{"dit-plain", dit}, Family{"control-sd1", control_net}, Family{"control-sdxl", control_net},
                    Family{"control-sdxl-small", control_net}, Family{"adapter-full", adapter},
                    Family{"adapter-grey", adapter}, Family{"adapter-xl", adapter}, Family{"adapter-light", adapter},
                    Family{"vae", kl}, Family{"vae-plain", kl}, Family{"vq", vq}, Family{"taesd", tiny},
                    Family{"clip-quick-gelu", clip}, Family{"clip-gelu", clip}, Family{"clip-projection", clip}));

}  // namespace
}  // namespace tstitch
