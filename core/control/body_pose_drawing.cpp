#include "core/control/body_pose_drawing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace tstitch {
namespace {

constexpr double kLimbBrightness = 0.6;
constexpr double kRadius = 4.0;
constexpr double kRadiusSide = 512.0;  // the shorter side at which it has that radius

/// The hue wheel in 18 steps of 20 degrees from red over yellow and green, at full brightness; thirds of a sixth are
/// whole levels. Red, green, blue.
cv::Scalar hue(std::size_t index) {
  constexpr int kThird = 85;
  const int sixth = static_cast<int>(index) / 3 % 6;
  const int rising = kThird * (static_cast<int>(index) % 3);
  switch (sixth) {
    case 0:
      return {255.0, static_cast<double>(rising), 0.0};
    case 1:
      return {255.0 - rising, 255.0, 0.0};
    case 2:
      return {0.0, 255.0, static_cast<double>(rising)};
    case 3:
      return {0.0, 255.0 - rising, 255.0};
    case 4:
      return {static_cast<double>(rising), 0.0, 255.0};
    default:
      return {255.0, 0.0, 255.0 - rising};
  }
}

cv::Scalar dimmed(const cv::Scalar& colour) {
  const auto level = [&](int i) { return std::floor(colour[i] * kLimbBrightness); };
  return {level(0), level(1), level(2)};
}

void draw_limb(cv::Mat& canvas, const cv::Point2d& from, const cv::Point2d& to, int radius, const cv::Scalar& colour) {
  const cv::Point2d way = to - from;
  const cv::Point middle((from + to) / 2);
  const cv::Size axes(static_cast<int>(cv::norm(way) / 2), radius);
  const double angle = std::atan2(way.y, way.x) * 180 / std::numbers::pi;
  std::vector<cv::Point> outline;
  cv::ellipse2Poly(middle, axes, static_cast<int>(angle), 0, 360, 1, outline);
  cv::fillConvexPoly(canvas, outline, colour);
}

}  // namespace

Image draw_bodies(const std::vector<Body>& bodies, int width, int height) {
  Image map{width, height, std::vector<std::uint8_t>(std::size_t(3) * width * height, 0)};
  cv::Mat canvas(height, width, CV_8UC3, map.rgb.data());
  const int radius = std::max(1, static_cast<int>(std::lround(kRadius * std::min(width, height) / kRadiusSide)));
  for (std::size_t i = 0; i < kDrawnLimbs; ++i) {
    for (const Body& body : bodies) {
      const auto& from = body.at(kBodyLimbs[i].from);
      const auto& to = body.at(kBodyLimbs[i].to);
      if (from && to) draw_limb(canvas, *from, *to, radius, dimmed(hue(i)));
    }
  }
  for (std::size_t part = 0; part < kBodyParts; ++part) {
    for (const Body& body : bodies) {
      if (body.parts[part]) cv::circle(canvas, cv::Point(*body.parts[part]), radius, hue(part), cv::FILLED);
    }
  }
  return map;
}

}  // namespace tstitch
