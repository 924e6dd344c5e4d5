#pragma once

#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "core/engine/wire/parcel.h"
#include "core/engine/wire/values.h"

// What the asking side may ask: the members of Library and Runner, and what files need that only it has. Each question
// is a struct with its name, its Fields and the type of its answer.
namespace tstitch::wire {

struct AskPairs {
  static constexpr const char* kName = "pairs";
  using Answer = std::vector<PairEntry>;
};
struct AskCatalog {
  static constexpr const char* kName = "catalog";
  using Answer = Catalog;
};
struct AskFoundModels {
  static constexpr const char* kName = "found_models";
  using Answer = FoundModels;
  std::vector<std::filesystem::path> folders;
};
struct AskFindModel {
  static constexpr const char* kName = "find_model";
  using Answer = std::filesystem::path;
  std::string place;
  PairRole role = PairRole::Large;
};
struct AskLocate {
  static constexpr const char* kName = "locate";
  using Answer = GenerationRequest;
  GenerationRequest request;
};
struct AskInspect {
  static constexpr const char* kName = "inspect";
  using Answer = ModelFacts;
  std::filesystem::path place;
};
struct AskEmbeddingWord {
  static constexpr const char* kName = "embedding_word";
  using Answer = std::string;
  std::filesystem::path file;
  std::vector<std::string> texts;
};
struct AskTokenizers {
  static constexpr const char* kName = "tokenizers";
  using Answer = Apart<TokenizerTables>;
  GenerationRequest request;
};
struct AskFastPrecisions {
  static constexpr const char* kName = "fast_precisions";
  using Answer = std::vector<Precision>;
  RunSettings settings;
};
struct AskMeasuredPrecisions {
  static constexpr const char* kName = "measured_precisions";
  using Answer = std::vector<MeasuredPrecision>;
  RunSettings settings;
};
struct AskMeasuredPairs {
  static constexpr const char* kName = "measured_pairs";
  using Answer = std::vector<MeasuredPair>;
};
struct AskPlan {
  static constexpr const char* kName = "plan";
  using Answer = RunPlan;
  GenerationRequest request;
  RunSettings settings;
};
struct AskPlanAll {
  static constexpr const char* kName = "plan_all";
  using Answer = Apart<PlanAnswer>;
  GenerationRequest base;
  Apart<GenerationRequest> requests;
  RunSettings settings;
};
struct AskIdentify {
  static constexpr const char* kName = "identify";
  using Answer = GenerationRequest;
  GenerationRequest request;
  RunSettings settings;
};

struct AskPrepare {
  static constexpr const char* kName = "prepare";
  using Answer = Outcome;
  GenerationRequest request;
  RunSettings settings;
};
struct AskMake {
  static constexpr const char* kName = "make";
  using Answer = Outcome;
  PictureRun run;
};
struct AskForget {
  static constexpr const char* kName = "forget";
  using Answer = bool;
  StateId state = 0;
};
struct AskFreeMemory {
  static constexpr const char* kName = "free_memory";
  using Answer = bool;
};
/// The control is the only one of the request.
struct AskControlMap {
  static constexpr const char* kName = "control_map";
  using Answer = Image;
  GenerationRequest request;
  int width = 0;
  int height = 0;
};
struct AskBench {
  static constexpr const char* kName = "bench";
  using Answer = BenchReport;
  GenerationRequest request;
  RunSettings settings;
  BenchDetail detail = BenchDetail::Times;
};

/// Does each of these files lie there, the very same?
struct AskSameFiles {
  static constexpr const char* kName = "same_files";
  using Answer = std::vector<bool>;
  std::vector<FileIdentity> files;
};
/// Where a parcel lies, if the engine's side has it.
struct AskParcel {
  static constexpr const char* kName = "parcel";
  using Answer = std::optional<std::filesystem::path>;
  Parcel parcel;
};
/// Some bytes of one of its files, one after the other; the answer is true.
struct AskParcelPiece {
  static constexpr const char* kName = "parcel_piece";
  using Answer = bool;
  Parcel parcel;
  std::uint64_t file = 0;  ///< which of the parcel's
  std::uint64_t offset = 0;
  PieceBytes bytes;
};
/// All of them are there: where the parcel lies.
struct AskParcelDone {
  static constexpr const char* kName = "parcel_done";
  using Answer = std::filesystem::path;
  Parcel parcel;
};

template <>
struct Codec<PieceBytes> {
  static json write(const PieceBytes& piece, Blobs& blobs) {
    blobs.push_back(piece.bytes);
    return blobs.size() - 1;
  }
  static PieceBytes read(const Place& place) { return {place.blob()}; }
};
template <>
struct Codec<std::vector<bool>> {
  static json write(const std::vector<bool>& values, Blobs&) { return values; }
  static std::vector<bool> read(const Place& place) {
    std::vector<bool> values;
    const std::size_t size = place.list_size();
    for (std::size_t i = 0; i < size; ++i) values.push_back(wire::read<bool>(place.at(i)));
    return values;
  }
};
template <>
struct Fields<FileIdentity> {
  static constexpr auto all = std::tuple{field("stamp", &FileIdentity::stamp), field("device", &FileIdentity::device)};
};
template <>
struct Fields<ParcelFile> {
  static constexpr auto all = std::tuple{field("name", &ParcelFile::name), field("size", &ParcelFile::size),
                                         field("sha256", &ParcelFile::sha256)};
};
template <>
struct Fields<Parcel> {
  static constexpr auto all = std::tuple{field("folders", &Parcel::folders), field("files", &Parcel::files)};
};

template <>
struct Fields<AskPairs> {
  static constexpr auto all = std::tuple{};
};
template <>
struct Fields<AskCatalog> {
  static constexpr auto all = std::tuple{};
};
template <>
struct Fields<AskFoundModels> {
  static constexpr auto all = std::tuple{field("folders", &AskFoundModels::folders)};
};
template <>
struct Fields<AskFindModel> {
  static constexpr auto all = std::tuple{field("place", &AskFindModel::place), field("role", &AskFindModel::role)};
};
template <>
struct Fields<AskLocate> {
  static constexpr auto all = std::tuple{field("request", &AskLocate::request)};
};
template <>
struct Fields<AskInspect> {
  static constexpr auto all = std::tuple{field("place", &AskInspect::place)};
};
template <>
struct Fields<AskEmbeddingWord> {
  static constexpr auto all =
      std::tuple{field("file", &AskEmbeddingWord::file), field("texts", &AskEmbeddingWord::texts)};
};
template <>
struct Fields<AskTokenizers> {
  static constexpr auto all = std::tuple{field("request", &AskTokenizers::request)};
};
template <>
struct Fields<AskFreeMemory> {
  static constexpr auto all = std::tuple{};
};
template <>
struct Fields<AskFastPrecisions> {
  static constexpr auto all = std::tuple{field("settings", &AskFastPrecisions::settings)};
};
template <>
struct Fields<AskMeasuredPrecisions> {
  static constexpr auto all = std::tuple{field("settings", &AskMeasuredPrecisions::settings)};
};
template <>
struct Fields<AskMeasuredPairs> {
  static constexpr auto all = std::tuple{};
};
template <>
struct Fields<AskPlan> {
  static constexpr auto all = std::tuple{field("request", &AskPlan::request), field("settings", &AskPlan::settings)};
};
template <>
struct Fields<AskPlanAll> {
  static constexpr auto all = std::tuple{field("base", &AskPlanAll::base), field("requests", &AskPlanAll::requests),
                                         field("settings", &AskPlanAll::settings)};
};
template <>
struct Fields<AskIdentify> {
  static constexpr auto all =
      std::tuple{field("request", &AskIdentify::request), field("settings", &AskIdentify::settings)};
};
template <>
struct Fields<AskPrepare> {
  static constexpr auto all =
      std::tuple{field("request", &AskPrepare::request), field("settings", &AskPrepare::settings)};
};
template <>
struct Fields<AskMake> {
  static constexpr auto all = std::tuple{field("run", &AskMake::run)};
};
template <>
struct Fields<AskForget> {
  static constexpr auto all = std::tuple{field("state", &AskForget::state)};
};
template <>
struct Fields<AskControlMap> {
  static constexpr auto all =
      std::tuple{field("request", &AskControlMap::request), field("width", &AskControlMap::width),
                 field("height", &AskControlMap::height)};
};
template <>
struct Fields<AskBench> {
  static constexpr auto all = std::tuple{field("request", &AskBench::request), field("settings", &AskBench::settings),
                                         field("detail", &AskBench::detail)};
};
template <>
struct Fields<AskSameFiles> {
  static constexpr auto all = std::tuple{field("files", &AskSameFiles::files)};
};
template <>
struct Fields<AskParcel> {
  static constexpr auto all = std::tuple{field("parcel", &AskParcel::parcel)};
};
template <>
struct Fields<AskParcelPiece> {
  static constexpr auto all =
      std::tuple{field("parcel", &AskParcelPiece::parcel), field("file", &AskParcelPiece::file),
                 field("offset", &AskParcelPiece::offset), field("bytes", &AskParcelPiece::bytes)};
};
template <>
struct Fields<AskParcelDone> {
  static constexpr auto all = std::tuple{field("parcel", &AskParcelDone::parcel)};
};

}  // namespace tstitch::wire
