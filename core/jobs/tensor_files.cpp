#include "core/jobs/tensor_files.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"
#include "core/image/output_name.h"
#include "core/system/current_folder.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

using Shape = std::vector<std::int64_t>;

std::string shape_text(const Shape& shape) {
  std::vector<std::string> sides;
  sides.reserve(shape.size());
  for (const std::int64_t side : shape) sides.push_back(concat(side));
  return concat("[", join(sides, ","), "]");
}

HostTensor read_noise(const fs::path& file, const std::string& key, const Shape& expected) {
  const SafetensorsFile source(file, file.string());
  const auto& tensors = source.header().tensors;
  const auto found = tensors.find(key);
  if (found == tensors.end()) {
    const std::string first = tensors.empty() ? "nothing" : tensors.begin()->first;
    throw BadInput(concat("expected a tensor \"", key, "\", found ", first, "."), file.string());
  }
  const SafetensorsEntry& entry = found->second;
  if (entry.type != SafetensorsType::F32) {
    throw BadInput(concat("\"", key, "\" is ", name_of(entry.type), ", expected F32 (float32)."), file.string());
  }
  if (entry.shape != expected) {
    throw BadInput(
        concat("\"", key, "\" has shape ", shape_text(entry.shape), ", expected ", shape_text(expected), "."),
        file.string());
  }
  HostTensor tensor{expected, std::vector<float>((entry.end - entry.begin) / sizeof(float))};
  source.read(entry.begin, tensor.values.data(), tensor.values.size() * sizeof(float));
  if (!std::all_of(tensor.values.begin(), tensor.values.end(), [](float value) { return std::isfinite(value); })) {
    throw BadInput(concat("tensor ", key, " holds a number that is not finite."), file.string());
  }
  return tensor;
}

Shape with_front(std::initializer_list<std::int64_t> front, const Shape& rest) {
  Shape shape(front);
  shape.insert(shape.end(), rest.begin(), rest.end());
  return shape;
}

std::size_t elements(Shape::const_iterator begin, Shape::const_iterator end) {
  std::size_t count = 1;
  for (; begin != end; ++begin) count *= static_cast<std::size_t>(*begin);
  return count;
}

SafetensorsItem item(const std::string& name, const HostTensor& tensor) {
  return {name, SafetensorsType::F32, tensor.shape, tensor.values.data()};
}

}  // namespace

HostTensor read_initial_latents(const fs::path& file, int pictures, const Shape& shape) {
  return read_noise(file, "latents", with_front({pictures}, shape));
}

HostTensor read_step_noise(const fs::path& file, int evaluations, int pictures, const Shape& shape) {
  return read_noise(file, "noise", with_front({evaluations, pictures}, shape));
}

HostTensor entry_of(const HostTensor& tensor, std::size_t dimension, std::int64_t index) {
  TSTITCH_CHECK(dimension < tensor.shape.size() && index < tensor.shape[dimension], dimension, " ", index);
  const auto at = tensor.shape.begin() + static_cast<std::ptrdiff_t>(dimension);
  const std::size_t outer = elements(tensor.shape.begin(), at);
  const std::size_t inner = elements(at + 1, tensor.shape.end());
  const std::size_t whole = inner * static_cast<std::size_t>(*at);
  HostTensor entry{tensor.shape, {}};
  entry.shape[dimension] = 1;
  entry.values.reserve(outer * inner);
  for (std::size_t i = 0; i < outer; ++i) {
    const auto from =
        tensor.values.begin() + static_cast<std::ptrdiff_t>(i * whole + static_cast<std::size_t>(index) * inner);
    entry.values.insert(entry.values.end(), from, from + static_cast<std::ptrdiff_t>(inner));
  }
  return entry;
}

void require_writable(const fs::path& file) {
  std::error_code problem;
  const fs::path folder = absolute_path(file).parent_path();
  if (!fs::is_directory(folder, problem)) {
    throw BadInput("the folder does not exist, so nothing can be written there.", folder.string());
  }
  if (fs::is_directory(file, problem)) throw BadInput("this is a folder, expected the name of a file.", file.string());
  OutputNames(folder / "").require_writable(1);
}

void save_latents(const fs::path& file, const std::vector<HostTensor>& pictures) {
  HostTensor whole = pictures.front();
  whole.shape.front() = static_cast<std::int64_t>(pictures.size());
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    whole.values.insert(whole.values.end(), pictures[i].values.begin(), pictures[i].values.end());
  }
  write_safetensors(file, {item("latents", whole)});
}

void save_trajectory(const fs::path& file, const std::vector<EvaluationRecord>& record, const HostTensor& final_latent,
                     const std::vector<DenoiserName>& order) {
  std::vector<std::int32_t> models;  // the writer reads their bytes
  models.reserve(record.size());
  std::vector<SafetensorsItem> tensors;
  for (std::size_t i = 0; i < record.size(); ++i) {
    models.push_back(
        static_cast<std::int32_t>(std::find(order.begin(), order.end(), record[i].denoiser) - order.begin()));
    tensors.push_back(item(concat("step.", i), record[i].latent));
    tensors.push_back(item(concat("denoised.", i), record[i].denoised));
    tensors.push_back({concat("model.", i), SafetensorsType::I32, {1}, &models.back()});
  }
  tensors.push_back(item(concat("step.", record.size()), final_latent));
  write_safetensors(file, tensors);
}

}  // namespace tstitch
