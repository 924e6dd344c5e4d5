#include "tests/support/golden.h"

#include <filesystem>
#include <fstream>

#include <ATen/ops/empty.h>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/formats/safetensors_file.h"
#include "tests/support/lists/compressed_text.h"

namespace tstitch::test {
namespace {

at::ScalarType scalar_type(SafetensorsType type) {
  static const std::map<SafetensorsType, at::ScalarType> kTypes{
      {SafetensorsType::F64, at::kDouble}, {SafetensorsType::F32, at::kFloat},     {SafetensorsType::F16, at::kHalf},
      {SafetensorsType::I64, at::kLong},   {SafetensorsType::BF16, at::kBFloat16}, {SafetensorsType::I32, at::kInt},
      {SafetensorsType::I16, at::kShort},  {SafetensorsType::I8, at::kChar},       {SafetensorsType::U8, at::kByte},
      {SafetensorsType::Bool, at::kBool}};
  return kTypes.at(type);
}

std::map<std::string, at::Tensor> read_tensors(const std::filesystem::path& path) {
  const SafetensorsFile file(path, path.string());
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, entry] : file.header().tensors) {
    at::Tensor tensor = at::empty(entry.shape, scalar_type(entry.type));
    file.read(entry.begin, tensor.mutable_data_ptr(), entry.end - entry.begin);
    tensors.emplace(name, std::move(tensor));
  }
  return tensors;
}

}  // namespace

Golden Golden::load(const std::string& folder, const std::string& name) {
  const std::filesystem::path stem = std::filesystem::path(folder) / name;
  Golden golden;
  const bool has_tensors = std::filesystem::exists(stem.string() + ".safetensors");
  const bool has_json = std::filesystem::exists(stem.string() + ".json");
  const bool has_compressed = std::filesystem::exists(stem.string() + ".json.gz");
  if (!has_tensors && !has_json && !has_compressed) {
    throw BadInput("has neither a .safetensors nor a .json or .json.gz file.", stem.string());
  }
  if (has_tensors) golden.tensors_ = read_tensors(stem.string() + ".safetensors");
  if (has_json) golden.json_ = nlohmann::json::parse(std::ifstream(stem.string() + ".json"));
  if (has_compressed) golden.json_ = nlohmann::json::parse(compressed_text(stem.string() + ".json.gz"));
  return golden;
}

at::Tensor Golden::operator[](const std::string& name) const {
  const auto tensor = tensors_.find(name);
  TSTITCH_CHECK(tensor != tensors_.end(), "the golden holds no tensor ", name);
  return tensor->second;
}

}  // namespace tstitch::test
