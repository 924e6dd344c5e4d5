#include "core/control/body_pose_decoding.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "core/base/check.h"

namespace tstitch {
namespace {

constexpr int kSide = 160;

using Places = std::map<BodyPart, cv::Point2d>;

/// An upright body, 100 pixels high, whose neck is there.
Places standing(double x, double y) {
  using enum BodyPart;
  return {{Neck, {x, y}},
          {Nose, {x, y - 12}},
          {RightShoulder, {x - 14, y + 2}},
          {RightElbow, {x - 20, y + 22}},
          {RightWrist, {x - 22, y + 40}},
          {LeftShoulder, {x + 14, y + 2}},
          {LeftElbow, {x + 20, y + 22}},
          {LeftWrist, {x + 22, y + 40}},
          {RightHip, {x - 9, y + 42}},
          {RightKnee, {x - 10, y + 65}},
          {RightAnkle, {x - 10, y + 88}},
          {LeftHip, {x + 9, y + 42}},
          {LeftKnee, {x + 10, y + 65}},
          {LeftAnkle, {x + 10, y + 88}}};
}

/// What a perfect network would say: a bell on every part, along every limb a strip of its direction.
struct Scene {
  std::vector<cv::Mat> maps, fields;

  Scene() {
    for (int i = 0; i < 19; ++i) maps.push_back(cv::Mat::zeros(kSide, kSide, CV_32F));
    for (int i = 0; i < 38; ++i) fields.push_back(cv::Mat::zeros(kSide, kSide, CV_32F));
  }

  void add_part(BodyPart part, const cv::Point2d& place, double height = 1.0) {
    cv::Mat& map = maps[static_cast<std::size_t>(part)];
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const double distance = cv::norm(cv::Point2d(x, y) - place);
        const auto value = static_cast<float>(height * std::exp(-distance * distance / 18));
        map.at<float>(y, x) = std::max(map.at<float>(y, x), value);
      }
    }
  }

  void add_limb(const BodyLimb& limb, const cv::Point2d& from, const cv::Point2d& to) {
    const double length = cv::norm(to - from);
    const cv::Point2d way = (to - from) / length;
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const cv::Point2d place = cv::Point2d(x, y) - from;
        const double along = place.dot(way);
        if (along < -2 || along > length + 2 || std::abs(place.cross(way)) > 3) continue;
        fields[static_cast<std::size_t>(limb.field)].at<float>(y, x) = static_cast<float>(way.x);
        fields[static_cast<std::size_t>(limb.field) + 1].at<float>(y, x) = static_cast<float>(way.y);
      }
    }
  }

  void add(const Places& places) {
    for (const auto& [part, place] : places) add_part(part, place);
    for (const BodyLimb& limb : kBodyLimbs) {
      const auto from = places.find(limb.from), to = places.find(limb.to);
      if (from != places.end() && to != places.end()) add_limb(limb, from->second, to->second);
    }
  }

  [[nodiscard]] std::vector<Body> bodies() const { return decode_bodies(maps, fields); }
};

void expect_body(const Body& body, const Places& places) {
  for (std::size_t i = 0; i < kBodyParts; ++i) {
    const auto wanted = places.find(static_cast<BodyPart>(i));
    ASSERT_EQ(body.parts[i].has_value(), wanted != places.end()) << "part " << i;
    if (wanted == places.end()) continue;
    EXPECT_LE(cv::norm(*body.parts[i] - wanted->second), 1.0) << "part " << i;
  }
}

TEST(BodyPoseDecoding, FindsABodyWithEveryPartThatIsThere) {
  Scene scene;
  scene.add(standing(80, 40));
  const auto bodies = scene.bodies();
  ASSERT_EQ(bodies.size(), 1U);
  expect_body(bodies[0], standing(80, 40));
}

TEST(BodyPoseDecoding, FollowsTheLimbsFieldsFromEveryPartToTheNext) {
  using enum BodyPart;
  Places places = standing(80, 40);
  places.insert({{RightEye, {77, 24}}, {LeftEye, {83, 24}}, {RightEar, {70, 26}}, {LeftEar, {90, 26}}});
  Scene whole;
  whole.add(places);
  ASSERT_EQ(whole.bodies().size(), 1U);
  expect_body(whole.bodies()[0], places);
  // Without the field of one drawn limb the body comes apart there, except where an ear's own limb mends it.
  for (std::size_t i = 0; i < kDrawnLimbs; ++i) {
    Scene scene;
    scene.add(places);
    scene.fields[static_cast<std::size_t>(kBodyLimbs[i].field)].setTo(0);
    scene.fields[static_cast<std::size_t>(kBodyLimbs[i].field) + 1].setTo(0);
    const auto bodies = scene.bodies();
    ASSERT_GE(bodies.size(), 1U) << "limb " << i;
    const auto& to = bodies[0].at(kBodyLimbs[i].to);
    const bool mended = kBodyLimbs[i].to == RightEar || kBodyLimbs[i].to == LeftEar || kBodyLimbs[i].to == Nose ||
                        kBodyLimbs[i].to == RightShoulder || kBodyLimbs[i].to == LeftShoulder ||
                        kBodyLimbs[i].to == RightEye || kBodyLimbs[i].to == LeftEye;
    EXPECT_EQ(to.has_value(), mended) << "limb " << i;
  }
}

TEST(BodyPoseDecoding, TellsTwoBodiesApart) {
  Scene scene;
  scene.add(standing(45, 30));
  scene.add(standing(110, 50));
  auto bodies = scene.bodies();
  ASSERT_EQ(bodies.size(), 2U);
  if (bodies[0].at(BodyPart::Neck)->x > bodies[1].at(BodyPart::Neck)->x) std::swap(bodies[0], bodies[1]);
  expect_body(bodies[0], standing(45, 30));
  expect_body(bodies[1], standing(110, 50));
}

TEST(BodyPoseDecoding, PassesOverPartsWithoutALimb) {
  Scene scene;
  scene.add(standing(80, 40));
  scene.add_part(BodyPart::RightWrist, {20, 140});
  const auto bodies = scene.bodies();
  ASSERT_EQ(bodies.size(), 1U);
  expect_body(bodies[0], standing(80, 40));
}

TEST(BodyPoseDecoding, PassesOverPartsBelowTheThreshold) {
  using enum BodyPart;
  Places places = standing(80, 40);
  Scene scene;
  scene.add(places);
  scene.maps[static_cast<std::size_t>(LeftAnkle)].setTo(0);
  scene.add_part(LeftAnkle, places[LeftAnkle], 0.15);  // below 0.1 once it is smoothed
  places.erase(LeftAnkle);
  ASSERT_EQ(scene.bodies().size(), 1U);
  expect_body(scene.bodies()[0], places);
}

TEST(BodyPoseDecoding, DropsBodiesOfThreeParts) {
  using enum BodyPart;
  const Places all = standing(80, 40);
  Places arm{
      {RightShoulder, all.at(RightShoulder)}, {RightElbow, all.at(RightElbow)}, {RightWrist, all.at(RightWrist)}};
  Scene three;
  three.add(arm);
  EXPECT_TRUE(three.bodies().empty());
  arm.insert({Neck, all.at(Neck)});
  Scene four;
  four.add(arm);
  ASSERT_EQ(four.bodies().size(), 1U);
  expect_body(four.bodies()[0], arm);
}

TEST(BodyPoseDecoding, DropsBodiesThatAreHardlyThere) {
  const auto found = [](double height, double strength) {
    Scene scene;
    scene.add(standing(80, 40));
    for (cv::Mat& map : scene.maps) map *= height;
    for (cv::Mat& field : scene.fields) field *= strength;
    return scene.bodies().size();
  };
  EXPECT_EQ(found(0.3, 0.3), 1U);   // (14 * 0.3 + 13 * 0.3) / 14 = 0.58
  EXPECT_EQ(found(0.25, 0.1), 0U);  // 0.34
}

TEST(BodyPoseDecoding, FindsNobodyInNothing) {
  EXPECT_TRUE(Scene().bodies().empty());
}

TEST(BodyPoseDecoding, NeedsEveryPlane) {
  Scene scene;
  scene.fields.pop_back();
  EXPECT_THROW((void)scene.bodies(), LogicError);
}

}  // namespace
}  // namespace tstitch
