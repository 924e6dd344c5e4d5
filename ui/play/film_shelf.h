#pragma once

#include <QString>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/request/generation_request.h"
#include "ui/play/small_trails.h"
#include "ui/run/film_model.h"

namespace tstitch::ui {

/// How one picture came about.
struct Film {
  Way way;
  FilmRoll roll;
  int evaluations = 0;
  int small = 0;          ///< evaluations that the small denoiser has made before any other
  bool isLeading = true;  ///< only the small denoiser has answered so far
  bool isOver = false;    ///< its picture is saved

  [[nodiscard]] qsizetype bytes() const;
};

/// The films of this sitting's pictures by their files: the newest, as far as they fit.
class FilmShelf {
 public:
  static constexpr qsizetype kMostBytes = qsizetype{64} << 20;

  explicit FilmShelf(qsizetype mostBytes = kMostBytes) : mostBytes_(mostBytes) {}
  void put(const QString& path, std::shared_ptr<const Film> film);
  /// Null where it is not kept.
  [[nodiscard]] std::shared_ptr<const Film> find(const QString& path) const;
  /// Whether a picture of that way was made in this sitting.
  [[nodiscard]] bool knows(const Way& way) const;
  /// What was drawn with those models, each prompt once, the newest first.
  [[nodiscard]] std::vector<std::string> prompts(const std::vector<DenoiserChoice>& denoisers) const;

 private:
  struct Kept {
    QString path;
    std::shared_ptr<const Film> film;
  };
  qsizetype mostBytes_;
  qsizetype bytes_ = 0;
  std::deque<Kept> films_;  ///< the newest last
};

}  // namespace tstitch::ui
