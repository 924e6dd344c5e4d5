#pragma once

#include <QString>
#include <string>

#include "core/request/generation_request.h"

namespace tstitch::ui {

/// A sentence of the engine in the words that stand beside the window's controls: fields of the request
/// (`controls[0].start`) and options of the command line (`--vae`) are named as the window names them.
QString inWindowWords(const std::string& sentence);

/// What is wrong with a request, as one sentence of the window.
QString sentenceOf(const Problem& problem);

}  // namespace tstitch::ui
