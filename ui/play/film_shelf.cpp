#include "ui/play/film_shelf.h"

#include <algorithm>
#include <utility>

namespace tstitch::ui {

qsizetype Film::bytes() const {
  qsizetype bytes = 0;
  for (const FilmFrame& frame : roll.frames()) bytes += frame.image.sizeInBytes();
  return bytes;
}

void FilmShelf::put(const QString& path, std::shared_ptr<const Film> film) {
  std::erase_if(films_, [&](const Kept& kept) {
    if (kept.path == path) bytes_ -= kept.film->bytes();
    return kept.path == path;
  });
  bytes_ += film->bytes();
  films_.push_back({path, std::move(film)});
  while (bytes_ > mostBytes_ && films_.size() > 1) {
    bytes_ -= films_.front().film->bytes();
    films_.pop_front();
  }
}

std::shared_ptr<const Film> FilmShelf::find(const QString& path) const {
  const auto found = std::find_if(films_.begin(), films_.end(), [&](const Kept& kept) { return kept.path == path; });
  return found == films_.end() ? nullptr : found->film;
}

bool FilmShelf::knows(const Way& way) const {
  return std::any_of(films_.begin(), films_.end(), [&](const Kept& kept) { return kept.film->way == way; });
}

std::vector<std::string> FilmShelf::prompts(const std::vector<DenoiserChoice>& denoisers) const {
  std::vector<std::string> prompts;
  for (auto kept = films_.rbegin(); kept != films_.rend(); ++kept) {
    const GenerationRequest& request = kept->film->way.request;
    const bool isNew = std::find(prompts.begin(), prompts.end(), request.prompt) == prompts.end();
    if (isNew && request.denoisers == denoisers) prompts.push_back(request.prompt);
  }
  return prompts;
}

}  // namespace tstitch::ui
