#pragma once

namespace tstitch::ui {

/// Makes every TrajectoryBar a slider in the accessibility tree. Any number of calls has the effect of one.
void installTrajectoryBarAccessibility();

}  // namespace tstitch::ui
