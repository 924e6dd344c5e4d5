#pragma once

namespace tstitch::ui {

/// From now on combo boxes are known by their accessible name, with the current text as their value and their items as
/// children that can be pressed. Qt 6.4 on Linux gives the current text as the name, so that nobody finds the box
/// again once something was chosen. Call it before the first window; further calls do nothing.
void installComboBoxAccessibility();

}  // namespace tstitch::ui
