# The version, from gdlrt.h, which is the one place where it stands.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/../include/gdlrt/gdlrt.h GDLRT_NUMBER REGEX "^#define GDLRT_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+$" GDLRT_NUMBER ${GDLRT_NUMBER})
math(EXPR GDLRT_MAJOR "${GDLRT_NUMBER} / 10000")
math(EXPR GDLRT_MINOR "${GDLRT_NUMBER} / 100 % 100")
math(EXPR GDLRT_PATCH "${GDLRT_NUMBER} % 100")
set(GDLRT_VERSION ${GDLRT_MAJOR}.${GDLRT_MINOR}.${GDLRT_PATCH})
