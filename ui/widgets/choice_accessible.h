#pragma once

namespace tstitch::ui {

/// Makes combo boxes, tab bars and lists reachable for assistive tools where Qt 6.4 on Linux falls short. A combo box
/// is known by its accessible name (Qt gives the current text, so that nobody finds the box again once something was
/// chosen), with the current text as its value and description; a tab tells whether it is the selected one. The entries
/// of all are children; pressing one chooses it, and never lets it go. Call it before the first window; further calls
/// do nothing.
void installChoiceAccessibility();

}  // namespace tstitch::ui
