// Columns by hand: conditions on 64 rows at once by SIMD, and from there bits of words, or of lines of 512 rows. See by_hand.h.
#include <fmt/core.h>

#include <algorithm>

#include "by_hand_simd.h"
#include "by_hand_source.h"
#include "gdlrt/batch.h"

namespace gdl::bench {

using gdlrt::FactRow;
using gdlrt::NodeRow;
using gdlrt::Op;

namespace {

constexpr std::size_t kRules = 400;  // a file
constexpr std::size_t kChunk = 100;  // rules that are of no decision, a function

class Writer {
 public:
  Writer(const Source& s, ColumnStyle style) : s_(s), p_(s.p), lines_(style == ColumnStyle::lines) {
    head_ = "#include <stdint.h>\n#include <stddef.h>\n";
    head_ += (lines_ ? kLine : kWord) + std::string(kSums) +
             "#define ARGS const V* __restrict leaf, V* __restrict s, size_t w, uint64_t* const* "
             "__restrict out\n";
    leaf_head_ = "#include <stdint.h>\n#include <stddef.h>\n" + std::string(kLoad);
    leaf_head_ +=
        lines_ ? std::string("#ifdef __AVX512BW__\n") + kAvx512 + "#else\n" + kAvx2 + "#endif\n"
               : kAvx2;
    leaf_head_ += kCount;
    List used = s_.impossible();
    for (const gdlrt::RuleRow& r : p_.rules) used.push_back(r.applies);
    for (const gdlrt::DecisionRow& d : p_.decisions) used.push_back(d.domain);
    used_ = s_.below(used);
    for (std::uint32_t i : used_) {
      if (s_.leaf(i)) slot_.emplace(i, slot_.size());
    }
    for (std::uint32_t r = 0; r < p_.rules.count; ++r) {
      if (s_.early(r)) early_.emplace(r, early_.size());
    }
    outputs_ = p_.rules.count + s_.answer.counts[1] + 4 * std::size_t{p_.decisions.count};
  }

  void run(Written& out) {
    if (lines_) {
      lines(out);
    } else {
      fused(out);
    }
  }

 private:
  // -- conditions -------------------------------------------------------------------------------------

  /// A node that reads a fact, as a word of 64 rows.
  std::string leaf(std::uint32_t i) const {
    const NodeRow& n = p_.nodes[i];
    switch (static_cast<Op>(n.op)) {
      case Op::set_has: return fmt::format("has(f{}, w, {})", n.a, n.b);
      case Op::set_is: return fmt::format("is(f{}, w, {}ull)", n.a, p_.masks[n.b]);
      case Op::set_count: return fmt::format("count(f{}, w, {}, {})", n.a, n.b, n.c);
      default: break;
    }
    const std::uint32_t fact = s_.fact(i);
    const FactRow& f = p_.facts[fact];
    auto from = [&](std::uint32_t c) {
      Source::Threshold t = s_.threshold(fact, c);
      return fmt::format("{}(f{}, w, {})", t.beyond ? "gt" : "ge", fact, t.literal);
    };
    std::string out;
    for (auto [c, end] : s_.runs(i)) {
      std::string run;
      if (f.cut_count == 0 && end == c + 1) {
        run = fmt::format("eq(f{}, w, {})", fact, c);
      } else {
        run = c == 0 ? "~0ull" : from(c);
        if (end < f.classes) run = "(" + run + " & ~" + from(end) + ")";
      }
      out += (out.empty() ? "" : " | ") + run;
    }
    return out.empty() ? "0ull" : out;
  }
  std::string column(std::uint32_t f) const {
    static constexpr const char* kTypes[] = {"",       "uint8_t",  "int32_t", "int64_t",
                                             "double", "uint64_t", "Bits"};
    return fmt::format("  const {0}* __restrict f{1} = (const {0}*)c[{1}];\n",
                       kTypes[s_.layout.fields[f].column], f);
  }

  std::string name(std::uint32_t i) const {
    auto at = slot_.find(i);
    return lines_ && at != slot_.end() ? fmt::format("leaf[{}]", at->second)
                                       : fmt::format("n{}", i);
  }
  /// Declares a node that reads no fact.
  std::string inner(std::uint32_t i) const {
    const NodeRow& n = p_.nodes[i];
    const Op op = static_cast<Op>(n.op);
    std::string out;
    switch (op) {
      case Op::constant: out = n.a != 0 ? "~V{}" : "V{}"; break;
      case Op::known: out = "~V{}"; break;
      case Op::negation: out = "~" + name(n.a); break;
      case Op::all:
      case Op::any:
        for (std::uint32_t k = 0; k < n.b; ++k)
          out += (k > 0 ? (op == Op::all ? " & " : " | ") : "") + name(p_.operands[n.a + k]);
        if (n.b == 0) out = op == Op::all ? "~V{}" : "V{}";
        break;
      default: return sum(i);
    }
    return fmt::format("    const V n{} = {};\n", i, out);
  }
  /// At least so many, or points: those below 0 count where the operand does not hold, from a start that is lower by them.
  std::string sum(std::uint32_t i) const {
    const NodeRow& n = p_.nodes[i];
    auto value = [&](std::uint32_t at) {
      return std::int64_t{static_cast<std::int32_t>(p_.operands[at])};
    };
    std::string adds;
    std::int64_t start = 0;
    std::int64_t most = 0;
    const bool score = static_cast<Op>(n.op) == Op::score;
    std::string digits = "##";
    for (std::uint32_t k = 0; k < n.b; ++k) {
      std::int64_t points = score ? value(n.a + 2 * k + 1) : 1;
      const std::string operand = name(p_.operands[n.a + (score ? 2 * k : k)]);
      if (points < 0) start += points;
      most += std::abs(points);
      adds += fmt::format(" add(d, ##, {}{}, {}ull);", points < 0 ? "~" : "", operand,
                          std::abs(points));
    }
    int width = 1;
    while (most >> width != 0) ++width;
    std::int64_t lo = score ? value(n.c) - start : std::int64_t{n.c};
    std::int64_t hi = score ? value(n.c + 1) - start : most;
    std::string out = fmt::format(
        "    V n{0};\n    {{ V d[##] = {{}};{1} n{0} = within(d, ##, {2}ll, {3}ll); }}\n", i, adds,
        lo, hi);
    for (std::size_t at = 0; (at = out.find(digits, at)) != std::string::npos;)
      out.replace(at, digits.size(), std::to_string(width));
    return out;
  }
  void nodes(const List& wanted) {
    for (std::uint32_t i : s_.below(wanted)) {
      if (!done_.insert(i).second || (slot_.count(i) > 0 && lines_)) continue;
      body_ += slot_.count(i) > 0 ? fmt::format("    const V n{} = {};\n", i, leaf(i)) : inner(i);
    }
  }

  // -- the steps --------------------------------------------------------------------------------------

  std::string stands(std::uint32_t r) const {
    return lines_ && s_.early(r) ? fmt::format("s[{}]", early_.at(r)) : fmt::format("s{}", r);
  }
  std::string any(const List& rules) const {
    std::string out;
    for (std::uint32_t r : rules) out += (out.empty() ? "(" : " | ") + stands(r);
    return out + ")";
  }
  Any any_text() const {
    return [this](const List& rules) { return any(rules); };
  }
  /// Rows that a constraint excludes are in no domain, and no safety rule is about them.
  std::string applies(std::uint32_t r) const {
    const gdlrt::RuleRow& row = p_.rules[r];
    return name(row.applies) + " & " +
           (row.decision == gdlrt::kNone ? possible() : fmt::format("d{}", row.decision));
  }
  std::string possible() const {
    if (p_.impossibles.count == 0) return "~V{}";
    return lines_ ? fmt::format("s[{}]", spare(p_.decisions.count)) : "possible";
  }
  /// Declares the domain of a decision, whose node is there.
  void domain(std::uint32_t d) {
    body_ += fmt::format("    const V d{} = {}{};\n", d, name(p_.decisions[d].domain),
                         p_.impossibles.count == 0 ? "" : " & " + possible());
  }
  /// Who is possible, of nodes that are there.
  std::string who_is_possible() const {
    std::string out;
    for (std::uint32_t i : s_.impossible()) out += (out.empty() ? "~(" : " | ") + name(i);
    return out + ")";
  }
  /// Where the decision's early rules have left whether any of its advice applies.
  std::size_t spare(std::uint32_t d) const { return early_.size() + d; }

  /// Declares a rule's a and s; those it hangs on are there.
  void rule(std::uint32_t r) {
    body_ += fmt::format("    const V a{} = {};\n", r, applies(r));
    std::string by;
    for (std::uint32_t o : s_.overridden(r)) by += " & ~" + stands(o);
    body_ += fmt::format("    const V s{0} = a{0}{1};\n    put(out, {0}, w, s{0});\n", r, by);
  }
  std::string gone(std::uint32_t w) {
    if (s_.gone(w).never()) return "V{}";
    if (named_.insert(w).second)
      body_ += fmt::format("    const V g{} = {};\n", w, Source::text(s_.gone(w), any_text()));
    return fmt::format("g{}", w);
  }

  /// Steps 3 to 5 for a decision whose rules' s are there; `applied`: that some advice of it applies.
  void decision(std::uint32_t d, const std::string& applied) {
    const List rules = s_.rules(d);
    const bool first = s_.first(d);
    auto kept = [&](const List& of) {
      std::string out;
      for (std::uint32_t r : of)
        out += (out.empty() ? "(" : " | ") + (first ? fmt::format("k{}", r) : stands(r));
      return of.empty() ? std::string("V{}") : out + ")";
    };
    if (first) choose_first(d, rules);
    for (const OfferBy& o : s_.offers(d)) {
      const std::string g = gone(o.way);
      body_ += fmt::format("    put(out, {}, w, {} & ~{});\n", p_.rules.count + o.offer,
                           kept(o.rules), g);
    }
    List nones;
    for (std::uint32_t r : rules) {
      if (s_.has(r, gdlrt::kHasNone)) nones.push_back(r);
    }
    std::string left = kept(nones);
    std::string conflict = "V{}";
    for (const Advised& a : s_.advised(d)) {
      std::string all = "~V{}";
      for (std::uint32_t w : a.ways) all += " & " + gone(w);
      const std::string withdrawn = s_.withdrawn(a, any_text(), "~");
      const std::string by = kept(a.rules);
      left += fmt::format(" | ({} & ~({}))", by, all);
      conflict +=
          fmt::format(" | ({} & {}{})", by, all, withdrawn.empty() ? "" : " & ~" + withdrawn);
    }
    const std::string domain = fmt::format("d{}", d);
    const std::size_t at = p_.rules.count + s_.answer.counts[1] + d;
    const std::size_t n = p_.decisions.count;
    body_ +=
        fmt::format("    const V e{0} = {1} & ~({2}), x{0} = {3};\n", d, domain, left, applied);
    body_ += fmt::format("    put(out, {}, w, {});\n", at, domain);
    body_ += fmt::format("    put(out, {}, w, e{} & ~x{});\n", at + n, d, d);
    body_ += fmt::format("    put(out, {}, w, e{} & x{});\n", at + 2 * n, d, d);
    body_ += fmt::format("    put(out, {}, w, {});\n", at + 3 * n, conflict);
  }
  void choose_first(std::uint32_t d, const List& rules) {
    body_ += fmt::format("    V found{} = V{{}};\n", d);
    for (std::uint32_t r : rules) {
      const std::string answers = s_.answers(r, any_text(), "V{}", "~V{}", "~");
      body_ += fmt::format("    const V k{0} = {1} & ~found{2};\n    found{2} |= {1} & ({3});\n", r,
                           stands(r), d, answers);
    }
  }
  std::string applied(const List& rules) const {
    std::string out = "V{}";
    for (std::uint32_t r : rules) {
      if (s_.has(r, gdlrt::kHasFor)) out += fmt::format(" | a{}", r);
    }
    return out;
  }
  List conditions(const List& rules, std::optional<std::uint32_t> d = {}) const {
    List out;
    for (std::uint32_t r : rules) out.push_back(p_.rules[r].applies);
    if (d) out.push_back(p_.decisions[*d].domain);
    return out;
  }

  // -- one loop ---------------------------------------------------------------------------------------

  static std::string exported(const char* name) {
    return fmt::format(
        "extern \"C\" __attribute__((visibility(\"default\"))) void {}(const void* const* c, "
        "size_t words, "
        "uint64_t* const* out) {{\n",
        name);
  }

  void fused(Written& out) {
    for (std::size_t i = 0; i < s_.layout.fields.size(); ++i)
      body_ += column(static_cast<std::uint32_t>(i));
    body_ += "  for (size_t w = 0; w < words; ++w) {\n";
    nodes(List(used_.begin(), used_.end()));
    if (p_.impossibles.count > 0)
      body_ += fmt::format("    const V possible = {};\n", who_is_possible());
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) domain(d);
    for (std::uint32_t r : p_.rule_order) rule(r);
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) decision(d, applied(s_.rules(d)));
    out.files.push_back(
        {"columns.cpp", leaf_head_ + head_ + exported("columns") + body_ + "  }\n}\n" + memory()});
  }

  // -- line by line -----------------------------------------------------------------------------------

  void begin(const char* kind, std::size_t number) {
    calls_.push_back(fmt::format("{}{}", kind, number));
    body_ = fmt::format("extern \"C\" void {}(ARGS) {{\n", calls_.back());
    done_.clear();
    named_.clear();
  }

  void lines(Written& out) {
    facts(out);
    Parts parts("columns", head_, kRules);
    if (p_.impossibles.count > 0) {
      begin("possible", 0);
      nodes(s_.impossible());
      body_ += fmt::format("    {} = {};\n", possible(), who_is_possible());
      parts.add(body_ + "}\n", p_.impossibles.count);
    }
    List safety;
    for (auto [r, slot] : early_) {
      if (p_.rules[r].decision == gdlrt::kNone) safety.push_back(r);
    }
    for (std::size_t at = 0; at < safety.size(); at += kChunk) {
      List some(safety.begin() + static_cast<std::ptrdiff_t>(at),
                safety.begin() + static_cast<std::ptrdiff_t>(std::min(at + kChunk, safety.size())));
      begin("safety", at / kChunk);
      nodes(conditions(some));
      for (std::uint32_t r : some) body_ += fmt::format("    {} = {};\n", stands(r), applies(r));
      parts.add(body_ + "}\n", some.size());
    }
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      if (!s_.early_decision(d)) continue;
      const List rules = s_.rules(d);
      begin("early", d);
      nodes(conditions(rules, d));
      domain(d);
      for (std::uint32_t r : rules)
        body_ +=
            fmt::format("    const V a{0} = {1};\n    {2} = a{0};\n", r, applies(r), stands(r));
      body_ += fmt::format("    s[{}] = {};\n", spare(d), applied(rules));
      parts.add(body_ + "}\n", rules.size());
    }
    overrides(parts);
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      const List rules = s_.rules(d);
      begin("decision", d);
      nodes(s_.early_decision(d) ? List{p_.decisions[d].domain} : conditions(rules, d));
      domain(d);
      if (!s_.early_decision(d)) {
        for (std::uint32_t r : rules) rule(r);
      }
      decision(d, s_.early_decision(d) ? fmt::format("s[{}]", spare(d)) : applied(rules));
      parts.add(body_ + "}\n", rules.size());
    }
    parts.end(out);
    out.files.push_back({"columns.cpp", main()});
  }

  void overrides(Parts& parts) {
    begin("overrides", 0);
    std::size_t count = 0;
    for (std::uint32_t r : p_.rule_order) {
      const List by = s_.overridden(r);
      if (!s_.early(r) || by.empty()) continue;
      body_ += fmt::format("    {} &= ~{};\n", stands(r), any(by));
      if (++count % kChunk != 0) continue;
      parts.add(body_ + "}\n", kChunk);
      begin("overrides", count);
    }
    parts.add(body_ + "}\n", count % kChunk);
  }

  /// A function for each fact: what conditions ask of it, each comparison once.
  void facts(Written& out) {
    Parts parts("facts", leaf_head_, kRules);
    parts.add(memory(), 0);
    std::map<std::uint32_t, List> by_fact;
    for (auto [node, slot] : slot_) by_fact[s_.fact(node)].push_back(node);
    for (const auto& [fact, list] : by_fact) {
      fact_calls_.push_back(fmt::format("fact{}", fact));
      std::string text = fmt::format(
          "extern \"C\" void fact{}(const void* const* c, size_t w, uint64_t* __restrict leaf) "
          "{{\n{}"
          "  for (size_t k = 0; k < 8; ++k, ++w, ++leaf) {{\n",
          fact, column(fact));
      for (std::uint32_t i : list)
        text += fmt::format("    const uint64_t n{} = {};\n", i, leaf(i));
      for (std::uint32_t i : list) text += fmt::format("    leaf[{}] = n{};\n", 8 * slot_.at(i), i);
      parts.add(text + "  }\n}\n", list.size());
    }
    parts.end(out);
  }

  std::string main() const {
    std::string out = "#include <stdlib.h>\n" + head_;
    for (const std::string& f : fact_calls_)
      out += fmt::format(
          "extern \"C\" void {}(const void* const* c, size_t w, uint64_t* __restrict leaf);\n", f);
    for (const std::string& f : calls_) out += fmt::format("extern \"C\" void {}(ARGS);\n", f);
    out += fmt::format("static const uint32_t early[] = {{");
    for (auto [r, slot] : early_) out += fmt::format("{},", r);
    out += "0};\n" + exported("columns");
    out += fmt::format(
        "  V* leaf = (V*)aligned_alloc(64, 64 * {}ull);\n  if (leaf == NULL) return;\n"
        "  V* s = leaf + {};\n  for (size_t w = 0; w + 8 <= words; w += 8) {{\n",
        slot_.size() + early_.size() + p_.decisions.count + 2, slot_.size());
    for (const std::string& f : fact_calls_)
      out += fmt::format("    {}(c, w, (uint64_t*)leaf);\n", f);
    bool stored = false;
    for (const std::string& f : calls_) {
      if (!stored && f.rfind("decision", 0) == 0) {
        out += fmt::format("    for (size_t i = 0; i < {}; ++i) put(out, early[i], w, s[i]);\n",
                           early_.size());
        stored = true;
      }
      out += fmt::format("    {}(leaf, s, w, out);\n", f);
    }
    return out + "  }\n  __builtin_ia32_sfence();\n  free(leaf);\n}\n";
  }

  /// What `columns` asks of the memory, and nothing else: every column is read, of what was read something goes to where each
  /// mask would, past the caches.
  std::string memory() const {
    std::string out = exported("memory") +
                      "  for (size_t w = 0; w + 8 <= words; w += 8) {\n"
                      "    __m256i x = _mm256_setzero_si256();\n";
    for (std::size_t i = 0; i < s_.layout.fields.size(); ++i) {
      const RecordLayout::Field& f = s_.layout.fields[i];
      std::size_t bytes = f.column == GDLRT_RAW_BITS ? 64 : 512 * f.size;
      out += fmt::format(
          "    for (size_t k = 0; k < {0}; k += 32) x = _mm256_xor_si256(x, at(c[{1}], w / 8 * {0} "
          "+ k));\n",
          bytes, i);
    }
    return out + fmt::format(R"(    for (size_t o = 0; o < {}; ++o) {{
      _mm256_stream_si256((__m256i*)(out[o] + w), x);
      _mm256_stream_si256((__m256i*)(out[o] + w + 4), x);
    }}
  }}
  _mm_sfence();
}}
)",
                             outputs_);
  }

  const Source& s_;
  const gdlrt::Program& p_;
  bool lines_;
  std::string head_, leaf_head_, body_;
  std::set<std::uint32_t> used_;                // nodes
  std::map<std::uint32_t, std::size_t> slot_;   // of nodes that read facts
  std::map<std::uint32_t, std::size_t> early_;  // rules
  std::size_t outputs_ = 0;                     // masks
  std::set<std::uint32_t> done_, named_;        // nodes and ways that the function in hand has
  std::vector<std::string> calls_, fact_calls_;
};

}  // namespace

void write_columns(const Source& s, ColumnStyle style, Written& out) { Writer(s, style).run(out); }

}  // namespace gdl::bench
