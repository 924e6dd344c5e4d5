#include "core/local_engine/denoiser_leases.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tstitch {
namespace {

using testing::ElementsAre;

class Silent final : public Denoiser {
 public:
  Estimate denoise(const at::Tensor& x, const NoiseLevel&, const std::stop_token&) const override { return x; }
};

/// Two evaluations by `small`, three by `large`, one by `small` again; what happens is written down.
class DenoiserLeasesTest : public ::testing::Test {
 protected:
  DenoiserLeasesTest() {
    trajectory_.schedule.evaluations.resize(6);
    trajectory_.segments = {{"small", 2, {}}, {"large", 3, {}}, {"small", 1, {}}};
  }

  DenoiserLeases::Denoisers load(int begin, int end) {
    happened_.push_back("load " + std::to_string(begin) + ".." + std::to_string(end));
    DenoiserLeases::Denoisers denoisers(6);
    const auto loaded = std::make_shared<const Silent>();
    for (int i = begin; i < end; ++i) denoisers[static_cast<std::size_t>(i)] = loaded;
    held_ = loaded;
    return denoisers;
  }

  DenoiserLeases leases() {
    return {trajectory_, [this](int begin, int end) { return load(begin, end); },
            [this] { happened_.emplace_back(held_.expired() ? "release" : "release while held"); }};
  }

  Trajectory trajectory_;
  std::weak_ptr<const Denoiser> held_;
  std::vector<std::string> happened_;
};

TEST_F(DenoiserLeasesTest, loadNothingAtASeamOnceAcquired) {
  DenoiserLeases leases = this->leases();
  leases.acquire(0, 6);
  for (int i = 0; i < 6; ++i) static_cast<void>(leases.at(EvaluationIndex{i}));
  EXPECT_THAT(happened_, ElementsAre("load 0..6"));
}

TEST_F(DenoiserLeasesTest, letGoOfASegmentBeforeTheNextIsLoaded) {
  DenoiserLeases leases = this->leases();
  for (int i = 0; i < 6; ++i) static_cast<void>(leases.at(EvaluationIndex{i}));
  EXPECT_THAT(happened_, ElementsAre("release", "load 0..2", "release", "load 2..5", "release", "load 5..6"));
}

TEST_F(DenoiserLeasesTest, fetchTheRestWhileTheFirstSegmentLasts) {
  DenoiserLeases leases = this->leases();
  leases.acquire_ahead(0, 6, [this](int begin, int end) {
    happened_.push_back("fetch " + std::to_string(begin) + ".." + std::to_string(end));
    return [this, begin, end] {
      happened_.emplace_back("wait");
      return load(begin, end);
    };
  });
  EXPECT_THAT(happened_, ElementsAre("load 0..2", "fetch 2..6"));
  for (int i = 0; i < 2; ++i) static_cast<void>(leases.at(EvaluationIndex{i}));
  EXPECT_EQ(happened_.size(), 2U);
  for (int i = 2; i < 6; ++i) static_cast<void>(leases.at(EvaluationIndex{i}));
  EXPECT_THAT(happened_, ElementsAre("load 0..2", "fetch 2..6", "wait", "load 2..6"));
}

TEST_F(DenoiserLeasesTest, fetchNothingBeyondTheLastSegment) {
  DenoiserLeases leases = this->leases();
  const auto never = [](int, int) -> std::function<DenoiserLeases::Denoisers()> {
    ADD_FAILURE();
    return {};
  };
  leases.acquire_ahead(3, 5, never);
  static_cast<void>(leases.at(EvaluationIndex{4}));
  EXPECT_THAT(happened_, ElementsAre("load 3..5"));
}

TEST_F(DenoiserLeasesTest, throwAtTheSeamWhatTheFetchThrew) {
  DenoiserLeases leases = this->leases();
  leases.acquire_ahead(
      0, 6, [](int, int) { return []() -> DenoiserLeases::Denoisers { throw std::runtime_error("damaged"); }; });
  EXPECT_NO_THROW(static_cast<void>(leases.at(EvaluationIndex{1})));
  EXPECT_THROW(static_cast<void>(leases.at(EvaluationIndex{2})), std::runtime_error);
}

TEST_F(DenoiserLeasesTest, beginWithinASegment) {
  DenoiserLeases leases = this->leases();
  static_cast<void>(leases.at(EvaluationIndex{3}));
  static_cast<void>(leases.at(EvaluationIndex{4}));
  EXPECT_THAT(happened_, ElementsAre("release", "load 3..5"));
}

}  // namespace
}  // namespace tstitch
