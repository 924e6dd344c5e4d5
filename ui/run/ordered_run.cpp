#include "ui/run/ordered_run.h"

#include "ui/generate/create_panel.h"

namespace tstitch::ui {

RunOrder orderOf(const CreatePanel& panel, const Job& job) {
  RunOrder order{job, panel.smallCount(), panel.evaluations(), panel.measured()};
  order.second = panel.secondCounts();
  order.secondMeasured = panel.secondMeasured();
  return order;
}

}  // namespace tstitch::ui
