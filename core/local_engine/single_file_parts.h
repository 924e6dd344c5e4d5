#pragma once

#include <filesystem>

#include "core/local_engine/model_parts.h"

namespace tstitch {

/// A model in one file: a whole one (U-Net, autoencoder, text encoders), which brings everything a run needs, or a
/// U-Net alone, which is as a bare network folder is. Such files carry no configs; they follow from names and shapes
/// (inferred_config.h), and what shapes do not show is the published families' (core/configs/README.md): SD 1 samples
/// with PNDM, SDXL with Euler, both from leading timesteps; SD 2 predicts v where a norm of its last attention has
/// spread. Throws BadInput naming the file and the first tensor that does not fit, or what the file is if it is no such
/// model (model_identity.h), or that the asked weights are missing.
ModelParts read_single_file(const std::filesystem::path& file, WeightChoice weights = WeightChoice::Auto);

/// The autoencoder in a file, alone or in a whole model. Throws BadInput.
VaePart read_single_file_vae(const std::filesystem::path& file);

/// What any file of weights is: a model's facts, or for a part of one its family and purpose. Throws BadInput naming
/// the file for what is known to nobody here.
ModelFacts read_file_facts(const std::filesystem::path& file);

}  // namespace tstitch
