#include "core/discovery/place_identity.h"

#include <filesystem>
#include <limits>

#include "core/base/error.h"
#include "core/base/links.h"
#include "core/base/text.h"
#include "core/configs/config_text.h"
#include "core/configs/pipeline_index.h"
#include "core/configs/single_file.h"
#include "core/formats/text_file.h"
#include "core/models/lora_folder.h"
#include "core/models/model_index.h"

namespace tstitch {
namespace fs = std::filesystem;

namespace {

std::int64_t count_of(const TensorMap& part) {
  std::int64_t sum = 0;
  for (const auto& [name, shape] : shapes_of(part)) {
    if (__builtin_add_overflow(sum, element_count(shape), &sum)) return std::numeric_limits<std::int64_t>::max();
  }
  return sum;
}

PlaceIdentity told(const ModelIdentity& identity) {
  return {identity.role, identity.family, identity.latent_space, identity.parameters, {}};
}

/// A whole model's size is told by its network, as that of a folder is.
PlaceIdentity identity_of_file(const fs::path& file) {
  refuse_dangling(file);
  const TensorShapes shapes = read_tensor_shapes(file);
  const ModelIdentity identity = identify_tensors(shapes, file.string());
  PlaceIdentity place = told(identity);
  if (identity.role != ModelRole::Pipeline && identity.layout != "original") return place;
  const SingleFile parts = map_single_file(shapes, file.string());
  for (const TensorMap* network : {&parts.unet, &parts.dit}) {
    if (!network->empty()) place.parameters = count_of(*network);
  }
  return place;
}

/// Its denoiser tells the family; every part must be there.
PlaceIdentity identity_of_pipeline(const fs::path& folder) {
  identify_model(folder);
  const fs::path index = folder / "model_index.json";
  const PipelineIndex parts = parse_pipeline_index(read_text_file(index, kLongestConfig), index.string());
  const fs::path network = folder / parts.denoiser();
  PlaceIdentity place = told(identify_tensors(part_shapes(network), network.string()));
  place.role = ModelRole::Pipeline;
  return place;
}

PlaceIdentity identity_of_part(const fs::path& folder) {
  identify_model(folder);
  return told(identify_tensors(part_shapes(folder), folder.string()));
}

PlaceIdentity identity_of_lora(const fs::path& folder) {
  return told(identify_file(lora_folder_files(folder).front().path));
}

PlaceIdentity identified(const SearchedPlace& place) {
  switch (place.kind) {
    case PlaceKind::Pipeline:
      return identity_of_pipeline(place.path);
    case PlaceKind::Part:
      return identity_of_part(place.path);
    case PlaceKind::LoraFolder:
      return identity_of_lora(place.path);
    case PlaceKind::File:
      break;
  }
  return identity_of_file(place.path);
}

}  // namespace

PlaceIdentity identify_place(const SearchedPlace& place) {
  try {
    return identified(place);
  } catch (const Error& problem) {
    const std::string sentence = problem.what();
    return {{}, {}, {}, 0, is_valid_utf8(sentence) ? sentence : "cannot be read."};
  } catch (const fs::filesystem_error& problem) {
    return {{}, {}, {}, 0, problem.code().message()};
  }
}

}  // namespace tstitch
