// Text to a checked compilation inside a test, with its diagnostics as text for messages.
#pragma once

#include <map>
#include <string>

#include "diag/render.h"
#include "driver/driver.h"

namespace gdl::test {

inline sema::SourceProvider files(std::map<std::string, std::string> all) {
  return [all = std::move(all)](const std::string& path) -> std::optional<std::string> {
    auto it = all.find(path);
    return it == all.end() ? std::nullopt : std::optional<std::string>(it->second);
  };
}

inline driver::Compilation load(const std::string& text) {
  return driver::load("test.gdl", files({{"test.gdl", text}}), {});
}

inline driver::Compilation check(const std::string& text, const analysis::Options& options = {}) {
  return driver::check("test.gdl", files({{"test.gdl", text}}), {}, options);
}

/// The rule of that name; an invalid id if there is none.
inline sema::RuleId rule(const sema::Model& m, const std::string& name) {
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (m.rules[sema::RuleId(i)].name == name) return sema::RuleId(i);
  }
  return {};
}

inline std::string messages(const driver::Compilation& c) {
  std::string out;
  for (const diag::Diagnostic& d : c.sink.sorted())
    out += diag::render_text(c.sources, d, {}) + "\n";
  return out;
}

}  // namespace gdl::test
