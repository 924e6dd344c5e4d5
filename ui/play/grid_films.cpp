#include "ui/play/grid_films.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/trajectory/ratio_grid.h"
#include "core/trajectory/trajectory.h"

namespace tstitch::ui {
namespace {

std::vector<GridCell> cellsOf(const GridJob& grid) {
  try {
    return grid_cells(grid.base.request, grid.axes);
  } catch (const Error&) {
    return {};  // the run says why
  }
}

const FilmFrame* frameAt(const Film& film, int evaluation, const QString& denoiser) {
  for (const FilmFrame& frame : film.roll.frames()) {
    if (frame.evaluation == evaluation && frame.denoiser == denoiser) return &frame;
  }
  return nullptr;
}

}  // namespace

GridFilms::GridFilms(const GridJob& grid) : settings_(grid.base.settings), cells_(cellsOf(grid)) {}

void GridFilms::take(const Event& event) {
  if (const auto* begun = std::get_if<CellBegun>(&event)) {
    cell_ = begun->cell;
  } else if (const auto* preview = std::get_if<PreviewReady>(&event)) {
    addFrame(*preview);
  }
}

void GridFilms::addFrame(const PreviewReady& preview) {
  if (cell_ < 0 || cell_ >= static_cast<int>(cells_.size()) || !preview.image) return;
  std::shared_ptr<Film>& film = films_[cell_];
  if (!film) {
    film = std::make_shared<Film>();
    film->way = wayOf(cells_[static_cast<std::size_t>(cell_)].request, settings_);
  }
  film->roll.add(filmFrame(preview));
}

/// What the cell shares with others of its way was made by the denoiser that leads: it is found with one of them.
std::shared_ptr<const Film> GridFilms::finished() {
  const auto own = films_.find(cell_);
  if (own == films_.end() || own->second->roll.frames().empty()) return nullptr;
  const std::shared_ptr<Film> film = own->second;
  const QString leading = QString::fromStdString(names_by_cost(film->way.request.denoisers).front());
  FilmRoll whole;
  for (int i = 0; i < film->roll.frames().front().evaluation; ++i) {
    for (const auto& [cell, other] : films_) {
      const FilmFrame* shared = other->way == film->way ? frameAt(*other, i, leading) : nullptr;
      if (shared == nullptr) continue;
      whole.add(*shared);
      break;
    }
  }
  for (const FilmFrame& frame : film->roll.frames()) whole.add(frame);
  film->roll = whole;
  for (const FilmFrame& frame : whole.frames()) {
    if (frame.denoiser == leading && frame.evaluation == film->small) film->small = frame.evaluation + 1;
  }
  film->evaluations = whole.frames().back().evaluation + 1;
  film->isOver = true;
  return film;
}

}  // namespace tstitch::ui
