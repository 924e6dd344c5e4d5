#include "core/weights/mapped_source.h"

#include <utility>

#include "core/base/check.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

MappedSource::MappedSource(std::shared_ptr<const WeightSource> file, TensorMap map)
    : file_(std::move(file)), map_(std::move(map)) {
  for (const auto& [name, origin] : map_) {
    const auto stored = file_->entries().find(origin.name);
    TSTITCH_CHECK(stored != file_->entries().end(), origin.name);
    entries_.emplace(name, Entry{origin.shape, stored->second.type});
  }
}

at::Tensor MappedSource::read(const std::string& name, at::ScalarType type, const std::stop_token& stop) const {
  const auto found = map_.find(name);
  TSTITCH_CHECK(found != map_.end(), name);
  const TensorOrigin& origin = found->second;
  at::Tensor tensor = file_->read(origin.name, type, stop);
  // A piece of a fused tensor is copied, so that it does not hold the memory of the whole.
  if (origin.rows >= 0) tensor = tensor.narrow(0, origin.first_row, origin.rows).clone();
  if (origin.transposed) tensor = tensor.t().contiguous();
  return tensor.reshape(origin.shape);
}

bool MappedSource::read_part(const std::string& name, std::int64_t first, at::Tensor& target,
                             const std::stop_token& stop) const {
  const TensorOrigin& origin = map_.at(name);
  if (origin.transposed) return false;
  const std::vector<std::int64_t>& stored = file_->entries().at(origin.name).shape;
  const std::int64_t row = stored.empty() || stored.front() == 0 ? 0 : element_count(stored) / stored.front();
  return file_->read_part(origin.name, first + (origin.rows < 0 ? 0 : origin.first_row * row), target, stop);
}

double MappedSource::number(const std::string& name) const {
  const auto found = map_.find(name);
  TSTITCH_CHECK(found != map_.end(), name);
  return found->second.rows >= 0 ? WeightSource::number(name) : file_->number(found->second.name);
}

TensorShapes shapes_of(const WeightSource& source) {
  TensorShapes shapes;
  for (const auto& [name, entry] : source.entries()) shapes.emplace(name, entry.shape);
  return shapes;
}

}  // namespace tstitch
