#pragma once

#include <cstddef>

#include <c10/core/ScalarType.h>

namespace tstitch {

/// Numbers that may be stored and computed with: fp32, fp16 and bf16.
bool is_weight_type(at::ScalarType type);

/// Numbers that may be stored: weight types, fp64, and the two of eight bits that checkpoints are kept in (e4m3fn,
/// e5m2).
bool is_stored_type(at::ScalarType type);

/// Converts `count` numbers of a stored type to a weight type. fp16, bf16 and fp8 widen exactly, narrowing rounds to
/// nearest even (fp64 to fp32 first, as torch does).
void convert(const void* from, at::ScalarType from_type, void* to, at::ScalarType to_type, std::size_t count);

/// True when none of the numbers, of a weight type or fp64, is infinite or NaN.
bool all_finite(const void* values, at::ScalarType type, std::size_t count);

}  // namespace tstitch
