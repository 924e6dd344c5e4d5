#pragma once

#include "ui/session/run_order.h"

namespace tstitch::ui {

class CreatePanel;

/// The job of what Create asks for, with what must be known of it.
RunOrder orderOf(const CreatePanel& panel, const Job& job);

}  // namespace tstitch::ui
