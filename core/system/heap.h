#pragma once

namespace tstitch {

/// Gives the memory that was freed and is still held by the allocator back to the system. Loading leaves gaps of
/// hundreds of megabytes: each weight is read in one layout and kept in another. Takes milliseconds; for any thread.
void return_freed_memory();

}  // namespace tstitch
