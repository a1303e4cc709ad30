// One record by hand: conditions, and small guidelines as one function. See by_hand_rows.h.
#include "by_hand_rows.h"

#include <fmt/core.h>

#include "gdlrt/record.h"

namespace gdl::bench {

using gdlrt::FactRow;
using gdlrt::NodeRow;
using gdlrt::Op;

namespace {

// A condition longer than this that more than one asks is a function.
constexpr std::size_t kLong = 8;

}  // namespace

Conditions::Conditions(const Source& s, Style style)
    : s_(s), style_(style), shared_(s.p.nodes.count) {
  std::vector<std::size_t> size(s.p.nodes.count, 1);
  std::vector<std::uint32_t> users(s.p.nodes.count);
  for (const gdlrt::RuleRow& r : s.p.rules) ++users[r.applies];
  for (const gdlrt::DecisionRow& d : s.p.decisions) ++users[d.domain];
  for (std::uint32_t i : s.impossible()) ++users[i];
  for (std::uint32_t i = 0; i < s.p.nodes.count; ++i) {
    const gdlrt::Operands o = gdlrt::operands_of(s.p, s.p.nodes[i]);
    for (std::uint32_t k = 0; k < o.count; ++k) ++users[o.first[k * o.stride]];
  }
  for (std::uint32_t i = 0; i < s.p.nodes.count; ++i) {
    if (s.leaf(i)) continue;
    const gdlrt::Operands o = gdlrt::operands_of(s.p, s.p.nodes[i]);
    for (std::uint32_t k = 0; k < o.count; ++k) {
      const std::uint32_t n = o.first[k * o.stride];
      size[i] += shared_[n] != 0 ? 1 : size[n];
    }
    shared_[i] = size[i] > kLong && users[i] > 1 ? 1 : 0;
  }
}

std::string Conditions::begins(std::uint32_t fact, std::uint32_t c, const std::string& v) const {
  Source::Threshold t = s_.threshold(fact, c);
  return fmt::format("{} {} {}", v, t.beyond ? ">" : ">=", t.literal);
}
std::string Conditions::ends(std::uint32_t fact, std::uint32_t c, const std::string& v) const {
  Source::Threshold t = s_.threshold(fact, c);
  return fmt::format("{} {} {}", v, t.beyond ? "<=" : "<", t.literal);
}

std::string Conditions::value_in(std::uint32_t fact, const std::vector<Source::Run>& runs) const {
  const FactRow& f = s_.p.facts[fact];
  std::string v = fmt::format("p->f{}", fact);
  std::string out;
  bool ifs = style_ == Style::ifs;
  for (auto [c, end] : runs) {
    std::string run;
    if (f.cut_count == 0 && end == c + 1) {
      run = fmt::format("{} == {}", v, c);
    } else if (c == 0 && end == f.classes) {
      run = "1";
    } else if (c == 0) {
      run = ends(fact, end, v);
    } else if (end == f.classes) {
      run = begins(fact, c, v);
    } else {
      run = fmt::format("({}){}({})", begins(fact, c, v), ifs ? " && " : " & ", ends(fact, end, v));
    }
    out += (out.empty() ? "(" : ifs ? " || (" : " | (") + run + ")";
  }
  return out.empty() ? "0" : "(" + out + ")";
}

std::string Conditions::inner(std::uint32_t i, const Operand& operand) const {
  const NodeRow& n = s_.p.nodes[i];
  bool ifs = style_ == Style::ifs;
  if (s_.by_classes(i)) return value_in(s_.fact(i), s_.runs(i));
  switch (static_cast<Op>(n.op)) {
    case Op::constant: return n.a != 0 ? "1" : "0";
    case Op::known: return "1";
    case Op::value_in: break;
    case Op::set_has: return fmt::format("(p->f{} >> {} & 1)", n.a, n.b);
    case Op::set_is: return fmt::format("(p->f{} == {}ull)", n.a, s_.p.masks[n.b]);
    case Op::set_count:
      return fmt::format("between(__builtin_popcountll(p->f{}), {}ll, {}ll)", n.a, n.b, n.c);
    case Op::negation: return ifs ? "!" + operand(n.a) : "(" + operand(n.a) + " ^ 1)";
    case Op::all:
    case Op::any: {
      bool all = static_cast<Op>(n.op) == Op::all;
      std::string out;
      for (std::uint32_t k = 0; k < n.b; ++k) {
        const char* with = ifs ? (all ? " && " : " || ") : (all ? " & " : " | ");
        out += (k > 0 ? with : "") + operand(s_.p.operands[n.a + k]);
      }
      return n.b == 0 ? (all ? "1" : "0") : "(" + out + ")";
    }
    case Op::at_least: {
      std::string sum = "0";
      for (std::uint32_t k = 0; k < n.b; ++k)
        sum += fmt::format(" + (int){}", operand(s_.p.operands[n.a + k]));
      return fmt::format("({} >= {})", sum, n.c);
    }
    case Op::score: {
      std::string sum = "0";
      auto points = [&](std::uint32_t at) { return static_cast<std::int32_t>(s_.p.operands[at]); };
      for (std::uint32_t k = 0; k < n.b; ++k) {
        const std::string one = operand(s_.p.operands[n.a + 2 * k]);
        std::int32_t worth = points(n.a + 2 * k + 1);
        sum += ifs ? fmt::format(" + ({} ? {}ll : 0)", one, worth)
                   : fmt::format(" + (long long){} * {}", one, worth);
      }
      return fmt::format("between({}, {}ll, {}ll)", sum, points(n.c), points(n.c + 1));
    }
  }
  return "0";
}

std::string Conditions::node(std::uint32_t i) const {
  if (shared_[i] != 0) return fmt::format("q{}{}(p)", style_ == Style::ifs ? 'i' : 'f', i);
  return inner(i, [this](std::uint32_t n) { return node(n); });
}
std::string Conditions::step(std::uint32_t i) const {
  return inner(i, [](std::uint32_t n) { return fmt::format("n{}", n); });
}

std::string Conditions::impossible() const {
  std::string out;
  for (std::uint32_t i : s_.impossible())
    out += (out.empty() ? "" : style_ == Style::ifs ? " || " : " | ") + node(i);
  return out;
}

std::map<std::uint32_t, std::string> Conditions::helpers(const List& nodes) const {
  std::map<std::uint32_t, std::string> out;
  for (std::uint32_t i : s_.below(nodes)) {
    if (shared_[i] == 0) continue;
    out[i] = fmt::format("static inline bool q{}{}(const Record* p) {{ return {}; }}\n",
                         style_ == Style::ifs ? 'i' : 'f', i,
                         inner(i, [this](std::uint32_t n) { return node(n); }));
  }
  return out;
}

std::string rows_head(const Source& s) {
  std::string out = "#include <stdint.h>\nstruct Record {\n";
  for (std::size_t i = 0; i < s.layout.fields.size(); ++i) {
    static constexpr const char* kTypes[] = {"",        "uint8_t", "int32_t",
                                             "int64_t", "double",  "uint64_t"};
    out += fmt::format("  {} f{};\n", kTypes[s.layout.fields[i].raw], i);
  }
  return out +
         "};\nstatic inline bool between(long long v, long long lo, long long hi) { return (v >= "
         "lo) & "
         "(v <= hi); }\n";
}

std::string any_bit(const std::string& name, std::size_t first, const List& bits) {
  std::map<std::size_t, std::uint64_t> words;
  for (std::uint32_t b : bits) words[first + b / 64] |= bit(b);
  std::string out;
  for (auto [word, mask] : words)
    out += fmt::format("{}({}[{}] & {}ull)", out.empty() ? "" : " | ", name, word, mask);
  return words.empty() ? "0" : "((" + out + ") != 0)";
}

namespace {

/// A small guideline as one function.
class Small {
 public:
  Small(const Source& s, Style style)
      : s_(s), p_(s.p), style_(style), ifs_(style == Style::ifs), conditions_(s, style) {}

  std::string run() {
    List nodes = s_.impossible();
    for (const gdlrt::RuleRow& r : p_.rules) nodes.push_back(r.applies);
    for (const gdlrt::DecisionRow& d : p_.decisions) nodes.push_back(d.domain);
    for (const auto& [number, helper] : conditions_.helpers(nodes)) out_ += helper;
    function(false);
    function(true);
    return out_;
  }

 private:
  static std::string any(const List& rules) {
    std::uint64_t by = 0;
    for (std::uint32_t r : rules) by |= bit(r);
    return fmt::format("((rules & {}ull) != 0)", by);
  }

  void function(bool all) {
    const char* name = ifs_ ? "if" : "flat";
    out_ += "extern \"C\" __attribute__((visibility(\"default\"))) ";
    out_ += all ? fmt::format("void all_{}(const Record* p, uint64_t* out) {{\n", name)
                : fmt::format("uint64_t rules_{}(const Record* p) {{\n", name);
    if (const std::string none = conditions_.impossible(); !none.empty()) {
      out_ += all ? fmt::format("  if ({}) {{ __builtin_memset(out, 0, {}); return; }}\n", none,
                                8 * s_.answer.size)
                  : fmt::format("  if ({}) return 0;\n", none);
    }
    out_ += "  uint64_t domain = 0, rules = 0;\n";
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      std::string c = conditions_.node(p_.decisions[d].domain);
      out_ += ifs_ ? fmt::format("  if ({}) domain |= {}ull;\n", c, bit(d))
                   : fmt::format("  domain |= (uint64_t){} << {};\n", c, d);
    }
    for (std::uint32_t r = 0; r < p_.rules.count; ++r) {
      const gdlrt::RuleRow& row = p_.rules[r];
      std::string c = conditions_.node(row.applies);
      std::string domain =
          row.decision == gdlrt::kNone ? "1" : fmt::format("(domain >> {} & 1)", row.decision);
      out_ += ifs_ ? fmt::format("  if ({} && {}) rules |= {}ull;\n", domain, c, bit(r))
                   : fmt::format("  rules |= ((uint64_t){} & {}) << {};\n", c, domain, r);
    }
    if (all) out_ += "  uint64_t applies = rules;\n";
    for (std::uint32_t r : p_.rule_order) {
      const List by = s_.overridden(r);
      if (by.empty()) continue;
      out_ += ifs_ ? fmt::format("  if ({}) rules &= ~{}ull;\n", any(by), bit(r))
                   : fmt::format("  rules &= ~((uint64_t){} << {});\n", any(by), r);
    }
    if (!all) {
      out_ += "  return rules;\n}\n";
      return;
    }
    out_ += "  uint64_t gone = 0, offers = 0, gap = 0, stranded = 0, conflict = 0;\n";
    for (std::uint32_t w = 0; w < p_.ways.count; ++w) {
      if (s_.gone(w).never()) continue;
      std::string by = Source::text(s_.gone(w), any);
      out_ += ifs_ ? fmt::format("  if ({}) gone |= {}ull;\n", by, bit(w))
                   : fmt::format("  gone |= (uint64_t){} << {};\n", by, w);
    }
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) decision(d);
    static constexpr const char* kNames[] = {"rules", "offers",   "domain",
                                             "gap",   "stranded", "conflict"};
    for (std::size_t k = 0; k < 6; ++k) {
      if (s_.answer.counts[k] > 0)
        out_ += fmt::format("  out[{}] = {};\n", s_.answer.first[k], kNames[k]);
    }
    out_ += "}\n";
  }

  void decision(std::uint32_t d) {
    const bool first = s_.first(d);
    std::uint64_t fors = 0;
    std::uint64_t nones = 0;
    out_ += fmt::format("  uint64_t left{0} = 0, found{0} = 0;\n", d);
    for (std::uint32_t r : s_.rules(d)) {
      const gdlrt::RuleRow& row = p_.rules[r];
      const bool none = s_.has(r, gdlrt::kHasNone);
      if (s_.has(r, gdlrt::kHasFor)) fors |= bit(r);
      if (none) nones |= bit(r);
      if (ifs_) {
        out_ += fmt::format("  if (rules & {}ull{}) {{\n", bit(r),
                            first ? fmt::format(" && !found{}", d) : "");
        if (none) out_ += fmt::format("    left{0} = 1; found{0} = 1;\n", d);
      } else {
        out_ += fmt::format("  {{\n    uint64_t stands = rules >> {} & 1{};\n", r,
                            first ? fmt::format(" & ~found{}", d) : "");
        if (first && none) out_ += fmt::format("    found{0} |= stands; left{0} |= stands;\n", d);
      }
      for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
           ++k) {
        if (gdlrt::is_for(p_.directives[k].verb)) directive(d, r, k);
      }
      out_ += "  }\n";
    }
    if (ifs_) {
      out_ += fmt::format(
          "  if ((domain & {}ull) && !left{}) {{ if (applies & {}ull) stranded |= {}ull; else "
          "gap |= {}ull; }}\n",
          bit(d), d, fors, bit(d), bit(d));
      return;
    }
    // Behind the first that answers none is left, and it is counted above.
    if (nones != 0 && !first) out_ += fmt::format("  left{} |= (rules & {}ull) != 0;\n", d, nones);
    out_ += fmt::format(
        "  uint64_t empty{0} = domain >> {0} & ~left{0} & 1, some{0}_ = (applies & {1}ull) != "
        "0;\n",
        d, fors);
    out_ += fmt::format(
        "  gap |= (empty{0} & ~some{0}_) << {0}; stranded |= (empty{0} & some{0}_) << {0};\n", d);
  }

  void directive(std::uint32_t d, std::uint32_t r, std::uint32_t k) {
    const Advised a = s_.advised(r, k);
    std::uint64_t ways = 0;
    for (std::uint32_t i = 0; i < a.ways.size(); ++i) {
      const std::uint32_t w = a.ways[i];
      const std::uint32_t offer = s_.offer(k, i);
      ways |= bit(w);
      out_ += ifs_ ? fmt::format("    if (!(gone & {}ull)) offers |= {}ull;\n", bit(w), bit(offer))
                   : fmt::format("    offers |= (stands & ~(gone >> {})) << {};\n", w, offer);
    }
    std::string withdrawn = s_.withdrawn(a, any, "!");
    if (withdrawn.empty()) withdrawn = "0";
    if (ifs_) {
      out_ += fmt::format("    if ({0}ull & ~gone) {{ left{1} = 1; found{1} = 1; }}\n", ways, d);
      out_ += fmt::format("    else if (!({})) {{ conflict |= {}ull; found{} = 1; }}\n", withdrawn,
                          bit(d), d);
      return;
    }
    out_ += fmt::format("    uint64_t some{} = ({}ull & ~gone) != 0;\n", k, ways);
    out_ += fmt::format("    left{} |= stands & some{};\n", d, k);
    out_ +=
        fmt::format("    conflict |= (stands & ~some{} & ~(uint64_t){}) << {};\n", k, withdrawn, d);
    if (s_.first(d)) out_ += fmt::format("    found{} |= stands & ~(uint64_t){};\n", d, withdrawn);
  }

  const Source& s_;
  const gdlrt::Program& p_;
  Style style_;
  bool ifs_;
  Conditions conditions_;
  std::string out_;
};

}  // namespace

void write_rows(const Source& s, bool split, Written& out) {
  for (Style style : {Style::ifs, Style::flat}) {
    if (split) {
      write_parts(s, style, out);
    } else {
      out.files.push_back(
          {style == Style::ifs ? "if.cpp" : "flat.cpp", rows_head(s) + Small(s, style).run()});
    }
  }
}

}  // namespace gdl::bench
