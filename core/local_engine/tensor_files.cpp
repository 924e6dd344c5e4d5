#include "core/local_engine/tensor_files.h"

#include <algorithm>

#include <ATen/ops/full.h>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/formats/safetensors_writer.h"
#include "core/image/output_name.h"
#include "core/system/current_folder.h"
#include "core/weights/weight_source.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> sides;
  sides.reserve(shape.size());
  for (const std::int64_t side : shape) sides.push_back(concat(side));
  return concat("[", join(sides, ","), "]");
}

at::Tensor read_noise(const fs::path& file, const std::string& key, const std::vector<std::int64_t>& expected) {
  const auto source = open_weight_file(file);
  const auto found = source->entries().find(key);
  if (found == source->entries().end()) {
    const std::string first = source->entries().empty() ? "nothing" : source->entries().begin()->first;
    throw BadInput(concat("expected a tensor \"", key, "\", found ", first, "."), file.string());
  }
  if (found->second.type != at::kFloat) {
    throw BadInput(concat("\"", key, "\" is ", at::toString(found->second.type), ", expected float32."), file.string());
  }
  if (found->second.shape != expected) {
    throw BadInput(
        concat("\"", key, "\" has shape ", shape_text(found->second.shape), ", expected ", shape_text(expected), "."),
        file.string());
  }
  return source->read(key, at::kFloat);
}

std::vector<std::int64_t> with_front(std::initializer_list<std::int64_t> front, const std::vector<std::int64_t>& rest) {
  std::vector<std::int64_t> shape(front);
  shape.insert(shape.end(), rest.begin(), rest.end());
  return shape;
}

SafetensorsItem item(const std::string& name, SafetensorsType type, const at::Tensor& contiguous) {
  return {name, type, contiguous.sizes().vec(), contiguous.data_ptr()};
}

}  // namespace

at::Tensor read_initial_latents(const fs::path& file, int pictures, const std::vector<std::int64_t>& shape) {
  return read_noise(file, "latents", with_front({pictures}, shape));
}

at::Tensor read_step_noise(const fs::path& file, int evaluations, int pictures,
                           const std::vector<std::int64_t>& shape) {
  return read_noise(file, "noise", with_front({evaluations, pictures}, shape));
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

void save_latents(const fs::path& file, const at::Tensor& latents) {
  const at::Tensor whole = latents.contiguous();
  write_safetensors(file, {item("latents", SafetensorsType::F32, whole)});
}

void save_trajectory(const fs::path& file, const std::vector<RecordedEvaluation>& record,
                     const at::Tensor& final_latent, const std::vector<DenoiserName>& order) {
  std::vector<at::Tensor> kept;  // the writer reads their bytes
  std::vector<SafetensorsItem> tensors;
  const auto add = [&](const std::string& name, SafetensorsType type, const at::Tensor& tensor) {
    kept.push_back(tensor.contiguous());
    tensors.push_back(item(name, type, kept.back()));
  };
  for (std::size_t i = 0; i < record.size(); ++i) {
    const auto place = std::find(order.begin(), order.end(), record[i].denoiser) - order.begin();
    add(concat("step.", i), SafetensorsType::F32, record[i].latent);
    add(concat("denoised.", i), SafetensorsType::F32, record[i].denoised);
    add(concat("model.", i), SafetensorsType::I32, at::full({1}, static_cast<std::int64_t>(place), at::kInt));
  }
  add(concat("step.", record.size()), SafetensorsType::F32, final_latent);
  write_safetensors(file, tensors);
}

}  // namespace tstitch
