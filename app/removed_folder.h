#pragma once

namespace tstitch {

/// A library below LibTorch ends the program while it is loaded when the current folder was removed. So the program
/// leaves such a folder before its libraries start; this goes back there, called first in main. What is relative then
/// leads nowhere, and is told so.
void return_to_removed_folder();

}  // namespace tstitch
