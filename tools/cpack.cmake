# The Debian packages, one for each component that is installed: libgdlrt0 (runtime), libgdlrt-dev (development),
# gdlc (compiler). tools/package makes them. No common summary: the first line of each description is its summary.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "gdlc")
set(CPACK_PACKAGE_CONTACT "The authors of gdlc <gdlc@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development compiler)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libgdlrt${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "Runtime of compiled clinical guidelines
Evaluates compiled guidelines: programs that the compiler gdlc has checked. The
answers are exact and say their reasons, also where a part of the facts is not
known. Needs the C library only.")
# By this, programs linked to the library depend on its package: until 1.0 of the very version, as the ABI may change.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libgdlrt-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libgdlrt${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}), libc6-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "Runtime of compiled clinical guidelines: for development
Headers, static libraries, and files for CMake and pkg-config, to embed the
runtime in an application; with examples.")

set(CPACK_DEBIAN_COMPILER_PACKAGE_NAME gdlc)
set(CPACK_DEBIAN_COMPILER_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_COMPILER_DESCRIPTION "Compiler for clinical guidelines
Checks guidelines written in a small language for every possible patient (where
they contradict themselves, leave somebody without an answer, or rule out all
that they advise), compiles them to programs, and answers cases.")

foreach(component runtime development compiler)
  string(TOUPPER ${component} upper)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME}
          RENAME copyright COMPONENT ${component})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/guidelines/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/gdlc/guidelines
        COMPONENT compiler)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libgdlrt-dev
        COMPONENT development)
include(CPack)
