// Small helpers of the syntax tree.
#include "syntax/ast.h"

namespace gdl::syntax {

std::string QName::text() const {
  std::string out;
  for (const Name& part : parts) {
    if (!out.empty()) out += '.';
    out += part.text;
  }
  return out;
}

}  // namespace gdl::syntax
