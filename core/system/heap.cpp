#include "core/system/heap.h"

#include <malloc.h>

namespace tstitch {

void return_freed_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace tstitch
