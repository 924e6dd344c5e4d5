# OpenCV's core and imgproc only: OpenCVConfig.cmake belongs to a package that pulls Qt 5 into the process.
find_path(OPENCV_CORE_INCLUDE NAMES opencv2/core.hpp PATH_SUFFIXES opencv4)
find_library(OPENCV_CORE_LIBRARY NAMES opencv_core)
find_library(OPENCV_IMGPROC_LIBRARY NAMES opencv_imgproc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVCore REQUIRED_VARS OPENCV_CORE_INCLUDE OPENCV_CORE_LIBRARY OPENCV_IMGPROC_LIBRARY)
if(OpenCVCore_FOUND AND NOT TARGET OpenCVCore::imgproc)
  add_library(OpenCVCore::core UNKNOWN IMPORTED)
  set_target_properties(OpenCVCore::core PROPERTIES IMPORTED_LOCATION "${OPENCV_CORE_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${OPENCV_CORE_INCLUDE}")
  add_library(OpenCVCore::imgproc UNKNOWN IMPORTED)
  set_target_properties(OpenCVCore::imgproc PROPERTIES IMPORTED_LOCATION "${OPENCV_IMGPROC_LIBRARY}"
    INTERFACE_LINK_LIBRARIES OpenCVCore::core)
endif()
