#include "core/engine/wire/sent_files.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "core/base/text.h"
#include "core/engine/wire/parcel.h"
#include "core/engine/wire/questions.h"

namespace tstitch::wire {

namespace fs = std::filesystem;

namespace {

/// What is read beside a LoRA.
const std::vector<std::string> kBesideLora{"adapter_config.json"};

void send_bytes(Connection& connection, const Parcel& parcel, const fs::path& folder, const std::stop_token& stop) {
  for (std::size_t i = 0; i < parcel.files.size(); ++i) {
    const fs::path file = folder / parcel.files[i].name;
    std::ifstream in(file, std::ios::binary);
    std::uint64_t done = 0;
    do {
      const auto size =
          static_cast<std::size_t>(std::min<std::uint64_t>(kParcelPieceBytes, parcel.files[i].size - done));
      AskParcelPiece piece{parcel, i, done, {std::string(size, '\0')}};
      if (!in.read(piece.bytes.bytes.data(), static_cast<std::streamsize>(size))) {
        throw BadInput("cannot be read to its end.", file.string(), "Was it changed meanwhile?");
      }
      connection.ask(piece, stop);
      done += size;
    } while (done < parcel.files[i].size);
  }
}

}  // namespace

void PathsBack::add(const fs::path& there, const fs::path& here) {
  if (there != here) paths_.emplace_back(there, here);
}

void PathsBack::apply(fs::path& path) const {
  for (const auto& [there, here] : paths_) {
    if (path != there) continue;
    path = here;
    return;
  }
}

void PathsBack::apply(std::string& text) const {
  for (const auto& [there, here] : paths_) {
    const std::string long_form = there.string();
    const std::string short_form = here.string();
    for (std::size_t at = text.find(long_form); at != std::string::npos;
         at = text.find(long_form, at + short_form.size())) {
      text.replace(at, long_form.size(), short_form);
    }
  }
}

void PathsBack::apply(std::vector<std::string>& texts) const {
  for (std::string& text : texts) apply(text);
}

void PathsBack::apply(GenerationRequest& request) const {
  if (request.source) {
    apply(request.source->picture.location);
    if (request.source->mask) apply(request.source->mask->location);
  }
  for (ControlChoice& control : request.controls) apply(control.picture.location);
  for (LoraChoice& lora : request.loras) apply(lora.model.location);
  for (EmbeddingChoice& embedding : request.embeddings) apply(embedding.model.location);
}

void PathsBack::apply(RunPlan& plan) const {
  apply(plan.request);
  apply(plan.notes);
}

void PathsBack::apply(PlanAnswer& answer) const {
  if (answer.plan) apply(*answer.plan);
  if (answer.problem) answer.problem = applied(*answer.problem);
}

void PathsBack::apply(Outcome& outcome) const {
  RunReport& report = report_of(outcome);
  apply(report.request);
  if (report.picture) apply(report.picture->request);
  if (auto* failed = std::get_if<Failed>(&outcome)) {
    apply(failed->what);
    apply(failed->where);
    apply(failed->hint);
  }
}

void PathsBack::apply(Event& event) const {
  if (auto* warning = std::get_if<Warning>(&event)) apply(warning->text);
}

Error PathsBack::applied(const Error& error) const {
  std::array<std::string, 3> texts{error.what(), error.where(), error.hint()};
  for (std::string& text : texts) apply(text);
  return {error.code(), texts[0], texts[1], texts[2]};
}

fs::path SentFiles::place_of(Connection& connection, const FileIdentity& file, const std::vector<FileIdentity>& beside,
                             const std::vector<std::string>& companions, const std::stop_token& stop) {
  AskSameFiles same{{file}};
  same.files.insert(same.files.end(), beside.begin(), beside.end());
  const std::vector<bool> there = connection.ask(same, stop);
  if (there.size() == same.files.size() && std::find(there.begin(), there.end(), false) == there.end()) {
    return file.stamp.path;
  }
  const Parcel parcel = packed(file.stamp.path, companions);
  if (auto found = connection.ask(AskParcel{parcel}, stop)) return *found;
  send_bytes(connection, parcel, file.stamp.path.parent_path(), stop);
  return connection.ask(AskParcelDone{parcel}, stop);
}

fs::path SentFiles::sent(Connection& connection, const fs::path& file, const std::vector<std::string>& companions,
                         PathsBack& back, const std::stop_token& stop) {
  const auto identity = file.empty() ? std::nullopt : identity_of(file);
  if (!identity) return file;  // the engine's own, or nobody's: then it says so
  std::vector<FileIdentity> beside;
  for (const std::string& name : companions) {
    if (const auto found = identity_of(identity->stamp.path.parent_path() / name)) beside.push_back(*found);
  }
  std::vector<FileIdentity> all{*identity};
  all.insert(all.end(), beside.begin(), beside.end());
  const std::lock_guard lock(mutex_);
  Known& known = known_[identity->stamp.path];
  if (known.files != all) known = {all, place_of(connection, *identity, beside, companions, stop)};
  back.add(known.there, file);
  return known.there;
}

fs::path SentFiles::send(Connection& connection, const fs::path& file, PathsBack& back, const std::stop_token& stop) {
  return sent(connection, file, {}, back, stop);
}

GenerationRequest SentFiles::send(Connection& connection, GenerationRequest request, PathsBack& back,
                                  const std::stop_token& stop) {
  if (request.source) {
    std::vector<PictureReference*> pictures{&request.source->picture};
    if (request.source->mask) pictures.push_back(&*request.source->mask);
    for (PictureReference* picture : pictures) picture->location = sent(connection, picture->location, {}, back, stop);
  }
  for (ControlChoice& control : request.controls) {
    control.picture.location = sent(connection, control.picture.location, {}, back, stop);
  }
  for (LoraChoice& lora : request.loras) {
    lora.model.location = sent(connection, lora.model.location, kBesideLora, back, stop);
  }
  for (EmbeddingChoice& embedding : request.embeddings) {
    embedding.model.location = sent(connection, embedding.model.location, {}, back, stop);
  }
  return request;
}

}  // namespace tstitch::wire
