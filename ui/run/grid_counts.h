#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/engine/run_plan.h"
#include "ui/generate/second_shape.h"
#include "ui/grid/grid_form.h"
#include "ui/session/run_order.h"

namespace tstitch::ui {

/// How many evaluations a request makes and where its seams may stand, and the same of its second pass.
struct CellShape {
  RunShape first;
  std::optional<SecondShape> second = {};
};
using ShapeOf = std::function<CellShape(const GenerationRequest&)>;

/// What each cell runs, and whose picture it shares.
std::vector<CellOrder> cellOrders(const WantedGrid& grid, const ShapeOf& shapeOf);

/// How long the cells take together, each shared step once; nothing where times are not measured. `second`: of second
/// passes.
std::optional<double> secondsOf(const WantedGrid& grid, const std::vector<CellOrder>& orders,
                                const MeasuredSeconds& measured, const MeasuredSeconds& second = {});

}  // namespace tstitch::ui
