# LibTorch from the unpacked wheels, without TorchConfig (which demands a CUDA toolkit): imported targets
# LibTorch::c10 and LibTorch::cpu. TSTITCH_TORCH_DIR holds torch/{lib,include} and nvidia/cu13/lib; an environment
# variable of the same name and the cache that packaging/setup fills are looked at too.
set(_candidates "${TSTITCH_TORCH_DIR}" "$ENV{TSTITCH_TORCH_DIR}")
if(DEFINED ENV{XDG_CACHE_HOME})
  list(APPEND _candidates "$ENV{XDG_CACHE_HOME}/tstitch/libtorch-2.11.0")
endif()
list(APPEND _candidates "$ENV{HOME}/.cache/tstitch/libtorch-2.11.0")
find_path(LIBTORCH_ROOT NAMES torch/include/ATen/ATen.h PATHS ${_candidates} NO_DEFAULT_PATH)
find_library(LIBTORCH_CPU NAMES torch_cpu PATHS "${LIBTORCH_ROOT}/torch/lib" NO_DEFAULT_PATH)
find_library(LIBTORCH_C10 NAMES c10 PATHS "${LIBTORCH_ROOT}/torch/lib" NO_DEFAULT_PATH)
file(GLOB LIBTORCH_OPENMP "${LIBTORCH_ROOT}/torch/lib/libgomp*.so*")  # the runtime that LibTorch brings: one in a process

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorchCpu REQUIRED_VARS LIBTORCH_ROOT LIBTORCH_CPU LIBTORCH_C10 LIBTORCH_OPENMP
  REASON_FAILURE_MESSAGE "run packaging/setup, or set TSTITCH_TORCH_DIR to a folder that holds torch/ and nvidia/")

if(LibTorchCpu_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::c10 SHARED IMPORTED)
  set_target_properties(LibTorch::c10 PROPERTIES IMPORTED_LOCATION "${LIBTORCH_C10}"
    INTERFACE_INCLUDE_DIRECTORIES "${LIBTORCH_ROOT}/torch/include;${LIBTORCH_ROOT}/torch/include/torch/csrc/api/include"
    INTERFACE_COMPILE_DEFINITIONS AT_PER_OPERATOR_HEADERS)
  add_library(LibTorch::cpu SHARED IMPORTED)
  set_target_properties(LibTorch::cpu PROPERTIES IMPORTED_LOCATION "${LIBTORCH_CPU}" INTERFACE_LINK_LIBRARIES LibTorch::c10)
  add_library(LibTorch::openmp SHARED IMPORTED)
  set_target_properties(LibTorch::openmp PROPERTIES IMPORTED_LOCATION "${LIBTORCH_OPENMP}")
  # Its own needs (libcupti, libcudart) are found through its RPATH at run time; the linker need not see them.
  target_link_options(LibTorch::cpu INTERFACE -Wl,--allow-shlib-undefined -Wl,--unresolved-symbols=ignore-in-shared-libs)
endif()
