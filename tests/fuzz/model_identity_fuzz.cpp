#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/engine/model_identity.h"
#include "core/formats/inferred_config.h"
#include "core/formats/single_file.h"
#include "core/formats/weight_scales.h"

namespace {

using namespace tstitch;

/// Lines of "name side side ...".
TensorShapes shapes_in(std::string_view text) {
  TensorShapes shapes;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    std::vector<std::int64_t> shape;
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::int64_t side = 0;
      for (const char c : words[i].substr(0, 9)) side = side * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
      shape.push_back(side);
    }
    shapes[words.front()] = shape;
  }
  return shapes;
}

}  // namespace

/// Names and shapes of any kind are identified or refused; every part of a file comes from tensors that it has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const TensorShapes all = shapes_in({reinterpret_cast<const char*>(data), size});
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
