#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/configs/lora_names.h"
#include "core/formats/tensor_shapes.h"

namespace tstitch {

/// What a file of weights is that no slot takes, told by its tensors' names: `a Control-LoRA`, `an IP-Adapter`, `an
/// upscaler`, `a FLUX transformer`. Empty for all others. Asked before anything else of a file is looked at, since much
/// of such a file is named as a part of ours.
std::string_view foreign_kind(const TensorShapes& tensors);

/// The network of another family that tensors belong to, or that a LoRA's layers are named after: `a FLUX transformer`.
std::string_view foreign_network(const TensorShapes& tensors);

std::vector<std::string> names_of(const TensorShapes& tensors);
/// What lora_names.h reads in their names; no module where they are no adapter's.
LoraNames lora_names_of(const TensorShapes& tensors);

/// Throws BadInput naming the kind where one of the names is of an adapter that is not applied, such as OFT.
void refuse_unsupported_adapter(const std::vector<std::string>& names, const TensorShapes& tensors,
                                const std::string& file);

/// Things that lie beside ours without being named alike (image encoders, language models, an optimiser's state): asked
/// when a file is nothing that is known.
std::string_view stray_kind(const TensorShapes& tensors);

/// The same of a class that a config names, `ControlNetUnionModel`; empty for classes that are not known.
std::string_view foreign_class(std::string_view name);

/// Throws BadInput for a foreign kind, naming it and what was expected in its place (may be empty).
void refuse_foreign_kind(const TensorShapes& tensors, const std::string& file, std::string_view expected = {});

/// The same for a stray kind.
void refuse_stray_kind(const TensorShapes& tensors, const std::string& file, std::string_view expected = {});

}  // namespace tstitch
