#pragma once

class QWidget;

namespace tstitch::ui {

class Commands;

/// What keys do in the prompts below that widget.
void addPromptCommands(Commands& commands, QWidget& within);

}  // namespace tstitch::ui
