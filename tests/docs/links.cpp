// Every relative link of the documentation leads to a file of the project, and to a heading that is there.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "pages.h"

using namespace gdl;
namespace fs = std::filesystem;

namespace {

/// The name that a heading has in a link: small letters, blanks as `-`, no other marks.
std::string anchor(const std::string& heading) {
  std::string out;
  for (char c : heading) {
    unsigned char u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0 || c == '-' || c == '_') out += static_cast<char>(std::tolower(u));
    if (c == ' ') out += '-';
  }
  return out;
}

bool has_heading(const std::string& prose, const std::string& name) {
  std::istringstream lines(prose);
  for (std::string line; std::getline(lines, line);) {
    std::size_t level = line.find_first_not_of('#');
    if (level == 0 || level == std::string::npos || line[level] != ' ') continue;
    if (anchor(line.substr(level + 1)) == name) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("links") {
  std::size_t links = 0;
  for (const test::Page& page : test::pages()) {
    const std::string& text = page.prose;
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
      if (target.find("://") != std::string::npos) continue;
      ++links;
      CAPTURE(page.name);
      CAPTURE(target);
      std::size_t hash = std::min(target.find('#'), target.size());
      fs::path file = hash == 0 ? fs::path(page.path)
                                : fs::path(page.path).parent_path() / target.substr(0, hash);
      CHECK(fs::exists(file));
      if (hash < target.size() && fs::is_regular_file(file)) {
        std::string name = fs::relative(file, GDL_SOURCE_DIR).string();
        CHECK(has_heading(test::page(name).prose, target.substr(hash + 1)));
      }
    }
  }
  CHECK(links > 10);
}
