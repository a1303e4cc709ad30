// Model to program: see image.h, and docs/bytecode.md for what the rows mean.
//
// Conditions become one circuit of shared nodes, each after its operands. What an evaluation would have to
// look for at run time - which bans match a way, which parameters reach it - is worked out here once.
#include <sha256.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string_view>
#include <unordered_map>

#include "emit/image.h"
#include "support/word_key.h"

namespace gdl::emit {

using namespace sema;
using gdlrt::kNone;
using gdlrt::Op;

namespace {

std::uint32_t u32(std::size_t n) { return static_cast<std::uint32_t>(n); }

/// One pool of NUL-ended texts; offset 0 is the empty text.
class Pool {
 public:
  explicit Pool(std::vector<std::uint8_t>& bytes) : bytes_(bytes) { bytes_.push_back(0); }
  std::uint32_t add(const std::string& s) {
    if (s.empty()) return 0;
    auto [it, fresh] = at_.emplace(s, u32(bytes_.size()));
    if (fresh) {
      bytes_.insert(bytes_.end(), s.begin(), s.end());
      bytes_.push_back(0);
    }
    return it->second;
  }

 private:
  std::vector<std::uint8_t>& bytes_;
  std::unordered_map<std::string, std::uint32_t> at_;
};

struct Range {
  std::uint32_t first = 0, count = 0;
};

class Lowering {
 public:
  Lowering(const space::Tables& tables, const SourceMap& sources, const Options& options)
      : t_(tables),
        m_(tables.model),
        sources_(sources),
        options_(options),
        names_(out_.names),
        texts_(texts_bytes_) {}

  Image run() {
    out_.flags =
        (options_.unchecked ? gdlrt::kUnchecked : 0u) | (options_.strip ? gdlrt::kStripped : 0u);
    hash();
    out_.guideline.push_back({names_.add(m_.name), names_.add(m_.version), text(m_.title),
                              text(m_.status), text(m_.updated), text(m_.disclaimer)});
    node_of_.resize(m_.conds.size(), kNone);
    for (const Fact& f : m_.facts) fact(f);
    for (const Impossible& i : m_.impossibles) {
      std::uint32_t n = node(i.when);
      out_.impossibles.push_back({n, text(i.because), text(source_text(m_.conds[i.when].span)),
                                  options_.strip ? kNone : span(i.span)});
    }
    for (const Action& a : m_.actions) {
      Range s = says(a.says);
      out_.actions.push_back({names_.add(a.name), text(a.label), s.first, s.count});
    }
    parameters();
    ways();
    decisions();
    rules();
    exclusives();
    accepts();
    references();
    used_facts();
    if (!options_.strip) out_.texts = std::move(texts_bytes_);
    return std::move(out_);
  }

 private:
  std::uint32_t text(const std::string& s) { return options_.strip ? 0 : texts_.add(s); }

  /// SHA-256 over all sources in the order read: of path and text the length, as eight bytes on every machine, then both.
  void hash() {
    SHA2_CTX context;
    SHA256Init(&context);
    auto add = [&](std::string_view s) {
      const std::uint64_t size = s.size();
      std::uint8_t bytes[8];
      for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(size >> (8 * i));
      SHA256Update(&context, bytes, sizeof bytes);
      SHA256Update(&context, reinterpret_cast<const std::uint8_t*>(s.data()), s.size());
    };
    for (SourceId id : m_.sources) {
      add(path(id));
      add(sources_.file(id).text);
    }
    SHA256Final(out_.source_hash, &context);
  }

  /// The path of a source relative to the main file: where that lies is no part of the program. A library that
  /// came from elsewhere goes by its own name.
  std::string path(SourceId id) const {
    const std::string& main = sources_.file(m_.sources[0]).path;
    const std::string& path = sources_.file(id).path;
    std::size_t slash = main.rfind('/');
    std::size_t root = slash == std::string::npos ? 0 : slash + 1;
    bool inside = path.compare(0, root, main, 0, root) == 0 && path.compare(root, 1, "/") != 0 &&
                  path.compare(root, 3, "../") != 0;
    return path.substr(inside ? root : path.rfind('/') + 1);
  }

  /// The author's words in one line, without comments.
  std::string source_text(Span span) const {
    std::string out;
    if (!span.valid()) return out;
    char quote = 0;
    bool comment = false;
    bool space = false;
    for (char c : sources_.text(span)) {
      if (c == '\n') comment = false;
      if (quote == 0 && c == '#') comment = true;
      if (comment || (quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))) {
        space = true;
        continue;
      }
      if (quote == 0 ? c == '"' || c == '\'' : c == quote) quote = quote == 0 ? c : '\0';
      if (space && !out.empty()) out += ' ';
      space = false;
      out += c;
    }
    return out;
  }

  std::uint32_t number(const Rational& r) {
    gdlrt::NumberRow row{};
    r.to_words(row.word);
    auto [it, fresh] = numbers_.emplace(std::vector<std::uint32_t>(row.word, row.word + 18),
                                        u32(out_.numbers.size()));
    if (fresh) out_.numbers.push_back(row);
    return it->second;
  }
  std::uint32_t mask(const Bits& b) {
    auto [it, fresh] = masks_.emplace(b.words(), u32(out_.masks.size()));
    if (fresh) out_.masks.insert(out_.masks.end(), b.words().begin(), b.words().end());
    return it->second;
  }
  Range operands(const std::vector<std::uint32_t>& words) {
    if (words.empty()) return {};
    auto [it, fresh] = operands_.emplace(words, u32(out_.operands.size()));
    if (fresh) out_.operands.insert(out_.operands.end(), words.begin(), words.end());
    return {it->second, u32(words.size())};
  }
  template <class Tag>
  Range ids(const std::vector<Id<Tag>>& list) {
    std::vector<std::uint32_t> words;
    for (Id<Tag> id : list) words.push_back(id.value);
    return operands(words);
  }

  Range enumerators(const std::vector<Enumerator>& list) {
    Range r{u32(out_.enumerators.size()), u32(list.size())};
    for (const Enumerator& e : list)
      out_.enumerators.push_back({names_.add(e.name), text(e.label)});
    return r;
  }

  Range says(const std::vector<Say>& list) {
    if (options_.strip || list.empty()) return {};
    Range r{u32(out_.says.size()), u32(list.size())};
    for (const Say& s : list) out_.says.push_back({text(s.audience), text(s.locale), text(s.text)});
    return r;
  }

  void fact(const Fact& f) {
    FactId id(out_.facts.size());
    gdlrt::FactRow row{};
    row.name = names_.add(f.name);
    row.label = text(f.label);
    row.kind = static_cast<std::uint32_t>(f.kind);
    row.flags = (f.ordered ? gdlrt::kOrdered : 0u) |
                (f.knownness_tested ? gdlrt::kKnownnessTested : 0u) |
                (f.default_value.has_value() ? gdlrt::kHasDefault : 0u) |
                (f.unit.quoted ? gdlrt::kUnitQuoted : 0u);
    Range e = enumerators(f.enumerators);
    row.enum_first = e.first;
    row.enum_count = e.count;
    row.classes = u32(t_.classes.count(id));
    row.lo = row.hi = row.default_number = kNone;
    row.unit = names_.add(f.unit.text);
    if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
      row.lo = number(f.lo);
      row.hi = number(f.hi);
      row.cut_first = u32(out_.cuts.size());
      const std::vector<space::Interval>& intervals = t_.classes.intervals(id);
      for (std::size_t i = 1; i < intervals.size(); ++i) {
        out_.cuts.push_back({number(intervals[i].lo), intervals[i].lo_closed ? 0u : 1u});
      }
      row.cut_count = u32(intervals.size() - 1);
    }
    if (f.default_value.has_value()) {
      const Value& v = *f.default_value;
      if (f.kind == FactKind::set) {
        row.default_set[0] = static_cast<std::uint32_t>(v.set);
        row.default_set[1] = static_cast<std::uint32_t>(v.set >> 32);
      } else {
        row.default_class = u32(t_.classes.class_of(id, v));
        if (row.lo != kNone) row.default_number = number(v.number);
      }
    }
    out_.facts.push_back(row);
  }

  // -- conditions ------------------------------------------------------------------------------------

  std::uint32_t add(Op op, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0) {
    std::array<std::uint32_t, 4> key{static_cast<std::uint32_t>(op), a, b, c};
    auto [it, fresh] = nodes_.emplace(key, u32(out_.nodes.size()));
    if (fresh) out_.nodes.push_back({key[0], a, b, c});
    return it->second;
  }
  std::uint32_t negate(std::uint32_t n) {
    const gdlrt::NodeRow& row = out_.nodes[n];
    if (row.op == static_cast<std::uint32_t>(Op::negation)) return row.a;
    if (row.op == static_cast<std::uint32_t>(Op::constant)) return add(Op::constant, 1 - row.a);
    return add(Op::negation, n);
  }
  std::uint32_t group(Op op, std::vector<std::uint32_t> list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    if (list.size() == 1) return list[0];
    if (list.empty()) return add(Op::constant, op == Op::all ? 1 : 0);
    Range r = operands(list);
    return add(op, r.first, r.count);
  }

  std::uint32_t node(CondId id) {
    std::uint32_t& memo = node_of_[id.value];
    if (memo != kNone) return memo;
    std::uint32_t n = make(m_.conds[id]);
    node_of_[id.value] = n;
    return n;
  }

  std::uint32_t make(const Cond& c) {
    switch (c.kind) {
      case CondKind::constant: return add(Op::constant, c.flag ? 1 : 0);
      case CondKind::fact_in:
      case CondKind::fact_compare: {
        Bits classes = t_.classes.of(c);
        if (classes.none()) return add(Op::constant, 0);
        if (classes.all()) return add(Op::constant, 1);
        return add(Op::value_in, c.fact.value, mask(classes));
      }
      case CondKind::set_includes: return add(Op::set_has, c.fact.value, c.index);
      case CondKind::set_equals: return add(Op::set_is, c.fact.value, mask(c.mask));
      case CondKind::set_count: {
        auto [lo, hi, negated] = bounds(
            c.op, c.count, 0, static_cast<std::int64_t>(m_.facts[c.fact].enumerators.size()));
        if (lo > hi) return add(Op::constant, negated ? 1 : 0);
        std::uint32_t n = add(Op::set_count, c.fact.value, static_cast<std::uint32_t>(lo),
                              static_cast<std::uint32_t>(hi));
        return negated ? negate(n) : n;
      }
      case CondKind::known: return add(Op::known, c.fact.value);
      case CondKind::def_true: return node(m_.definitions[c.def].when);
      case CondKind::def_in: {
        std::vector<std::uint32_t> list;
        for (std::size_t i = 0; i < c.mask.size(); ++i) {
          if (c.mask.test(i)) list.push_back(alternative(c.def, i));
        }
        return group(Op::any, std::move(list));
      }
      case CondKind::score_compare: return score(c);
      case CondKind::negation: return negate(node(c.children[0]));
      case CondKind::all:
      case CondKind::any: {
        std::vector<std::uint32_t> list;
        for (CondId child : c.children) list.push_back(node(child));
        return group(c.kind == CondKind::all ? Op::all : Op::any, std::move(list));
      }
      case CondKind::at_least: {
        // Repetitions count: the list is kept as it is.
        if (c.count <= 0) return add(Op::constant, 1);
        if (c.count > static_cast<std::int64_t>(c.children.size())) return add(Op::constant, 0);
        std::vector<std::uint32_t> list;
        for (CondId child : c.children) list.push_back(node(child));
        Range r = operands(list);
        return add(Op::at_least, r.first, r.count, static_cast<std::uint32_t>(c.count));
      }
    }
    return kNone;
  }

  struct Bounds {
    std::int64_t lo, hi;
    bool negated;
  };
  /// `x op n` for lo <= x <= hi as a closed range, or as the negation of one.
  static Bounds bounds(CmpOp op, std::int64_t n, std::int64_t lo, std::int64_t hi) {
    Bounds b{lo, hi, op == CmpOp::ne};
    switch (op) {
      case CmpOp::eq:
      case CmpOp::ne: b.lo = b.hi = n; break;
      case CmpOp::lt: b.hi = n - 1; break;
      case CmpOp::le: b.hi = n; break;
      case CmpOp::gt: b.lo = n + 1; break;
      case CmpOp::ge: b.lo = n; break;
    }
    b.lo = std::max(b.lo, lo);
    b.hi = std::min(b.hi, hi);
    return b;
  }

  std::uint32_t alternative(DefId def, std::size_t index) {
    const Definition& d = m_.definitions[def];
    if (d.alternatives[index].when.valid()) return node(d.alternatives[index].when);
    std::vector<std::uint32_t> others;
    for (const Alternative& a : d.alternatives) {
      if (a.when.valid()) others.push_back(node(a.when));
    }
    return negate(group(Op::any, std::move(others)));
  }

  /// The points of each condition of a score, those of the scores that it adds included: a condition that
  /// counts by several ways counts once, with all its points.
  const std::map<std::uint32_t, std::int64_t>& score_items(DefId def) {
    auto it = scores_.find(def.value);
    if (it != scores_.end()) return it->second;
    std::map<std::uint32_t, std::int64_t> items;
    for (const ScoreItem& i : m_.definitions[def].items) {
      if (i.plus.valid()) {
        for (const auto& [n, points] : score_items(i.plus)) items[n] += points;
      } else {
        items[node(i.when)] += i.points;
      }
    }
    return scores_.emplace(def.value, std::move(items)).first->second;
  }

  std::uint32_t score(const Cond& c) {
    const Definition& d = m_.definitions[c.def];
    Bounds b = bounds(c.op, c.count, d.min, d.max);
    if (b.lo > b.hi) return add(Op::constant, b.negated ? 1 : 0);
    std::vector<std::uint32_t> items;
    for (const auto& [n, points] : score_items(c.def)) {
      items.push_back(n);
      items.push_back(static_cast<std::uint32_t>(static_cast<std::int32_t>(points)));
    }
    Range r = operands(items);
    Range limits = operands({static_cast<std::uint32_t>(static_cast<std::int32_t>(b.lo)),
                             static_cast<std::uint32_t>(static_cast<std::int32_t>(b.hi))});
    std::uint32_t n = add(Op::score, r.first, r.count / 2, limits.first);
    return b.negated ? negate(n) : n;
  }

  void used_facts() {
    for (const gdlrt::NodeRow& n : out_.nodes) {
      switch (static_cast<Op>(n.op)) {
        case Op::value_in:
        case Op::set_has:
        case Op::set_is:
        case Op::set_count: out_.facts[n.a].flags |= gdlrt::kUsed; break;
        default: break;
      }
    }
  }

  // -- actions ---------------------------------------------------------------------------------------

  void parameters() {
    for (std::size_t i = 0; i < m_.params.size(); ++i) {
      ParamId id(i);
      const Parameter& p = m_.params[id];
      gdlrt::ParamRow row{};
      row.name = names_.add(p.name);
      row.action = p.action.value;
      row.kind = static_cast<std::uint32_t>(p.kind);
      Range e = enumerators(p.enumerators);
      row.enum_first = e.first;
      row.enum_count = e.count;
      row.classes = u32(t_.param_classes.count(id));
      row.unit = names_.add(p.unit.text);
      if (p.kind != FactKind::enumeration) {
        row.interval_first = u32(out_.intervals.size());
        for (const space::Interval& v : t_.param_classes.intervals(id)) {
          out_.intervals.push_back(
              {number(v.lo), number(v.hi),
               (v.lo_closed ? gdlrt::kLoClosed : 0u) | (v.hi_closed ? gdlrt::kHiClosed : 0u)});
        }
      }
      row.setting_first = u32(out_.param_uses.size());
      for (const space::Tables::ParamUse& u : t_.settings(id)) {
        out_.param_uses.push_back({u.use.rule.value, u32(i), mask(u.values)});
      }
      row.setting_count = u32(out_.param_uses.size()) - row.setting_first;
      out_.params.push_back(row);
    }
  }

  void ways() {
    for (std::size_t i = 0; i < m_.ways.size(); ++i) {
      WayId id(i);
      gdlrt::WayRow row{};
      Range leaves = ids(m_.ways[id].leaves);
      row.leaf_first = leaves.first;
      row.leaf_count = leaves.count;
      std::vector<RuleId> bans;
      for (const space::Tables::Use& u : t_.bans(id)) {
        if (bans.empty() || bans.back() != u.rule) bans.push_back(u.rule);
      }
      Range b = ids(bans);
      row.ban_first = b.first;
      row.ban_count = b.count;
      Range q = ids(t_.params(id));
      row.param_first = q.first;
      row.param_count = q.count;
      row.param_ban_first = u32(out_.param_uses.size());
      for (const auto& [param, use] : t_.param_bans(id)) {
        out_.param_uses.push_back({use.use.rule.value, param.value, mask(use.values)});
      }
      row.param_ban_count = u32(out_.param_uses.size()) - row.param_ban_first;
      out_.ways.push_back(row);
    }
  }

  // -- decisions and rules ---------------------------------------------------------------------------

  void decisions() {
    for (const Decision& d : m_.decisions) {
      std::uint32_t domain = node(d.domain);
      Range r = ids(d.rules);
      Range s = says(d.says);
      out_.decisions.push_back(
          {names_.add(d.name), text(d.title), domain, static_cast<std::uint32_t>(d.choose),
           d.partial ? gdlrt::kPartial : 0u, r.first, r.count, s.first, s.count});
    }
  }

  std::uint32_t span(Span s) {
    Position begin = sources_.begin(s);
    Position end = sources_.end(s);
    out_.spans.push_back({text(path(s.file)), begin.line, begin.column, end.line, end.column});
    return u32(out_.spans.size() - 1);
  }

  void rules() {
    for (const Rule& r : m_.rules) {
      gdlrt::RuleRow row{};
      row.decision = r.decision.valid() ? r.decision.value : kNone;
      std::vector<std::uint32_t> parts = {node(r.when)};
      if (r.unless.valid()) parts.push_back(negate(node(r.unless)));
      row.applies = group(Op::all, std::move(parts));
      row.flags = (r.has_for ? gdlrt::kHasFor : 0u) | (r.has_none ? gdlrt::kHasNone : 0u) |
                  (r.has_against ? gdlrt::kHasAgainst : 0u);
      Range over = ids(r.overridden_by);
      row.overridden_first = over.first;
      row.overridden_count = over.count;
      Range yields = ids(r.yields_to);
      row.yields_first = yields.first;
      row.yields_count = yields.count;
      row.strength = names_.add(r.strength);
      row.evidence = names_.add(r.evidence);
      row.directive_first = u32(out_.directives.size());
      row.directive_count = u32(r.directives.size());
      for (const Directive& d : r.directives) directive(d);
      out_.rules.push_back(row);
      if (options_.strip) continue;
      Range cites{u32(out_.cites.size()), u32(r.cites.size())};
      for (const Cite& c : r.cites) out_.cites.push_back({c.reference.value, text(c.at)});
      Range s = says(r.says);
      out_.rule_texts.push_back({text(r.name), text(r.title), text(r.because), cites.first,
                                 cites.count, s.first, s.count, span(r.span)});
    }
    for (RuleId id : override_order(m_)) out_.rule_order.push_back(id.value);
  }

  void directive(const Directive& d) {
    std::vector<std::uint32_t> list;
    if (d.verb == Verb::caution) {
      for (WayId w : t_.advised) {
        if (matches(m_, w, d.what)) list.push_back(w.value);
      }
    } else {
      for (WayId w : d.what.ways) list.push_back(w.value);
    }
    Range ways = operands(list);
    out_.directives.push_back({static_cast<std::uint32_t>(d.verb), names_.add(d.what.text),
                               names_.add(d.over.text), ways.first, ways.count,
                               names_.add(d.because)});
  }

  void exclusives() {
    for (const Exclusive& x : m_.exclusives) {
      std::vector<std::uint32_t> sides[2];
      for (WayId w : t_.advised) {
        if (matches(m_, w, x.first)) sides[0].push_back(w.value);
        if (matches(m_, w, x.second)) sides[1].push_back(w.value);
      }
      Range a = operands(sides[0]);
      Range b = operands(sides[1]);
      out_.exclusives.push_back({a.first, a.count, b.first, b.count});
    }
  }

  void accepts() {
    for (const Accept& a : m_.accepts) {
      std::uint32_t n = node(a.when);
      out_.accepts.push_back({static_cast<std::uint32_t>(a.kind), a.decision.value,
                              a.first.valid() ? a.first.value : kNone,
                              a.second.valid() ? a.second.value : kNone, n, text(a.because)});
    }
  }

  void references() {
    if (options_.strip) return;
    for (const Reference& r : m_.references) {
      out_.references.push_back({text(r.id), text(r.title), text(r.publisher), text(r.url),
                                 static_cast<std::uint32_t>(r.year)});
    }
  }

  const space::Tables& t_;
  const Model& m_;
  const SourceMap& sources_;
  const Options& options_;
  Image out_;
  std::vector<std::uint8_t> texts_bytes_;
  Pool names_, texts_;
  std::vector<std::uint32_t> node_of_;
  std::map<WordKey<std::uint32_t>, std::uint32_t> numbers_, operands_;
  std::map<WordKey<std::uint64_t>, std::uint32_t> masks_;
  std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> scores_;  // by definition
  std::map<std::array<std::uint32_t, 4>, std::uint32_t> nodes_;
};

}  // namespace

Image lower(const space::Tables& tables, const SourceMap& sources, const Options& options) {
  return Lowering(tables, sources, options).run();
}

}  // namespace gdl::emit
