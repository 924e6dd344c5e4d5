#include "app/cli/bench_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/base/number_text.h"
#include "core/base/text.h"
#include "core/formats/byte_source.h"
#include "core/formats/text_file.h"
#include "core/image/file_kind.h"

namespace tstitch::cli {

namespace {

constexpr const char* kDenoisers = "denoisers";
constexpr const char* kPeers = "peers";
constexpr const char* kPeer = "peer";

struct DenoiserFigure {
  const char* key;
  const char* name;
  double BenchReport::Denoiser::*value;
};
constexpr std::array kDenoiserFigures{
    DenoiserFigure{"seconds_per_step", "a step", &BenchReport::Denoiser::seconds_per_step},
    DenoiserFigure{"load_seconds", "loading", &BenchReport::Denoiser::load_seconds}};

constexpr const char* kPeakBytes = "peak_bytes";
constexpr const char* kRoof = "roof_gflops";
struct RunFigure {
  const char* key;
  const char* name;
  double BenchReport::*value;  ///< none for the peak, which is no double
};
constexpr std::array kRunFigures{
    RunFigure{"text_seconds", "text", &BenchReport::text_seconds},
    RunFigure{"decode_seconds", "decoding", &BenchReport::decode_seconds},
    RunFigure{"start_to_first_step_seconds", "start to end of first step", &BenchReport::start_to_first_step_seconds},
    RunFigure{kPeakBytes, "peak memory", nullptr},
    RunFigure{kRoof, "matrix product of the machine", &BenchReport::roof_gflops}};

double positive(const JsonFields& fields, const char* key) {
  const double number = fields.number(key);
  if (!std::isfinite(number) || number <= 0) {
    throw BadInput(concat("a number above 0 is expected, found ", number_text(number), "."), fields.place(key));
  }
  return number;
}

void read_denoisers(const JsonFields& denoisers, const nlohmann::json& object, Peer& peer) {
  for (const auto& [name, unused] : object.items()) {
    const JsonFields fields = denoisers.object(name.c_str());
    for (const DenoiserFigure& each : kDenoiserFigures) {
      if (fields.has(each.key)) peer.figures[{kDenoisers, name, each.key}] = positive(fields, each.key);
    }
  }
}

Peer read_peer(const JsonFields& fields, const std::filesystem::path& file) {
  Peer peer;
  peer.name = fields.has(kPeer) ? fields.text(kPeer) : file.stem().string();
  if (fields.has(kDenoisers)) read_denoisers(fields.object(kDenoisers), fields.at(kDenoisers), peer);
  for (const RunFigure& each : kRunFigures) {
    if (fields.has(each.key)) peer.figures[{each.key}] = positive(fields, each.key);
  }
  if (peer.figures.empty()) {
    throw BadInput(concat("figures as bench --json prints them are expected of ", in_quotes(peer.name),
                          " (denoisers with seconds_per_step, text_seconds, peak_bytes, ...), found none."),
                   file.string());
  }
  return peer;
}

/// Says what a file is that is no JSON, as people would call it.
void require_json_file(const std::filesystem::path& file) {
  constexpr std::uint64_t kStart = 512;
  const FileBytes bytes(file, file.string());
  const std::string kind = file_kind(bytes.text(0, static_cast<std::size_t>(std::min(bytes.size(), kStart))));
  if (kind == "a JSON text") return;
  throw BadInput(concat("expected a JSON text with a bench's figures, found ", kind, "."), file.string(),
                 "Give what tstitch bench --json > FILE wrote, or compare_with_diffusers.py --json FILE.");
}

}  // namespace

std::vector<BenchFigure> bench_figures(const BenchReport& report) {
  std::vector<BenchFigure> figures;
  figures.reserve(report.denoisers.size() * kDenoiserFigures.size() + kRunFigures.size());
  for (const auto& [name, denoiser] : report.denoisers) {
    for (const DenoiserFigure& each : kDenoiserFigures) {
      figures.push_back({{kDenoisers, name, each.key}, concat(name, ", ", each.name), denoiser.*each.value});
    }
  }
  for (const RunFigure& each : kRunFigures) {
    const double value = each.value != nullptr ? report.*each.value : static_cast<double>(report.peak_bytes);
    figures.push_back({{each.key}, each.name, value});
  }
  return figures;
}

std::string figure_text(const FigurePath& path, double value) {
  if (path.back() == kPeakBytes) return fixed_text(value / (1 << 20), 1) + " MiB";
  if (path.back() == kRoof) return fixed_text(value, 1) + " GFLOP/s";
  return fixed_text(value * 1000, 1) + " ms";
}

void set_number(nlohmann::ordered_json& object, const FigurePath& path, const nlohmann::ordered_json& number) {
  nlohmann::ordered_json* place = &object;
  for (const std::string& key : path) place = &(*place)[key];
  *place = number;
}

nlohmann::ordered_json figure_json(const FigurePath& path, double value) {
  if (path.back() == kPeakBytes) return static_cast<std::int64_t>(value);
  return value;
}

std::vector<Peer> read_peers(const std::filesystem::path& file) {
  require_json_file(file);
  const nlohmann::json tree = parse_bounded_json(read_text_file(file), file.string());
  const JsonFields fields(tree, file.string());
  if (!fields.has(kPeers)) return {read_peer(fields, file)};
  std::vector<Peer> peers;
  const std::vector<JsonFields> all = fields.objects(kPeers);
  peers.reserve(all.size());
  for (const JsonFields& each : all) peers.push_back(read_peer(each, file));
  if (peers.empty()) throw BadInput("a list of at least one peer is expected, found none.", fields.place(kPeers));
  return peers;
}

}  // namespace tstitch::cli
