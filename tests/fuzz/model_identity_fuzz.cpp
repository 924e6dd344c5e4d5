#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/configs/inferred_config.h"
#include "core/configs/single_file.h"
#include "core/configs/weight_scales.h"
#include "core/models/model_identity.h"
#include "tests/fuzz/listed_shapes.h"

namespace {

using namespace tstitch;

}  // namespace

/// Names and shapes of any kind are identified or refused; every part of a file comes from tensors that it has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const TensorShapes all = listed_shapes({reinterpret_cast<const char*>(data), size});
  try {
    const TensorShapes shapes = without_scales(all, "input");
    const SingleFile parts = map_single_file(shapes, "input");
    for (const TensorMap* part :
         {&parts.unet, &parts.dit, &parts.controlnet, &parts.adapter, &parts.vae, &parts.class_embedding}) {
      for (const auto& [name, origin] : *part) TSTITCH_CHECK(shapes.contains(origin.name), origin.name);
    }
    const ModelIdentity identity = identify_tensors(shapes, "input");
    TSTITCH_CHECK(!identity.family.empty());
    infer_unet_config(shapes_of(parts.unet), "input");
  } catch (const BadInput& error) {
    TSTITCH_CHECK(!error.sentence().empty());
  }
  return 0;
}
