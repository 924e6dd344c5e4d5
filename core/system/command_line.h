#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tstitch {

/// The words of a command line as a shell splits them: blanks part them, '...' and "..." hold them together, a
/// backslash takes the next character as it is. Nothing is expanded and no shell runs. `where` names the option in
/// messages. Throws UsageError for a text without a word, a quote that is not closed, and a backslash at the end.
std::vector<std::string> split_command_line(std::string_view text, const std::string& where);

/// The words as a command line that is split into them again; quoted only where that is needed.
std::string join_command_line(const std::vector<std::string>& words);

}  // namespace tstitch
