#pragma once

namespace tstitch {

/// Makes idle compute threads sleep instead of spin, which on a busy machine costs up to a factor of eight. The OpenMP
/// runtime reads OMP_WAIT_POLICY before main, so where the variable is not set the program sets it and starts itself
/// anew, once, with the same arguments. Called first in main; returns when nothing needs to be done or can be.
void use_passive_threads(char** argv);

}  // namespace tstitch
