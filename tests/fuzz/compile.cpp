// See compile.h.
#include "compile.h"

#include <algorithm>
#include <map>

namespace gdl::fuzz {

namespace {

const char* const kMain = "main.gdl";

sema::SourceProvider files(const std::string& input) {
  std::map<std::string, std::string> all;
  std::size_t end = std::min(input.find(kNextFile), input.size());
  all[kMain] = input.substr(0, end);
  while (end < input.size()) {
    std::size_t name = end + 1;
    end = std::min(input.find(kNextFile, name), input.size());
    std::size_t text = std::min(input.find('\n', name), end);
    all[input.substr(name, text - name)] =
        input.substr(std::min(text + 1, end), end - std::min(text + 1, end));
  }
  return [all = std::move(all)](const std::string& path) -> std::optional<std::string> {
    auto it = all.find(path);
    return it == all.end() ? std::nullopt : std::optional<std::string>(it->second);
  };
}

}  // namespace

analysis::Options options() {
  analysis::Options out;
  out.effort = 2000;
  return out;
}

driver::Compilation load(const std::string& input) { return driver::load(kMain, files(input), {}); }

driver::Compilation check(const std::string& input) {
  return driver::check(kMain, files(input), {}, options());
}

}  // namespace gdl::fuzz
