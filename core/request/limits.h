#pragma once

namespace tstitch {

/// The limits of a request. Whoever reads, shows or offers one of these values keeps to the same number.
inline constexpr int kMostSteps = 1000;
inline constexpr int kSideMultiple = 8;
inline constexpr int kLongestSide = 16384;  ///< in pixels, of any picture that is read or made
inline constexpr double kMostGuidance = 1000;
inline constexpr double kMostStrength = 100;  ///< of a LoRA or a control, below zero as well
inline constexpr int kMostFeather = 1024;     ///< pixels around a mask
inline constexpr double kMostScale = 8;       ///< of a second pass to the first
/// No text encoder of the field is deeper; which layers a model really has is seen when it is known.
inline constexpr int kMostClipSkip = 64;

}  // namespace tstitch
