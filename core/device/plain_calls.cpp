#include "core/device/plain_calls.h"

namespace tstitch {
namespace {

thread_local int alive = 0;

}  // namespace

PlainCalls::PlainCalls() {
  ++alive;
}

PlainCalls::~PlainCalls() {
  --alive;
}

bool PlainCalls::are_asked_for() {
  return alive > 0;
}

}  // namespace tstitch
