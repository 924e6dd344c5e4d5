#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/engine/run_plan.h"
#include "ui/generate/run_shape.h"
#include "ui/grid/grid_form.h"
#include "ui/session/run_order.h"

namespace tstitch::ui {

/// How many evaluations a request makes and where its seams may stand.
using ShapeOf = std::function<RunShape(const GenerationRequest&)>;

/// What each cell runs, and whose picture it shares.
std::vector<CellOrder> cellOrders(const WantedGrid& grid, const ShapeOf& shapeOf);

/// How long the cells take together, each shared step once; nothing where times are not measured.
std::optional<double> secondsOf(const WantedGrid& grid, const std::vector<CellOrder>& orders,
                                const MeasuredSeconds& measured);

}  // namespace tstitch::ui
