#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/formats/byte_source.h"
#include "core/formats/safetensors_header.h"

namespace tstitch {

/// LibTorch's type for a file's, Undefined where it has none.
at::ScalarType scalar_type_of(SafetensorsType type);

/// Numbers that stand one after the other in a file.
struct StoredNumbers {
  const ByteSource& file;
  std::string name;     ///< of the tensor, for messages
  std::uint64_t begin;  ///< in bytes from the start of the file
  SafetensorsType type;
  bool is_big_endian = false;
};

/// Fills `target` (contiguous, on the CPU, fp32, fp16 or bf16) with as many numbers as it has, converted to its type,
/// by a few large reads at a time. Throws as WeightSource::read does.
void read_numbers(const StoredNumbers& stored, at::Tensor& target, const std::stop_token& stop);

/// Throws BadInput naming tensor and `file` unless a tensor of that shape has one element.
void require_one_number(const std::string& name, const std::vector<std::int64_t>& shape, const std::string& file);

/// One number of any stored type, integers and booleans included. Throws as WeightSource::number does.
double read_number(const StoredNumbers& stored);

}  // namespace tstitch
