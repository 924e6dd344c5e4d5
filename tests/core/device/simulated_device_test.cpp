#include "tests/support/device/simulated_device.h"

#include <functional>
#include <string>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <c10/core/Event.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/device/crossing.h"

namespace tstitch {
namespace {

using test::on_device;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

at::Tensor noise(at::IntArrayRef shape) {
  return at::randn(shape, at::detail::createCPUGenerator(7), at::kFloat);
}

struct Case {
  const char* name;
  std::function<at::Tensor(const at::Tensor& x, const at::Tensor& y)> compute;  ///< of [2, 4, 6, 8] and [4, 4, 3, 3]
};

std::ostream& operator<<(std::ostream& out, const Case& each) {
  return out << each.name;
}

class SimulatedOperators : public testing::TestWithParam<Case> {};

TEST_P(SimulatedOperators, computeAsTheCpuToTheBit) {
  const at::Tensor x = noise({2, 4, 6, 8}), y = noise({4, 4, 3, 3});
  const at::Tensor ours_x = on_device(x), ours_y = on_device(y);
  const test::DeviceLog log;
  const at::Tensor found = GetParam().compute(ours_x, ours_y);
  EXPECT_THAT(log.crossings(), IsEmpty());
  EXPECT_EQ(found.device(), test::simulated_device());
  const at::Tensor expected = GetParam().compute(x, y);
  EXPECT_EQ(found.strides(), expected.strides());
  EXPECT_TRUE(at::equal(found.cpu(), expected));
}

INSTANTIATE_TEST_SUITE_P(
    Operators, SimulatedOperators,
    testing::Values(
        Case{"numbers", [](const at::Tensor& x, const at::Tensor&) { return (x * 0.5 + 1.0) / 3.0 - 2.0; }},
        Case{"sums",
             [](const at::Tensor& x, const at::Tensor&) {
               return x + x.sum({2, 3}, true);
             }},
        Case{"inPlace", [](const at::Tensor& x, const at::Tensor&) { return at::silu_(x.clone().add_(x)); }},
        Case{"views",
             [](const at::Tensor& x, const at::Tensor&) {
               return x.narrow(1, 1, 2).transpose(2, 3).reshape({2, -1}).unflatten(1, {2, 48}).chunk(2, 1)[1];
             }},
        Case{"written views",
             [](const at::Tensor& x, const at::Tensor&) {
               at::Tensor all = at::zeros_like(x);
               all.narrow(0, 1, 1).copy_(x.narrow(0, 0, 1));
               return all;
             }},
        Case{"joined",
             [](const at::Tensor& x, const at::Tensor&) {
               return at::cat({x, x.narrow(1, 0, 3)}, 1);
             }},
        Case{"convolution", [](const at::Tensor& x, const at::Tensor& y) { return at::conv2d(x, y, {}, 2, 1); }},
        Case{"channels last",
             [](const at::Tensor& x, const at::Tensor& y) {
               return at::conv2d(x.contiguous(at::MemoryFormat::ChannelsLast), y, {}, 1, 1);
             }},
        Case{"group norm", [](const at::Tensor& x, const at::Tensor&) { return at::group_norm(x, 2); }},
        Case{"layer norm", [](const at::Tensor& x, const at::Tensor&) { return at::layer_norm(x, {8}); }},
        Case{"attention",
             [](const at::Tensor& x, const at::Tensor&) { return at::scaled_dot_product_attention(x, x, x); }},
        Case{"linear",
             [](const at::Tensor& x, const at::Tensor&) { return at::linear(x, x[0][0], x[0][0].select(1, 0)); }},
        Case{"products", [](const at::Tensor& x, const at::Tensor&) { return at::matmul(x, x.transpose(2, 3)); }},
        Case{"softmax", [](const at::Tensor& x, const at::Tensor&) { return at::softmax(x, -1); }},
        Case{"gelu", [](const at::Tensor& x, const at::Tensor&) { return at::gelu(x, "tanh"); }},
        Case{"enlarged", [](const at::Tensor& x, const at::Tensor&) { return at::upsample_nearest2d(x, {12, 16}); }},
        Case{"padded", [](const at::Tensor& x, const at::Tensor&) { return at::constant_pad_nd(x, {1, 0, 2, 1}); }},
        Case{"other types",
             [](const at::Tensor& x, const at::Tensor&) { return x.to(at::kBFloat16).to(at::kDouble).to(at::kHalf); }},
        Case{"factories", [](const at::Tensor& x, const at::Tensor&) {
               return at::full({3}, 2.5, x.options()) * at::arange(3, x.options()) + at::ones({3}, x.options());
             }}));

TEST(SimulatedDevice, looksRowsUp) {
  const at::Tensor table = noise({5, 3});
  const at::Tensor ids = at::tensor({4, 0, 4}, at::kLong);
  EXPECT_TRUE(at::equal(at::embedding(on_device(table), on_device(ids)).cpu(), at::embedding(table, ids)));
}

std::string refusal(const std::function<at::Tensor()>& mixing) {
  try {
    static_cast<void>(mixing());
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  }
  return "nothing was refused";
}

TEST(SimulatedDevice, refusesTensorsOfTheCpu) {
  const at::Tensor host = noise({4, 4});
  const at::Tensor ours = on_device(host);
  const auto refused = HasSubstr("Expected all tensors to be on the same device");
  const auto refused_here = HasSubstr("expected all tensors to be on the same device");
  const auto either = testing::AnyOf(refused, refused_here);
  EXPECT_THAT(refusal([&] { return ours + host; }), either);
  EXPECT_THAT(refusal([&] { return host * ours; }), either);
  EXPECT_THAT(refusal([&] { return at::matmul(ours, host); }), either);
  EXPECT_THAT(refusal([&] { return at::cat({ours, host}); }), either);
  EXPECT_THAT(refusal([&] { return at::embedding(ours, at::tensor({1}, at::kLong)); }), either);
  EXPECT_THAT(refusal([&] { return at::conv2d(ours.view({1, 1, 4, 4}), host.view({1, 1, 4, 4})); }), either);
}

TEST(SimulatedDevice, takesNumbersOfTheCpu) {
  const at::Tensor host = noise({4, 4});
  const at::Tensor number = at::scalar_tensor(1.5, at::kFloat);
  EXPECT_TRUE(at::equal((on_device(host) * number + 2.0).cpu(), host * number + 2.0));
}

TEST(SimulatedDevice, tellsOfCopiesAndWhatTheyAreFor) {
  const at::Tensor host = noise({4, 4});
  const test::DeviceLog log;
  const at::Tensor ours = to_device(host, test::simulated_device(), Crossing::Noise);
  EXPECT_TRUE(at::equal(to_host(ours, Crossing::Preview), host));
  static_cast<void>(ours.cpu());
  EXPECT_THAT(log.crossings(),
              ElementsAre("upload for noise", "download for preview", "download for nothing that was named"));
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Upload), 1);
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Allocation), 1);
  EXPECT_THAT(log.calls().back().text(), HasSubstr("64 bytes"));
}

TEST(SimulatedDevice, tellsOfEveryWait) {
  const at::Tensor ours = on_device(noise({4}));
  const test::DeviceLog log;
  static_cast<void>(ours.sum().item<float>());
  static_cast<void>(at::equal(ours, ours));
  static_cast<void>(at::nonzero(ours));
  c10::impl::VirtualGuardImpl(ours.device().type()).synchronizeStream(c10::Stream(c10::Stream::DEFAULT, ours.device()));
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Wait), 4);
}

TEST(SimulatedDevice, tellsWhatWasAskedForSinceAnEvent) {
  at::Tensor ours = on_device(noise({4}));
  const c10::Stream stream(c10::Stream::DEFAULT, ours.device());
  c10::Event event(ours.device().type());
  event.record(stream);
  const test::DeviceLog log;
  event.synchronize();
  ours = ours + 1.0;
  event.synchronize();
  ASSERT_EQ(log.count(test::DeviceCall::Kind::Wait), 2);
  const std::vector<test::DeviceCall> calls = log.calls();
  EXPECT_EQ(calls.front().launched, 0);
  EXPECT_EQ(calls.back().launched, 1);
}

TEST(SimulatedDevice, tellsOfAllocationsAlsoOfResults) {
  const at::Tensor ours = on_device(noise({2, 8, 4, 4}));
  const test::DeviceLog log;
  static_cast<void>(ours.view({2, -1}));
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Allocation), 0);
  static_cast<void>(ours + 1.0);
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Allocation), 1);
  static_cast<void>(at::avg_pool2d(ours, 2));
  EXPECT_EQ(log.count(test::DeviceCall::Kind::Allocation), 2);
}

}  // namespace
}  // namespace tstitch
