#pragma once

#include <map>
#include <memory>

#include "core/jobs/job.h"
#include "ui/play/film_shelf.h"

namespace tstitch::ui {

/// The films of a grid's cells, from the events of its run. What cells share is run once, and told of one of them.
class GridFilms {
 public:
  explicit GridFilms(const GridJob& grid);

  void take(const Event& event);
  /// Of the cell that was told of last, whose picture is saved; null where nothing was seen of it.
  [[nodiscard]] std::shared_ptr<const Film> finished();

 private:
  void addFrame(const PreviewReady& preview);

  RunSettings settings_;
  std::vector<tstitch::GridCell> cells_;
  int cell_ = -1;
  std::map<int, std::shared_ptr<Film>> films_;
};

}  // namespace tstitch::ui
