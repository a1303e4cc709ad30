// See content.h.
#include "content.h"

#include <algorithm>

namespace gdl::analysis {

using namespace sema;

namespace {

/// Numbers as bytes: cheaper to make than their digits.
void put(std::string& out, std::uint64_t n) {
  for (int i = 0; i < 8; ++i) out += static_cast<char>((n >> (8 * i)) & 0xff);
}

void put_use(std::string& out, const ActionUse& use) {
  std::vector<WayId> ways = use.ways;
  std::sort(ways.begin(), ways.end());
  put(out, ways.size());
  for (WayId w : ways) put(out, w.value);
  put(out, use.alone ? 1 : 0);
}

void put_setting(std::string& out, const space::ParamClasses& classes, const ParamSetting& p) {
  put(out, p.param.value);
  const Bits values = classes.of(p);
  for (std::uint64_t w : values.words()) put(out, w);
}

}  // namespace

Content::Key Content::number(const std::string& text) {
  return numbers_.emplace(text, numbers_.size()).first->second;
}

Content::Key Content::grade(const Rule& r) {
  if (r.strength.empty() && r.evidence.empty()) return 0;
  return grades_.emplace(std::pair(r.strength, r.evidence), grades_.size() + 1).first->second;
}

// From the highest bits down: what kind of key, the verb, the grade, the way or a number.

Content::Key Content::directive(const Rule& r, const Directive& d) {
  std::string text;
  put_use(text, d.what);
  put_use(text, d.over);
  for (const ParamSetting& p : d.what.params) {
    if (is_for(d.verb)) break;  // what is left of a parameter hangs on all who set it
    put_setting(text, c_.tables.param_classes, p);
  }
  return Key{2} << 60 | static_cast<Key>(d.verb) << 52 | grade(r) << 32 | number(text);
}

std::vector<Content::Key> Content::rule(RuleId id) {
  const Rule& r = c_.model.rules[id];
  std::vector<Key> out;
  for (const Directive& d : r.directives) {
    out.push_back(directive(r, d));
    for (const ParamSetting& p : d.what.params) {
      std::string text;
      put_setting(text, c_.tables.param_classes, p);
      put(text, out.back());
      out.push_back(Key{3} << 60 | number(text));
    }
  }
  // Rules of other decisions are among those overridden, and no part has them all.
  for (RuleId o : c_.whole.model.rules[c_.part.rules[id]].overrides) {
    out.push_back(Key{4} << 60 | o.value);
  }
  if (r.overrides_all) out.push_back(Key{5} << 60);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace gdl::analysis
