# The readers of rows of `gdlc run`, and what answers them: a library of its own, since fuzzers read rows too.
set(GDLC_ROWS run_answers.cpp run_columns.cpp run_csv.cpp run_input.cpp run_lines.cpp run_rows.cpp
    system_${GDL_SYSTEM}.cpp whole_file.cpp)
list(TRANSFORM GDLC_ROWS PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
find_package(nlohmann_json CONFIG REQUIRED)
add_library(gdlc_rows STATIC ${GDLC_ROWS})
target_include_directories(gdlc_rows PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(gdlc_rows PUBLIC gdl_diag gdl_support gdlrt_batch gdlrt
                      PRIVATE nlohmann_json::nlohmann_json fmt::fmt gdl_warnings)
