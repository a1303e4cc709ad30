// Columns by hand: conditions on 64 rows at once by SIMD, and from there bits of words, or of lines of 512 rows. See by_hand.h.
#include <fmt/core.h>

#include <algorithm>

#include "by_hand_source.h"
#include "gdlrt/batch.h"

namespace gdl::bench {

using gdlrt::FactRow;
using gdlrt::NodeRow;
using gdlrt::Op;

namespace {

constexpr std::size_t kRules = 400;  // a file
constexpr std::size_t kChunk = 100;  // rules that are of no decision, a function

// Conditions on 64 rows.
constexpr const char* kLoad = R"(#include <immintrin.h>
static inline __m256i at(const void* p, size_t i) { return _mm256_loadu_si256((const __m256i*)((const char*)p + i)); }
struct Bits { uint64_t word; };
static inline uint64_t eq(const Bits* p, size_t w, int v) { return v != 0 ? p[w].word : ~p[w].word; }
)";
constexpr const char* kAvx2 = R"(static inline uint64_t word(__m256i a, __m256i b) {
  return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}
static inline uint64_t eq(const uint8_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi8((char)v);
  return word(_mm256_cmpeq_epi8(at(p, 64 * w), x), _mm256_cmpeq_epi8(at(p, 64 * w + 32), x));
}
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
  const __m128i up = _mm_cvtsi32_si128(63 - e);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_sll_epi64(at(p, 512 * w + 32 * k), up))) << 4 * k;
  return out;
}
static inline uint64_t is(const uint64_t* p, size_t w, uint64_t v) {
  const __m256i x = _mm256_set1_epi64x((long long)v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at(p, 512 * w + 32 * k), x))) << 4 * k;
  return out;
}
)";
constexpr const char* kAvx512 =
    R"(static inline __m512i wide(const void* p, size_t i) { return _mm512_loadu_si512((const char*)p + i); }
static inline uint64_t eq(const uint8_t* p, size_t w, int v) {
  return _mm512_cmpeq_epu8_mask(wide(p, 64 * w), _mm512_set1_epi8((char)v));
}
static inline uint64_t ge(const uint8_t* p, size_t w, int v) {
  return _mm512_cmpge_epu8_mask(wide(p, 64 * w), _mm512_set1_epi8((char)v));
}
static inline uint64_t ge(const int32_t* p, size_t w, int v) {
  const __m512i x = _mm512_set1_epi32(v);
  uint64_t out = 0;
  for (int k = 0; k < 4; ++k) out |= (uint64_t)_mm512_cmpge_epi32_mask(wide(p, 256 * w + 64 * k), x) << 16 * k;
  return out;
}
static inline uint64_t ge(const double* p, size_t w, double v) {
  const __m512d x = _mm512_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmp_pd_mask(_mm512_loadu_pd(p + 64 * w + 8 * k), x, _CMP_GE_OQ) << 8 * k;
  return out;
}
static inline uint64_t gt(const double* p, size_t w, double v) {
  const __m512d x = _mm512_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmp_pd_mask(_mm512_loadu_pd(p + 64 * w + 8 * k), x, _CMP_GT_OQ) << 8 * k;
  return out;
}
static inline uint64_t has(const uint64_t* p, size_t w, int e) {
  const __m512i x = _mm512_set1_epi64((long long)(1ull << e));
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_test_epi64_mask(wide(p, 512 * w + 64 * k), x) << 8 * k;
  return out;
}
static inline uint64_t is(const uint64_t* p, size_t w, uint64_t v) {
  const __m512i x = _mm512_set1_epi64((long long)v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmpeq_epi64_mask(wide(p, 512 * w + 64 * k), x) << 8 * k;
  return out;
}
)";
constexpr const char* kCount =
    R"(static inline uint64_t count(const uint64_t* p, size_t w, int lo, int hi) {
  uint64_t out = 0;
  for (int k = 0; k < 64; ++k) {
    int n = __builtin_popcountll(p[64 * w + k]);
    out |= (uint64_t)((n >= lo) & (n <= hi)) << k;
  }
  return out;
}
)";
// Bits of 64 rows, and where they go.
constexpr const char* kWord = R"(typedef uint64_t V;
static inline void put(uint64_t* const* out, size_t i, size_t w, V x) { out[i][w] = x; }
)";
// The same of 512, past the caches, as masks of large guidelines are large. (The header with the names of these instructions
// takes half a second to compile, and the files are many.)
constexpr const char* kLine = R"(typedef uint64_t V __attribute__((vector_size(64)));
typedef long long Half __attribute__((vector_size(32)));
typedef long long Whole __attribute__((vector_size(64)));
static inline void put(uint64_t* const* out, size_t i, size_t w, V x) {
  V* to = (V*)(out[i] + w);
#if defined(__clang__)
  __builtin_nontemporal_store(x, to);
#elif defined(__AVX512F__)
  __builtin_ia32_movntdq512((Whole*)to, (Whole)x);
#else
  const Whole y = (Whole)x;
  __builtin_ia32_movntdq256((Half*)to, __builtin_shufflevector(y, y, 0, 1, 2, 3));
  __builtin_ia32_movntdq256((Half*)to + 1, __builtin_shufflevector(y, y, 4, 5, 6, 7));
#endif
}
)";
// Sums of rows, digit by digit.
constexpr const char* kSums = R"(static inline void add(V* d, int n, V x, uint64_t points) {
  V carry = V{};
  for (int i = 0; i < n; ++i) {
    const V y = points >> i & 1 ? x : V{}, sum = d[i] ^ y, over = (d[i] & y) | (sum & carry);
    d[i] = sum ^ carry;
    carry = over;
  }
}
static inline V above(const V* d, int n, long long bound) {
  if (bound < 0) return ~V{};
  V more = V{}, equal = ~V{};
  for (int i = n; i-- > 0;) {
    const bool one = bound >> i & 1;
    if (!one) more |= equal & d[i];
    equal &= one ? d[i] : ~d[i];
  }
  return bound >> n != 0 ? V{} : more;
}
static inline V within(const V* d, int n, long long lo, long long hi) {
  return lo > hi ? V{} : above(d, n, lo - 1) & ~above(d, n, hi);
}
)";

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
      if (gdlrt::reads_value(p_.nodes[i])) slot_.emplace(i, slot_.size());
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
    const FactRow& f = p_.facts[n.a];
    switch (static_cast<Op>(n.op)) {
      case Op::set_has: return fmt::format("has(f{}, w, {})", n.a, n.b);
      case Op::set_is: return fmt::format("is(f{}, w, {}ull)", n.a, p_.masks[n.b]);
      case Op::set_count: return fmt::format("count(f{}, w, {}, {})", n.a, n.b, n.c);
      default: break;
    }
    auto from = [&](std::uint32_t c) {
      Source::Threshold t = s_.threshold(n.a, c);
      return fmt::format("{}(f{}, w, {})", t.beyond ? "gt" : "ge", n.a, t.literal);
    };
    std::string out;
    for (auto [c, end] : s_.runs(n)) {
      std::string run;
      if (f.cut_count == 0 && end == c + 1) {
        run = fmt::format("eq(f{}, w, {})", n.a, c);
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
      const gdlrt::RuleRow& row = p_.rules[r];
      std::string answers = s_.has(r, gdlrt::kHasNone) ? "~V{}" : "V{}";
      for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
           ++k) {
        if (!gdlrt::is_for(p_.directives[k].verb)) continue;
        const std::string withdrawn = s_.withdrawn(s_.advised(r, k), any_text(), "~");
        answers += withdrawn.empty() ? " | ~V{}" : " | ~" + withdrawn;
      }
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
    for (auto [node, slot] : slot_) by_fact[p_.nodes[node].a].push_back(node);
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
