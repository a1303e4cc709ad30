// The pages of docs/diagnostics, embedded at build time.
#pragma once

#include <string_view>
#include <vector>

namespace gdlc {

struct Page {
  std::string_view code;  ///< "GDL4001"
  std::string_view text;
};
const std::vector<Page>& pages();

}  // namespace gdlc
