#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/prompt/prompt_tags.h"

namespace tstitch {

/// An edit of a prompt: `text` takes the place of `place`; what is selected afterwards lies at `selection` of the new
/// prompt. All in bytes.
struct PromptChange {
  PromptStretch place;
  std::string text;
  PromptStretch selection;
  friend bool operator==(const PromptChange&, const PromptChange&) = default;
};

std::string changed(std::string_view prompt, const PromptChange& change);

/// Weighs what is selected by `steps` steps of 0.1 more; without a selection the brackets around the cursor, the tag
/// that it stands in (steps of 0.05), or the word: `fox` becomes `(fox:1.1)`, `(fox:1.1)` becomes `(fox:1.2)`, and what
/// comes back to 1 loses its brackets. `(fox)` weighs 1.1. Nothing where there is no word, where the selection has only
/// one half of a bracket, and for a tag without a number of its own.
std::optional<PromptChange> change_weight(std::string_view prompt, PromptStretch selection, int steps);

/// Moves the piece between commas that the cursor stands in, or all pieces that the selection touches, one piece to the
/// left (`direction` -1) or to the right (1); commas and the blanks around them stay where they are. Inside brackets
/// only their own pieces count, around them they are one piece. Nothing where there is no further piece.
std::optional<PromptChange> move_piece(std::string_view prompt, PromptStretch selection, int direction);

}  // namespace tstitch
