# How everything is compiled: the language, a cache of what has been compiled, and warnings.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(gdl_warnings INTERFACE)
# GCC 12 warns falsely of overlapping copies in std::string's own operator+ (GCC bug 105651).
target_compile_options(gdl_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror
                       $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
include(GNUInstallDirs)
