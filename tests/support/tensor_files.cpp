#include "tests/support/tensor_files.h"

#include "core/formats/safetensors_writer.h"

namespace tstitch::test {
namespace {

SafetensorsType stored_type(at::ScalarType type) {
  static const std::map<at::ScalarType, SafetensorsType> kTypes{{at::kDouble, SafetensorsType::F64},
                                                                {at::kFloat, SafetensorsType::F32},
                                                                {at::kHalf, SafetensorsType::F16},
                                                                {at::kBFloat16, SafetensorsType::BF16},
                                                                {at::kLong, SafetensorsType::I64},
                                                                {at::kInt, SafetensorsType::I32},
                                                                {at::kShort, SafetensorsType::I16},
                                                                {at::kChar, SafetensorsType::I8},
                                                                {at::kByte, SafetensorsType::U8},
                                                                {at::kBool, SafetensorsType::Bool},
                                                                {at::kFloat8_e4m3fn, SafetensorsType::F8E4M3},
                                                                {at::kFloat8_e5m2, SafetensorsType::F8E5M2}};
  return kTypes.at(type);
}

}  // namespace

void write_tensors(const std::filesystem::path& path, const std::map<std::string, at::Tensor>& tensors) {
  std::vector<at::Tensor> kept;
  std::vector<SafetensorsItem> items;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.contiguous());
    const at::Tensor& flat = kept.back();
    items.push_back({name, stored_type(flat.scalar_type()), flat.sizes().vec(), flat.const_data_ptr()});
  }
  write_safetensors(path, items);
}

}  // namespace tstitch::test
