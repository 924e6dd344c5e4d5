#include "core/weights/joined_source.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace tstitch {

JoinedSource::JoinedSource(std::vector<std::unique_ptr<WeightSource>> files, std::string label)
    : files_(std::move(files)), label_(std::move(label)) {
  for (const auto& file : files_) {
    for (const auto& [name, entry] : file->entries()) {
      const auto [other, is_new] = file_of_.emplace(name, file.get());
      if (!is_new) throw BadInput(concat("tensor ", name, " is also in ", other->second->label(), "."), file->label());
      entries_.emplace(name, entry);
    }
  }
}

at::Tensor JoinedSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  const auto file = file_of_.find(name);
  TSTITCH_CHECK(file != file_of_.end(), name);
  return file->second->read(name, type, stop);
}

bool JoinedSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                             const std::stop_token& stop) const {
  return file_of_.at(name)->read_part(name, first, target, stop);
}

double JoinedSource::number(const std::string& name) const {
  const auto file = file_of_.find(name);
  TSTITCH_CHECK(file != file_of_.end(), name);
  return file->second->number(name);
}

namespace {

/// What every file says, sorted.
template <class Fact>
std::vector<Fact> of_all(const std::vector<std::unique_ptr<WeightSource>>& files,
                         std::vector<Fact> (WeightSource::*facts)() const) {
  std::vector<Fact> all;
  for (const auto& file : files) {
    const std::vector<Fact> own = (file.get()->*facts)();
    all.insert(all.end(), own.begin(), own.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::vector<std::filesystem::path> JoinedSource::files() const {
  return of_all(files_, &WeightSource::files);
}

std::vector<FileStamp> JoinedSource::stamps() const {
  return of_all(files_, &WeightSource::stamps);
}

void JoinedSource::require_unchanged() const {
  for (const auto& file : files_) file->require_unchanged();
}

}  // namespace tstitch
