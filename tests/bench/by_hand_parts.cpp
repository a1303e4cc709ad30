// One record of a large guideline by hand: a function for each decision, in many files. What the answers of others hang on
// comes first: whether the patient is possible, safety rules, and the rules of decisions that override or ban. Then each decision goes by itself, and ends at
// once if it is not about the patient.
#include <fmt/core.h>

#include "by_hand_rows.h"

namespace gdl::bench {

namespace {

// So many rules a file compile fast enough, and many enough that compiling side by side helps.
constexpr std::size_t kRules = 400;
constexpr std::size_t kChunk = 100;  // rules that are of no decision, a function

class Writer {
 public:
  Writer(const Source& s, Style style)
      : s_(s),
        p_(s.p),
        ifs_(style == Style::ifs),
        name_(ifs_ ? "if" : "flat"),
        conditions_(s, style),
        head_(rows_head(s) + kMacros),
        parts_(name_, head_, kRules) {}

  void run(Written& out) {
    impossible();
    List safety;
    for (std::uint32_t r = 0; r < p_.rules.count; ++r) {
      if (p_.rules[r].decision == gdlrt::kNone) safety.push_back(r);
    }
    for (std::size_t at = 0; at < safety.size(); at += kChunk) {
      List some(safety.begin() + static_cast<std::ptrdiff_t>(at),
                safety.begin() + static_cast<std::ptrdiff_t>(std::min(at + kChunk, safety.size())));
      begin("s", at / kChunk);
      conditions(some);
      body_ += "}\n";
      end(some);
    }
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      if (!s_.early_decision(d)) continue;
      const List rules = s_.rules(d);
      begin("e", d);
      domain(d);
      conditions(rules, d);
      body_ += "}\n";
      end(rules, d);
    }
    overrides();
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) decision(d);
    parts_.end(out);
    out.files.push_back({fmt::format("{}.cpp", name_), main()});
  }

 private:
  static constexpr const char* kMacros =
      "#define ARGS const Record* __restrict p, uint64_t* __restrict o\n";

  [[nodiscard]] std::size_t word(std::size_t kind, std::uint32_t i) const {
    return s_.answer.first[kind] + i / 64;
  }
  [[nodiscard]] std::string set(std::size_t kind, std::uint32_t i) const {
    return fmt::format("o[{}] |= {}ull;", word(kind, i), bit(i));
  }
  [[nodiscard]] std::size_t spare(std::uint32_t d) const { return s_.answer.spare + d / 64; }
  [[nodiscard]] std::string any(const List& rules) const { return any_bit("o", 0, rules); }
  [[nodiscard]] Any any_text() const {
    return [this](const List& rules) { return any(rules); };
  }
  [[nodiscard]] List applies(const List& rules) const {
    List out;
    for (std::uint32_t r : rules) out.push_back(p_.rules[r].applies);
    return out;
  }
  void begin(const char* kind, std::size_t number) {
    calls_.push_back(fmt::format("{}_{}{}", name_, kind, number));
    body_ += fmt::format("extern \"C\" void {}(ARGS) {{\n", calls_.back());
    done_.clear();
  }
  void end(const List& rules, std::optional<std::uint32_t> d = {}, std::size_t more = 0) {
    List nodes = applies(rules);
    if (d) nodes.push_back(p_.decisions[*d].domain);
    parts_.add(body_, rules.size() + more,
               ifs_ ? conditions_.helpers(nodes) : std::map<std::uint32_t, std::string>{});
    body_.clear();
  }

  /// Where no branch is wanted each node is a variable, computed once.
  void variables(const List& nodes) {
    if (ifs_) return;
    for (std::uint32_t i : s_.below(nodes)) {
      if (!done_.insert(i).second) continue;
      body_ += fmt::format("  const unsigned n{} = {};\n", i, conditions_.step(i));
    }
  }
  [[nodiscard]] std::string holds(std::uint32_t node) const {
    return ifs_ ? conditions_.node(node) : fmt::format("n{}", node);
  }

  void domain(std::uint32_t d) {
    const std::uint32_t node = p_.decisions[d].domain;
    variables({node});
    body_ += fmt::format("  if (!({})) return;\n  {}\n", holds(node), set(2, d));
  }

  /// A function of its own, of which the others hear nothing.
  void impossible() {
    const std::string none = conditions_.impossible();
    if (none.empty()) return;
    checked_ = true;
    body_ = fmt::format("extern \"C\" bool {}_impossible(const Record* p) {{ return {}; }}\n",
                        name_, none);
    parts_.add(body_, p_.impossibles.count, conditions_.helpers(s_.impossible()));
    body_.clear();
  }

  /// Early rules: those that apply, and of a decision whether one of them advises something.
  void conditions(const List& rules, std::optional<std::uint32_t> d = {}) {
    variables(applies(rules));
    if (ifs_) {
      for (std::uint32_t r : rules) {
        const bool fors = d && s_.has(r, gdlrt::kHasFor);
        body_ += fmt::format("  if ({}) {{ {}", holds(p_.rules[r].applies), set(0, r));
        if (fors) body_ += fmt::format(" o[{}] |= {}ull;", spare(*d), bit(*d));
        body_ += " }\n";
      }
      return;
    }
    words("a", rules);
    for (std::size_t w : words_of(rules)) body_ += fmt::format("  o[{0}] |= a{0};\n", w);
    if (!d) return;
    body_ += fmt::format("  o[{}] |= (uint64_t){} << {};\n", spare(*d), own("a", fors_of(rules)),
                         *d % 64);
  }
  [[nodiscard]] List fors_of(const List& rules) const {
    List out;
    for (std::uint32_t r : rules) {
      if (s_.has(r, gdlrt::kHasFor)) out.push_back(r);
    }
    return out;
  }
  static std::set<std::size_t> words_of(const List& rules) {
    std::set<std::size_t> out;
    for (std::uint32_t r : rules) out.insert(r / 64);
    return out;
  }
  /// Words of the rules' conditions, in variables.
  void words(const char* name, const List& rules) {
    for (std::size_t w : words_of(rules)) {
      std::string all;
      for (std::uint32_t r : rules) {
        if (r / 64 == w)
          all += fmt::format("{}(uint64_t)n{} << {}", all.empty() ? "" : " | ", p_.rules[r].applies,
                             r % 64);
      }
      body_ += fmt::format("  uint64_t {}{} = {};\n", name, w, all);
    }
  }
  /// One of these rules has its bit in variables such as x3.
  static std::string own(const char* name, const List& rules) {
    std::map<std::size_t, std::uint64_t> words;
    for (std::uint32_t r : rules) words[r / 64] |= bit(r);
    std::string out;
    for (auto [w, mask] : words)
      out += fmt::format("{}({}{} & {}ull)", out.empty() ? "" : " | ", name, w, mask);
    return words.empty() ? "0" : "((" + out + ") != 0)";
  }

  /// Early rules that others keep from standing, each after these.
  void overrides() {
    List some;
    auto write = [&] {
      if (some.empty()) return;
      begin("o", some.front());
      for (std::uint32_t r : some) {
        const std::string by = any(s_.overridden(r));
        body_ += ifs_ ? fmt::format("  if ({}) o[{}] &= ~{}ull;\n", by, r / 64, bit(r))
                      : fmt::format("  o[{}] &= ~((uint64_t){} << {});\n", r / 64, by, r % 64);
      }
      body_ += "}\n";
      end({}, {}, some.size());
      some.clear();
    };
    for (std::uint32_t r : p_.rule_order) {
      if (!s_.early(r) || p_.rules[r].overridden_count == 0) continue;
      some.push_back(r);
      if (some.size() == kChunk) write();
    }
    write();
  }

  void decision(std::uint32_t d) {
    const List rules = s_.rules(d);
    const bool early = s_.early_decision(d);
    begin("d", d);
    if (early) {
      body_ += fmt::format("  if (!(o[{}] & {}ull)) return;\n", word(2, d), bit(d));
    } else {
      domain(d);
    }
    if (ifs_) {
      by_ifs(d, rules, early);
    } else {
      without_branches(d, rules, early);
    }
    body_ += "}\n";
    end(rules, d);
  }

  // -- with ifs ---------------------------------------------------------------------------------------

  void by_ifs(std::uint32_t d, const List& rules, bool early) {
    const bool first = s_.first(d);
    body_ += fmt::format("  bool left = 0{}{};\n", first ? ", found = 0" : "",
                         early ? "" : ", applied = 0");
    for (std::uint32_t r : rules) {
      std::string effect = effects(d, r, first);
      if (first) effect = "if (!found) { " + effect + "}";
      if (early) {
        body_ += fmt::format("  if (o[{}] & {}ull) {{ {}}}\n", r / 64, bit(r), effect);
        continue;
      }
      effect = set(0, r) + " " + effect;
      const List by = s_.overridden(r);
      if (!by.empty()) effect = fmt::format("if (!{}) {{ {}}}", any(by), effect);
      if (s_.has(r, gdlrt::kHasFor)) effect = "applied = 1; " + effect;
      body_ += fmt::format("  if ({}) {{ {}}}\n", holds(p_.rules[r].applies), effect);
    }
    const std::string applied =
        early ? fmt::format("o[{}] & {}ull", spare(d), bit(d)) : std::string("applied");
    body_ += fmt::format("  if (!left) {{ if ({}) {{ {} }} else {{ {} }} }}\n", applied, set(4, d),
                         set(3, d));
  }

  /// What a rule does that stands.
  std::string effects(std::uint32_t d, std::uint32_t r, bool first) {
    const gdlrt::RuleRow& row = p_.rules[r];
    const std::string found = first ? " found = 1;" : "";
    std::string out;
    if (s_.has(r, gdlrt::kHasNone)) out += "left = 1;" + found + " ";
    for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
         ++k) {
      if (!gdlrt::is_for(p_.directives[k].verb)) continue;
      const Advised a = s_.advised(r, k);
      bool stays = false;  // some way that nothing takes away
      for (std::uint32_t w : a.ways) stays = stays || s_.gone(w).never();
      out += stays ? "" : "{ bool some = 0; ";
      for (std::uint32_t i = 0; i < a.ways.size(); ++i) {
        const std::string gone = Source::text(s_.gone(a.ways[i]), any_text());
        const std::string offer = set(1, s_.offer(k, i));
        out += gone.empty() ? offer + " "
               : stays      ? fmt::format("if (!{}) {} ", gone, offer)
                            : fmt::format("if (!{}) {{ {} some = 1; }} ", gone, offer);
      }
      if (stays) {
        out += "left = 1;" + found + " ";
        continue;
      }
      std::string conflict = set(5, d) + found;
      const std::string withdrawn = s_.withdrawn(a, any_text(), "!");
      if (!withdrawn.empty()) conflict = fmt::format("if (!{}) {{ {} }}", withdrawn, conflict);
      out += fmt::format("if (some) {{ left = 1;{} }} else {{ {} }} }} ", found, conflict);
    }
    return out;
  }

  // -- without branches -------------------------------------------------------------------------------

  void without_branches(std::uint32_t d, const List& rules, bool early) {
    std::string applied;
    if (early) {
      applied = fmt::format("((o[{}] & {}ull) != 0)", spare(d), bit(d));
      for (std::size_t w : words_of(rules))
        body_ += fmt::format("  const uint64_t x{0} = o[{0}];\n", w);
    } else {
      variables(applies(rules));
      words("a", rules);
      for (std::size_t w : words_of(rules)) {
        std::string by;
        for (std::uint32_t r : rules) {
          if (r / 64 == w && p_.rules[r].overridden_count > 0)
            by += fmt::format(" & ~((uint64_t){} << {})", any(s_.overridden(r)), r % 64);
        }
        body_ += fmt::format("  const uint64_t x{0} = a{0}{1};\n  o[{0}] |= x{0};\n", w, by);
      }
      applied = own("a", fors_of(rules));
    }
    const char* kept = "x";
    if (s_.first(d)) {
      first(rules);
      kept = "k";
    }
    std::set<std::uint32_t> named;  // ways
    auto gone = [&](std::uint32_t w) -> std::string {
      if (s_.gone(w).never()) return "0";
      if (named.insert(w).second)
        body_ +=
            fmt::format("  const unsigned g{} = {};\n", w, Source::text(s_.gone(w), any_text()));
      return fmt::format("g{}", w);
    };
    std::map<std::size_t, std::string> offers;  // by word
    for (const OfferBy& o : s_.offers(d)) {
      const std::string g = gone(o.way);
      std::string& to = offers[word(1, o.offer)];
      to += fmt::format("{}(uint64_t)({}{}) << {}", to.empty() ? "" : " | ", own(kept, o.rules),
                        g == "0" ? "" : fmt::format(" & ({} ^ 1)", g), o.offer % 64);
    }
    for (const auto& [w, text] : offers) body_ += fmt::format("  o[{}] |= {};\n", w, text);
    List nones;
    for (std::uint32_t r : rules) {
      if (s_.has(r, gdlrt::kHasNone)) nones.push_back(r);
    }
    std::string left = own(kept, nones);
    std::string conflict = "0";
    for (const Advised& a : s_.advised(d)) {
      std::string all;
      bool stays = false;
      for (std::uint32_t w : a.ways) {
        stays = stays || s_.gone(w).never();
        all += (all.empty() ? "" : " & ") + gone(w);
      }
      const std::string by = own(kept, a.rules);
      if (stays) {
        left += " | " + by;
        continue;
      }
      left += fmt::format(" | ({} & (({}) ^ 1))", by, all);
      const std::string withdrawn = s_.withdrawn(a, any_text(), "!");
      conflict +=
          fmt::format(" | ({} & {}{})", by, all, withdrawn.empty() ? "" : " & !" + withdrawn);
    }
    body_ += fmt::format("  const unsigned empty = !({}), applied = {};\n", left, applied);
    auto put = [&](std::size_t kind, const std::string& what) {
      body_ += fmt::format("  o[{}] |= (uint64_t)({}) << {};\n", word(kind, d), what, d % 64);
    };
    put(3, "empty & (applied ^ 1)");
    put(4, "empty & applied");
    if (conflict != "0") put(5, conflict);
  }

  /// `choose first`: of the words x what stands before any other has answered, in words k.
  void first(const List& rules) {
    for (std::size_t w : words_of(rules)) body_ += fmt::format("  uint64_t k{} = 0;\n", w);
    body_ += "  unsigned found = 0;\n";
    for (std::uint32_t r : rules) {
      body_ += fmt::format(
          "  {{ const unsigned s = x{0} >> {1} & 1; k{0} |= (uint64_t)(s & (found ^ 1)) << {1};",
          r / 64, r % 64);
      const std::string answers = s_.answers(r, any_text(), "0", "1", "!");
      body_ += fmt::format(" found |= s & ({}); }}\n", answers);
    }
  }

  // ---------------------------------------------------------------------------------------------------

  std::string main() const {
    std::string out = head_;
    for (const std::string& c : calls_) out += fmt::format("extern \"C\" void {}(ARGS);\n", c);
    if (checked_) out += fmt::format("extern \"C\" bool {}_impossible(const Record* p);\n", name_);
    out += fmt::format(
        "extern \"C\" __attribute__((visibility(\"default\"))) void all_{}(ARGS) {{\n"
        "  __builtin_memset(o, 0, {} * sizeof *o);\n",
        name_, s_.answer.size);
    if (checked_) out += fmt::format("  if ({}_impossible(p)) return;\n", name_);
    for (const std::string& c : calls_) out += fmt::format("  {}(p, o);\n", c);
    return out + "}\n";
  }

  const Source& s_;
  const gdlrt::Program& p_;
  bool ifs_;
  std::string name_;
  Conditions conditions_;
  std::string head_;
  Parts parts_;
  std::string body_;
  bool checked_ = false;  // there are constraints
  std::vector<std::string> calls_;
  std::set<std::uint32_t> done_;  // nodes that are variables of the function in hand
};

}  // namespace

void write_parts(const Source& s, Style style, Written& out) { Writer(s, style).run(out); }

}  // namespace gdl::bench
