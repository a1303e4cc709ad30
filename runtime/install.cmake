# What `cmake --install` puts where: libraries and headers of the runtime, and what tells other builds of them
# (find_package, pkg-config). Components, which are also the Debian packages: runtime, development.
include(CMakePackageConfigHelpers)

# Shared and static libraries are two sets, so that either may be missing.
set_target_properties(gdlrt_shared PROPERTIES EXPORT_NAME gdlrt_shared)
set_target_properties(gdlrt_batch_shared PROPERTIES EXPORT_NAME batch_shared)
set_target_properties(gdlrt PROPERTIES EXPORT_NAME gdlrt_static)
set_target_properties(gdlrt_batch PROPERTIES EXPORT_NAME batch_static)
install(TARGETS gdlrt_shared gdlrt_batch_shared EXPORT gdlrt-shared
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS gdlrt gdlrt_batch EXPORT gdlrt-static
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# The format of programs is no public API: its header and tables stay here.
install(DIRECTORY include/gdlrt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN bytecode.h EXCLUDE)

install(FILES ${CMAKE_CURRENT_LIST_DIR}/../docs/man/gdlrt.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3
        COMPONENT development)

set(GDLRT_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/gdlrt)
foreach(set shared static)
  install(EXPORT gdlrt-${set} NAMESPACE gdlrt:: DESTINATION ${GDLRT_CMAKE_DIR} COMPONENT development)
endforeach()
configure_package_config_file(cmake/gdlrt-config.cmake.in gdlrt-config.cmake INSTALL_DESTINATION ${GDLRT_CMAKE_DIR})
# Until 1.0 a minor version may change names and shapes.
write_basic_package_version_file(gdlrt-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gdlrt-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/gdlrt-config-version.cmake
        DESTINATION ${GDLRT_CMAKE_DIR} COMPONENT development)

# Relative to the file itself, so that a tree may be installed anywhere and moved.
file(RELATIVE_PATH GDLRT_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" GDLRT_PC_PREFIX ${GDLRT_PC_PREFIX})
foreach(pc gdlrt gdlrt-batch)
  configure_file(cmake/${pc}.pc.in ${pc}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${pc}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endforeach()
