#include "core/local_engine/measured_precisions.h"

#include <array>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/base/version.h"
#include "core/system/cache_file.h"
#include "core/system/processor.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

constexpr std::array kMeasured{Precision::Fp32, Precision::Fp16, Precision::Bf16};

std::string key_of(const fs::path& facts, int threads) {
  return concat(processor_identity(facts), '|', threads, '|', program_version());
}

}  // namespace

MeasuredPrecisions::MeasuredPrecisions(const fs::path& cache, fs::path facts)
    : file_(cache / "precisions.json"), facts_(std::move(facts)) {}

std::vector<MeasuredPrecision> MeasuredPrecisions::of(int threads) const {
  const nlohmann::json all = read_cache_file(file_);
  const auto found = all.find(key_of(facts_, threads));
  std::vector<MeasuredPrecision> measured;
  if (found == all.end() || !found->is_object()) return measured;
  for (const Precision precision : kMeasured) {
    const auto figures = found->find(name_of(precision));
    if (figures == found->end() || !figures->is_array() || figures->size() != 2) continue;
    if (!(*figures)[0].is_number() || !(*figures)[1].is_number()) continue;
    measured.push_back({precision, (*figures)[0].get<double>(), (*figures)[1].get<double>()});
  }
  return measured;
}

void MeasuredPrecisions::keep(int threads, const std::vector<MeasuredPrecision>& measured) const {
  nlohmann::json all = read_cache_file(file_);
  nlohmann::json figures = nlohmann::json::object();
  for (const MeasuredPrecision& each : measured) figures[name_of(each.precision)] = {each.seconds, each.error};
  all[key_of(facts_, threads)] = figures;
  write_cache_file(file_, all);
}

}  // namespace tstitch
