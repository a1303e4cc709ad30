// Words for circles: see graph.h.
#include "graph.h"

#include <fmt/core.h>

namespace gdl::sema {

std::string circle_text(const std::vector<std::string>& names) {
  const std::size_t shown = 8;
  const bool all = names.size() <= shown;
  std::string out;
  for (std::size_t i = 0; i < (all ? names.size() : shown - 1); ++i) {
    out += fmt::format("`{}` -> ", names[i]);
  }
  if (!all) out += fmt::format("{} more -> `{}` -> ", names.size() - shown, names.back());
  return out + fmt::format("`{}`", names.front());
}

}  // namespace gdl::sema
