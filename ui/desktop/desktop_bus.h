#pragma once

#include <QtGlobal>

namespace tstitch::ui {

/// Asking a session bus that is not there would start one and wait for it.
inline bool hasSessionBus() {
  return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS");
}

}  // namespace tstitch::ui
