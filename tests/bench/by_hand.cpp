// Writing C++ for a program: see by_hand.h.
#include "by_hand.h"

#include <fmt/core.h>

#include "gdlrt/batch.h"
#include "gdlrt/record.h"

namespace gdl::bench {

using gdlrt::FactRow;
using gdlrt::NodeRow;
using gdlrt::Op;

namespace {

enum class Style { ifs, flat, columns };

class Writer {
 public:
  Writer(const gdlrt::Program& p, const RecordLayout& layout,
         const std::vector<std::uint32_t>& offer_of)
      : p_(p), offer_of_(offer_of), layout_(layout) {
    std::size_t at = 0;
    for (const gdlrt::DirectiveRow& d : p.directives) {
      first_slot_.push_back(at);
      if (gdlrt::is_for(d.verb)) at += d.way_count;
    }
  }

  [[nodiscard]] bool fits() const {
    if (p_.rules.count > 64 || p_.decisions.count > 64 || p_.ways.count > 64) return false;
    for (const gdlrt::WayRow& w : p_.ways) {
      if (w.param_ban_count > 0) return false;
      for (std::uint32_t q : p_.range(w.param_first, w.param_count)) {
        if (p_.params[q].setting_count > 0) return false;
      }
    }
    for (const NodeRow& n : p_.nodes) {
      Op op = static_cast<Op>(n.op);
      if (op == Op::known || op == Op::score || op == Op::at_least || op == Op::set_count)
        return false;
    }
    return true;
  }

  std::string run() {
    out_ = "#include <stdint.h>\n#include <stddef.h>\n#include <immintrin.h>\n";
    out_ += "struct Answer { uint64_t rules, offers, domain, gap, stranded, conflict; };\n";
    record();
    leaves();
    for (bool all : {false, true}) {
      for (Style style : {Style::ifs, Style::flat}) function(style, all);
    }
    columns();
    memory();
    return out_;
  }

 private:
  void record() {
    out_ += "struct Record {\n";
    for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
      static constexpr const char* kTypes[] = {"",        "uint8_t", "int32_t",
                                               "int64_t", "double",  "uint64_t"};
      out_ += fmt::format("  {} f{};\n", kTypes[layout_.fields[i].raw], i);
    }
    out_ += "};\n";
  }

  /// A threshold of the fact: the comparison with which a field reaches it, and the literal. Whole fields reach a fraction
  /// at the next whole number.
  struct Threshold {
    bool beyond;
    std::string literal;
  };
  Threshold threshold(std::uint32_t fact, std::uint32_t c) {
    const FactRow& f = p_.facts[fact];
    if (f.cut_count == 0) return {false, std::to_string(c)};
    const gdlrt::CutRow& cut = p_.cuts[f.cut_first + c - 1];
    gdlrt::num::Rational r = p_.number(cut.number);
    if (layout_.fields[fact].raw == GDLRT_RAW_F64) return {cut.after != 0, number(r, true)};
    if (cut.after != 0) (void)gdlrt::num::add(r.floor(), gdlrt::num::Rational::from_int(1), r);
    return {false, number(r.ceil(), false)};
  }
  static std::string number(const gdlrt::num::Rational& r, bool real) {
    char text[gdlrt::num::kMaxFormat];
    std::string out(text, gdlrt::num::format(r, text, sizeof text));
    return real && out.find('.') == std::string::npos ? out + ".0" : out;
  }

  /// value >= where class c begins; `v` names the value.
  std::string begins(std::uint32_t fact, std::uint32_t c, const std::string& v) {
    Threshold t = threshold(fact, c);
    return fmt::format("{} {} {}", v, t.beyond ? ">" : ">=", t.literal);
  }
  std::string ends(std::uint32_t fact, std::uint32_t c, const std::string& v) {
    Threshold t = threshold(fact, c);
    return fmt::format("{} {} {}", v, t.beyond ? "<=" : "<", t.literal);
  }

  /// A condition on one fact's value.
  std::string value_in(const NodeRow& n, Style style) {
    const FactRow& f = p_.facts[n.a];
    std::string v = fmt::format("p->f{}", n.a);
    std::string out;
    auto in = [&](std::uint32_t c) { return gdlrt::mask_test(p_.masks.data + n.b, c); };
    const char* both = style == Style::ifs ? " && " : " & ";
    for (std::uint32_t c = 0; c < f.classes;) {
      if (!in(c)) {
        ++c;
        continue;
      }
      std::uint32_t end = c + 1;
      while (end < f.classes && in(end)) ++end;
      std::string run;
      if (f.cut_count == 0 && end == c + 1) {
        run = fmt::format("{} == {}", v, c);
      } else if (c == 0 && end == f.classes) {
        run = "1";
      } else if (c == 0) {
        run = ends(n.a, end, v);
      } else if (end == f.classes) {
        run = begins(n.a, c, v);
      } else {
        run = fmt::format("({}){}({})", begins(n.a, c, v), both, ends(n.a, end, v));
      }
      out += (out.empty() ? "(" : style == Style::ifs ? " || (" : " | (") + run + ")";
      c = end;
    }
    return out.empty() ? "0" : "(" + out + ")";
  }

  std::string node(std::uint32_t i, Style style) {
    const NodeRow& n = p_.nodes[i];
    bool ifs = style == Style::ifs;
    switch (static_cast<Op>(n.op)) {
      case Op::constant: return n.a != 0 ? "1" : "0";
      case Op::value_in: return value_in(n, style);
      case Op::set_has: return fmt::format("(p->f{} >> {} & 1)", n.a, n.b);
      case Op::set_is: return fmt::format("(p->f{} == {}ull)", n.a, p_.masks[n.b]);
      case Op::negation: return ifs ? "!" + node(n.a, style) : "(" + node(n.a, style) + " ^ 1)";
      case Op::all:
      case Op::any: {
        bool all = static_cast<Op>(n.op) == Op::all;
        std::string out;
        for (std::uint32_t k = 0; k < n.b; ++k) {
          const char* with = ifs ? (all ? " && " : " || ") : (all ? " & " : " | ");
          out += (k > 0 ? with : "") + node(p_.operands[n.a + k], style);
        }
        return n.b == 0 ? (all ? "1" : "0") : "(" + out + ")";
      }
      default: return "0";
    }
  }

  void function(Style style, bool all) {
    bool ifs = style == Style::ifs;
    const char* name = ifs ? "if" : "flat";
    if (all) {
      out_ += fmt::format("extern \"C\" void all_{}(const Record* p, Answer* out) {{\n", name);
    } else {
      out_ += fmt::format("extern \"C\" uint64_t rules_{}(const Record* p) {{\n", name);
    }
    out_ += "  uint64_t domain = 0, rules = 0;\n";
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      std::string c = node(p_.decisions[d].domain, style);
      out_ += ifs ? fmt::format("  if ({}) domain |= {}ull;\n", c, std::uint64_t{1} << d)
                  : fmt::format("  domain |= (uint64_t){} << {};\n", c, d);
    }
    for (std::uint32_t r = 0; r < p_.rules.count; ++r) {
      const gdlrt::RuleRow& row = p_.rules[r];
      std::string c = node(row.applies, style);
      std::string domain =
          row.decision == gdlrt::kNone ? "1" : fmt::format("(domain >> {} & 1)", row.decision);
      out_ +=
          ifs ? fmt::format("  if ({} && {}) rules |= {}ull;\n", domain, c, std::uint64_t{1} << r)
              : fmt::format("  rules |= ((uint64_t){} & {}) << {};\n", c, domain, r);
    }
    if (all) out_ += "  uint64_t applies = rules;\n";
    for (std::uint32_t r : p_.rule_order) {
      std::uint64_t by = 0;
      const gdlrt::RuleRow& row = p_.rules[r];
      for (std::uint32_t o : p_.range(row.overridden_first, row.overridden_count))
        by |= std::uint64_t{1} << o;
      if (by == 0) continue;
      out_ +=
          ifs ? fmt::format("  if (rules & {}ull) rules &= ~{}ull;\n", by, std::uint64_t{1} << r)
              : fmt::format("  rules &= ~((uint64_t)((rules & {}ull) != 0) << {});\n", by, r);
    }
    if (!all) {
      out_ += "  return rules;\n}\n";
      return;
    }
    steps(style);
  }

  static std::uint64_t bit(std::uint32_t i) { return std::uint64_t{1} << i; }

  void steps(Style style) {
    bool ifs = style == Style::ifs;
    out_ += "  uint64_t gone = 0, offers = 0, gap = 0, stranded = 0, conflict = 0;\n";
    for (std::uint32_t w = 0; w < p_.ways.count; ++w) {
      std::uint64_t by = 0;
      for (std::uint32_t b : p_.range(p_.ways[w].ban_first, p_.ways[w].ban_count)) by |= bit(b);
      if (by == 0) continue;
      out_ += ifs ? fmt::format("  if (rules & {}ull) gone |= {}ull;\n", by, bit(w))
                  : fmt::format("  gone |= (uint64_t)((rules & {}ull) != 0) << {};\n", by, w);
    }
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      const gdlrt::DecisionRow& dec = p_.decisions[d];
      bool first = static_cast<gdlrt::Choose>(dec.choose) == gdlrt::Choose::first;
      std::uint64_t fors = 0;
      std::uint64_t nones = 0;
      out_ += fmt::format("  uint64_t left{0} = 0, found{0} = 0;\n", d);
      for (std::uint32_t r : p_.range(dec.rule_first, dec.rule_count)) {
        const gdlrt::RuleRow& row = p_.rules[r];
        if ((row.flags & gdlrt::kHasFor) != 0) fors |= bit(r);
        if ((row.flags & gdlrt::kHasNone) != 0) nones |= bit(r);
        std::uint64_t yields = 0;
        for (std::uint32_t y : p_.range(row.yields_first, row.yields_count)) yields |= bit(y);
        if (!ifs && first) special_ = true;
        out_ += ifs ? fmt::format("  if (rules & {}ull{}) {{\n", bit(r),
                                  first ? fmt::format(" && !found{}", d) : "")
                    : "  {\n";
        if (!ifs) out_ += fmt::format("    uint64_t stands = rules >> {} & 1;\n", r);
        if (ifs && (row.flags & gdlrt::kHasNone) != 0)
          out_ += fmt::format("    left{0} = 1; found{0} = 1;\n", d);
        for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
             ++k) {
          const gdlrt::DirectiveRow& dir = p_.directives[k];
          if (!gdlrt::is_for(dir.verb)) continue;
          std::size_t slot = first_slot_[k];
          std::uint64_t ways = 0;
          std::string all_gone = "1";
          for (std::uint32_t w : p_.range(dir.way_first, dir.way_count)) {
            ways |= bit(w);
            std::uint64_t by = 0;
            for (std::uint32_t b : p_.range(p_.ways[w].ban_first, p_.ways[w].ban_count))
              by |= bit(b);
            all_gone += fmt::format(" & ((rules & {}ull) != 0)", by & yields);
            std::uint32_t offer = offer_of_[slot++];
            out_ +=
                ifs ? fmt::format("    if (!(gone & {}ull)) offers |= {}ull;\n", bit(w), bit(offer))
                    : fmt::format("    offers |= (stands & ~(gone >> {})) << {};\n", w, offer);
          }
          if (ifs) {
            out_ +=
                fmt::format("    if ({0}ull & ~gone) {{ left{1} = 1; found{1} = 1; }}\n", ways, d);
            std::string withdrawn = yields == 0 ? "0" : all_gone;
            out_ += fmt::format("    else if (!({})) {{ conflict |= {}ull; found{} = 1; }}\n",
                                withdrawn, bit(d), d);
          } else {
            out_ += fmt::format("    uint64_t some{} = ({}ull & ~gone) != 0;\n", k, ways);
            out_ += fmt::format("    left{} |= stands & some{};\n", d, k);
            std::string withdrawn = yields == 0 ? "0" : "(uint64_t)(" + all_gone + ")";
            out_ +=
                fmt::format("    conflict |= (stands & ~some{} & ~{}) << {};\n", k, withdrawn, d);
          }
        }
        out_ += "  }\n";
      }
      if (ifs) {
        out_ += fmt::format(
            "  if ((domain & {}ull) && !left{}) {{ if (applies & {}ull) stranded |= {}ull; else "
            "gap |= {}ull; }}\n",
            bit(d), d, fors, bit(d), bit(d));
      } else {
        if (nones != 0) out_ += fmt::format("  left{} |= (rules & {}ull) != 0;\n", d, nones);
        out_ += fmt::format(
            "  uint64_t empty{0} = domain >> {0} & ~left{0} & 1, some{0}_ = (applies & {1}ull) != "
            "0;\n",
            d, fors);
        out_ += fmt::format(
            "  gap |= (empty{0} & ~some{0}_) << {0}; stranded |= (empty{0} & some{0}_) << {0};\n",
            d);
      }
    }
    out_ += "  *out = {rules, offers, domain, gap, stranded, conflict};\n}\n";
  }

  // -- columns ---------------------------------------------------------------------------------------

  void leaves() {
    out_ += R"(
static inline __m256i at(const void* p, size_t i) { return _mm256_loadu_si256((const __m256i*)((const char*)p + i)); }
static inline uint64_t word(__m256i a, __m256i b) {
  return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}
static inline uint64_t eq(const uint8_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi8((char)v);
  return word(_mm256_cmpeq_epi8(at(p, 64 * w), x), _mm256_cmpeq_epi8(at(p, 64 * w + 32), x));
}
struct Bits { uint64_t word; };
static inline uint64_t eq(const Bits* p, size_t w, int v) { return v != 0 ? p[w].word : ~p[w].word; }
static inline uint64_t ge(const uint8_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi8((char)v), a = at(p, 64 * w), b = at(p, 64 * w + 32);
  return word(_mm256_cmpeq_epi8(_mm256_max_epu8(a, x), a), _mm256_cmpeq_epi8(_mm256_max_epu8(b, x), b));
}
static inline uint64_t ge(const int32_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi32(v - 1);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(at(p, 256 * w + 32 * k), x))) << 8 * k;
  return out;
}
static inline uint64_t ge(const double* p, size_t w, double v) {
  __m256d x = _mm256_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(p + 64 * w + 4 * k), x, _CMP_GE_OQ)) << 4 * k;
  return out;
}
static inline uint64_t gt(const double* p, size_t w, double v) {
  __m256d x = _mm256_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(p + 64 * w + 4 * k), x, _CMP_GT_OQ)) << 4 * k;
  return out;
}
static inline uint64_t has(const uint64_t* p, size_t w, int e) {
  uint64_t out = 0;
  for (int k = 0; k < 64; ++k) out |= (p[64 * w + k] >> e & 1) << k;
  return out;
}
)";
  }

  std::string class_from(const NodeRow& n, std::uint32_t c) {
    Threshold t = threshold(n.a, c);
    return fmt::format("{}(f{}, w, {})", t.beyond ? "gt" : "ge", n.a, t.literal);
  }

  std::string column_node(std::uint32_t i) {
    const NodeRow& n = p_.nodes[i];
    switch (static_cast<Op>(n.op)) {
      case Op::constant: return n.a != 0 ? "~0ull" : "0ull";
      case Op::set_has: return fmt::format("has(f{}, w, {})", n.a, n.b);
      case Op::negation: return fmt::format("~n{}", n.a);
      case Op::all:
      case Op::any: {
        bool all = static_cast<Op>(n.op) == Op::all;
        std::string out;
        for (std::uint32_t k = 0; k < n.b; ++k)
          out += fmt::format("{}n{}", k > 0 ? (all ? " & " : " | ") : "", p_.operands[n.a + k]);
        return n.b == 0 ? (all ? "~0ull" : "0ull") : out;
      }
      case Op::value_in: break;
      default: return "0ull";
    }
    const FactRow& f = p_.facts[n.a];
    std::string out;
    for (std::uint32_t c = 0; c < f.classes;) {
      auto in = [&](std::uint32_t k) { return gdlrt::mask_test(p_.masks.data + n.b, k); };
      if (!in(c)) {
        ++c;
        continue;
      }
      std::uint32_t end = c + 1;
      while (end < f.classes && in(end)) ++end;
      std::string run;
      if (f.cut_count == 0 && end == c + 1) {
        run = fmt::format("eq(f{}, w, {})", n.a, c);
      } else {
        run = c == 0 ? "~0ull" : class_from(n, c);
        if (end < f.classes) run = "(" + run + " & ~" + class_from(n, end) + ")";
      }
      out += (out.empty() ? "" : " | ") + run;
      c = end;
    }
    return out.empty() ? "0ull" : out;
  }

  /// One loop over words of rows, everything in it.
  void columns() {
    out_ +=
        "extern \"C\" void columns(const void* const* c, size_t words, uint64_t* const* out) {\n";
    for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
      static constexpr const char* kTypes[] = {"",       "uint8_t",  "int32_t", "int64_t",
                                               "double", "uint64_t", "Bits"};
      const char* t = kTypes[layout_.fields[i].column];
      out_ += fmt::format("  const {0}* f{1} = (const {0}*)c[{1}];\n", t, i);
    }
    out_ += "  for (size_t w = 0; w < words; ++w) {\n";
    for (std::uint32_t i = 0; i < p_.nodes.count; ++i)
      out_ += fmt::format("    const uint64_t n{} = {};\n", i, column_node(i));
    for (std::uint32_t r = 0; r < p_.rules.count; ++r) {
      const gdlrt::RuleRow& row = p_.rules[r];
      std::string domain = row.decision == gdlrt::kNone
                               ? "~0ull"
                               : fmt::format("n{}", p_.decisions[row.decision].domain);
      out_ += fmt::format("    const uint64_t a{} = n{} & {};\n", r, row.applies, domain);
    }
    for (std::uint32_t r : p_.rule_order) {
      std::string by;
      for (std::uint32_t o : p_.range(p_.rules[r].overridden_first, p_.rules[r].overridden_count))
        by += fmt::format(" & ~s{}", o);
      out_ += fmt::format("    const uint64_t s{0} = a{0}{1};\n", r, by);
      out_ += fmt::format("    out[{0}][w] = s{0};\n", r);
    }
    for (std::uint32_t w = 0; w < p_.ways.count; ++w) {
      std::string by = "0ull";
      for (std::uint32_t b : p_.range(p_.ways[w].ban_first, p_.ways[w].ban_count))
        by += fmt::format(" | s{}", b);
      out_ += fmt::format("    const uint64_t g{} = {};\n", w, by);
    }
    std::uint32_t offers = 0;
    for (std::uint32_t o : offer_of_) offers = std::max(offers, o + 1);
    std::vector<std::string> offer(offers, "0ull");
    std::string marks;
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      std::string left = "0ull";
      std::string conflict = "0ull";
      std::string fors = "0ull";
      const gdlrt::DecisionRow& dec = p_.decisions[d];
      if (static_cast<gdlrt::Choose>(dec.choose) == gdlrt::Choose::first) special_ = true;
      for (std::uint32_t r : p_.range(dec.rule_first, dec.rule_count)) {
        const gdlrt::RuleRow& row = p_.rules[r];
        if ((row.flags & gdlrt::kHasFor) != 0) fors += fmt::format(" | a{}", r);
        if ((row.flags & gdlrt::kHasNone) != 0) left += fmt::format(" | s{}", r);
        for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
             ++k) {
          const gdlrt::DirectiveRow& dir = p_.directives[k];
          if (!gdlrt::is_for(dir.verb)) continue;
          std::size_t slot = first_slot_[k];
          std::string gone = "~0ull";
          std::string withdrawn = "~0ull";
          for (std::uint32_t w : p_.range(dir.way_first, dir.way_count)) {
            offer[offer_of_[slot++]] += fmt::format(" | (s{} & ~g{})", r, w);
            gone += fmt::format(" & g{}", w);
            std::string by = "0ull";
            for (std::uint32_t b : p_.range(p_.ways[w].ban_first, p_.ways[w].ban_count)) {
              for (std::uint32_t y : p_.range(row.yields_first, row.yields_count)) {
                if (y == b) by += fmt::format(" | s{}", b);
              }
            }
            withdrawn += " & (" + by + ")";
          }
          left += fmt::format(" | (s{} & ~({}))", r, gone);
          conflict += fmt::format(" | (s{} & {} & ~({}))", r, gone, withdrawn);
        }
      }
      std::string domain = fmt::format("n{}", dec.domain);
      std::size_t at = p_.rules.count + offers + d;
      std::size_t n = p_.decisions.count;
      marks += fmt::format("    const uint64_t e{0} = {1} & ~({2}), x{0} = {3};\n", d, domain, left,
                           fors);
      marks += fmt::format("    out[{}][w] = {};\n", at, domain);
      marks += fmt::format("    out[{}][w] = e{} & ~x{};\n", at + n, d, d);
      marks += fmt::format("    out[{}][w] = e{} & x{};\n", at + 2 * n, d, d);
      marks += fmt::format("    out[{}][w] = {};\n", at + 3 * n, conflict);
    }
    for (std::size_t o = 0; o < offer.size(); ++o)
      out_ += fmt::format("    out[{}][w] = {};\n", p_.rules.count + o, offer[o]);
    out_ += marks + "  }\n}\n";
    outputs_ = p_.rules.count + offers + 4 * std::size_t{p_.decisions.count};
  }

  /// What `columns` asks of the memory, and nothing else: every column is read, of what was read something goes to where each
  /// mask would, past the caches.
  void memory() {
    out_ += R"(
extern "C" void memory(const void* const* c, size_t words, uint64_t* const* out) {
  for (size_t w = 0; w + 8 <= words; w += 8) {
    __m256i x = _mm256_setzero_si256();
)";
    for (std::size_t i = 0; i < layout_.fields.size(); ++i) {
      const RecordLayout::Field& f = layout_.fields[i];
      std::size_t bytes = f.column == GDLRT_RAW_BITS ? 64 : 512 * f.size;
      out_ += fmt::format(
          "    for (size_t k = 0; k < {0}; k += 32) x = _mm256_xor_si256(x, at(c[{1}], w / 8 * {0} "
          "+ k));\n",
          bytes, i);
    }
    out_ += fmt::format(R"(    for (size_t o = 0; o < {}; ++o) {{
      _mm256_stream_si256((__m256i*)(out[o] + w), x);
      _mm256_stream_si256((__m256i*)(out[o] + w + 4), x);
    }}
  }}
  _mm_sfence();
}}
)",
                        outputs_);
  }

 public:
  /// `choose first` is written with `if`s only.
  bool special_ = false;

 private:
  const gdlrt::Program& p_;
  const std::vector<std::uint32_t>& offer_of_;
  const RecordLayout& layout_;
  std::vector<std::size_t> first_slot_;  // by directive, in offer_of_
  std::size_t outputs_ = 0;              // masks of `columns`
  std::string out_;
};

}  // namespace

std::optional<std::string> by_hand(const gdlrt::Program& p, const RecordLayout& layout,
                                   const std::vector<std::uint32_t>& offer_of) {
  Writer writer(p, layout, offer_of);
  if (!writer.fits()) return std::nullopt;
  std::string out = writer.run();
  if (writer.special_) return std::nullopt;
  return out;
}

}  // namespace gdl::bench
