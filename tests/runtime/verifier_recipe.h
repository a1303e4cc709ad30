// Recipes for broken programs: how the program of everything.gdl is changed so that the runtime must refuse
// it (tests/runtime/rejected/*.recipe). They name sections and fields as bytecode.h does, and rows by what they
// hold, so that they outlive a change of the format. One statement a line; `#` begins a comment.
//
//   base stripped                    first: start from the program without texts
//   PLACE = EXPR   PLACE += EXPR   PLACE -= EXPR
//   swap PLACE PLACE                 two fields, or two rows
//   copy ROW                         once more at the end of its section
//   append SECTION = EXPR... [x N]   a row of these words, or N
//   drop SECTION                     its last row
//   clear SECTION   reverse SECTION
//   let NAME = EXPR
//   bytes                            from here on the file's bytes are changed
//   cut N   grow N                   keep the first N bytes; add N zeros
//   replace "A" "B"                  everywhere, with \n, \r and \xHH
//   misalign N                       load it N bytes from a multiple of 8
//
//   PLACE   SECTION[SELECTOR].FIELD (FIELD.N in an array), SECTION[SELECTOR] where the rows are numbers;
//           among the bytes header.FIELD, table[SECTION].FIELD, byte[EXPR]
//   SELECTOR  an EXPR, `last`, `*` (each row), the name of a fact, action, parameter, decision or rule, the
//           operation of a condition, the verb of a directive
//   EXPR    numbers, `far` (beyond every section), `none`, PLACE, `size SECTION`, `size bytes`, `row ROW`,
//           operations by their names, what `let` named, + - % and parentheses
//
// After changes to the bytes the checksum is made to fit, unless the recipe changes it itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gdl::test {

struct Broken {
  std::vector<std::uint8_t> bytes;
  std::size_t misalign = 0;
};

/// Throws std::runtime_error where the recipe is wrong, with its line.
Broken follow_recipe(const std::string& recipe);

}  // namespace gdl::test
