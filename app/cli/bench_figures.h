#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/engine/runner.h"

namespace tstitch::cli {

/// Where a figure stands in the last object of `bench --json`: {"denoisers", "large", "seconds_per_step"}.
using FigurePath = std::vector<std::string>;

/// One number of a bench; a smaller one is better, but for the roof.
struct BenchFigure {
  FigurePath path;
  std::string name;  ///< as people read it: "large, a step"
  double value = 0;
};

/// All figures of a bench, in the order in which they are told.
std::vector<BenchFigure> bench_figures(const BenchReport& report);

/// "5123.4 ms", "812.0 MiB", "231.9 GFLOP/s".
std::string figure_text(const FigurePath& path, double value);

/// Puts a number into an object, at that place.
void set_number(nlohmann::ordered_json& object, const FigurePath& path, const nlohmann::ordered_json& number);
/// A figure as `bench --json` writes it: bytes are whole.
nlohmann::ordered_json figure_json(const FigurePath& path, double value);

/// What another program, version or machine was seen to take.
struct Peer {
  std::string name;
  std::map<FigurePath, double> figures;
};

/// The peers of a file, at least one with at least one figure: an object like the last one of `bench --json`, any of
/// its fields left out, with or without a name ("peer", else the file's), or {"peers":[...]} of such. Fields that are
/// no figures of a bench are passed over. Throws BadInput.
std::vector<Peer> read_peers(const std::filesystem::path& file);

}  // namespace tstitch::cli
