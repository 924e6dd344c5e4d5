#pragma once

class QListView;

namespace tstitch::ui {

/// Makes combo boxes, tab bars and lists reachable for assistive tools where Qt 6.4 on Linux falls short. A combo box
/// is known by its accessible name (Qt gives the current text, so that nobody finds the box again once something was
/// chosen), with the current text as its value and description; a tab tells whether it is the selected one. The entries
/// of all are children, and so are the rows of a RowTable and of a RowList; pressing one chooses it, and never lets it
/// go. Call it before the first window; further calls do nothing.
void installChoiceAccessibility();

/// The rows of that list are told as its items, each named by its accessible text; pressing one chooses it, and a
/// second press leaves it so. Called before anything else is asked of the list.
void makeRowsChoices(QListView* view);

}  // namespace tstitch::ui
