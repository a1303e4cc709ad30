set(antlr4-runtime_VERSION 4.9)
get_filename_component(ANTLR4_INCLUDE_DIR "${CMAKE_CURRENT_LIST_DIR}/../../../include/antlr4-runtime" ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/antlr4-targets.cmake")
