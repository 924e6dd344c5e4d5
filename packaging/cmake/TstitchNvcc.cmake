# tstitch_nvcc_object(SOURCE OBJECT DEPENDS...): sets TSTITCH_KERNELS in the caller to the architectures for which OBJECT is made
# of SOURCE, a path from the project's root, or to nothing where there is no nvcc of CUDA 13 that works with this compiler. A
# command of our own and not CMake's language CUDA, which links programs with the whole toolkit to try it. nvcc lies beside
# LibTorch, where packaging/setup puts it, or where CUDA lies on this machine.
set(TSTITCH_CUDA_ARCHITECTURES 80 86 89 90 100 120 CACHE STRING "Compute capabilities with kernels of our own")

function(tstitch_nvcc_object source object)
  set(TSTITCH_KERNELS "" PARENT_SCOPE)
  find_program(TSTITCH_NVCC nvcc NO_DEFAULT_PATH
    PATHS "${LIBTORCH_ROOT}/nvidia/cu13/bin" "$ENV{CUDA_HOME}/bin" /usr/local/cuda/bin)
  if(NOT TSTITCH_NVCC)
    message(STATUS "No nvcc: the CUDA plugin is built without kernels of its own (packaging/setup fetches it)")
    return()
  endif()
  set(command "${TSTITCH_NVCC}" -std=c++20 -O3 -ccbin "${CMAKE_CXX_COMPILER}" "-I${TSTITCH_CUDART_INCLUDE}" -I.
    -Xcompiler=-fPIC,-fvisibility=hidden,-Wall --Werror=all-warnings --compress-mode=size --threads=2)
  if(NOT TSTITCH_NVCC_TRIED STREQUAL "${command}")
    set(probe "${CMAKE_CURRENT_BINARY_DIR}/nvcc_probe.cu")
    file(WRITE "${probe}" "__global__ void probe(float* x) { x[threadIdx.x] = 1; }\nvoid run(float* x) { probe<<<1, 1>>>(x); }\n")
    execute_process(COMMAND ${command} -arch=sm_80 -c -o "${probe}.o" "${probe}" RESULT_VARIABLE failed
      OUTPUT_VARIABLE said ERROR_VARIABLE said WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    if(failed)
      message(STATUS "${TSTITCH_NVCC} does not work here: the CUDA plugin is built without kernels of its own\n${said}")
      return()
    endif()
    set(TSTITCH_NVCC_TRIED "${command}" CACHE INTERNAL "nvcc as it works here")
  endif()
  foreach(architecture IN LISTS TSTITCH_CUDA_ARCHITECTURES)
    list(APPEND command -gencode "arch=compute_${architecture},code=sm_${architecture}")
  endforeach()
  # Named from the root, so that where the tree lies does not show in the object.
  add_custom_command(OUTPUT "${object}" COMMAND ${command} -c -o "${object}" "${source}" DEPENDS "${CMAKE_SOURCE_DIR}/${source}" ${ARGN}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" COMMENT "Building CUDA object ${object}" VERBATIM)
  list(JOIN TSTITCH_CUDA_ARCHITECTURES " " architectures)
  set(TSTITCH_KERNELS "${architectures}" PARENT_SCOPE)
endfunction()
