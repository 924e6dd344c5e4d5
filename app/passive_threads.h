#pragma once

namespace tstitch {

/// Makes idle compute threads sleep instead of spin, which on a busy machine costs up to a factor of eight, but not
/// before they have waited for a moment, some 15 us: a network's next layer often comes sooner, and a thread that
/// sleeps wakes late. The OpenMP runtime reads OMP_WAIT_POLICY and GOMP_SPINCOUNT before main, so where the first is
/// not set the program sets both and starts itself anew, once, with the same arguments. Called first in main; returns
/// when nothing needs to be done or can be.
void use_passive_threads(char** argv);

}  // namespace tstitch
