// See items.h. Directives that say the same are put together first: what bans and settings leave of a way does not
// hang on the rule that advises it.
#include "space/items.h"
#include "support/word_key.h"

#include <algorithm>
#include <tuple>

namespace gdl::space {

using namespace sema;

namespace {

auto key(const ItemWay& w) {
  std::vector<std::pair<std::uint32_t, WordKey<std::uint64_t>>> params;
  for (const auto& [p, left] : w.params) params.emplace_back(p.value, left.words());
  return std::pair(w.way.value, params);
}

class Lister {
 public:
  Lister(const Tables& t, Scope& s, Node within)
      : t_(t), m_(t.model), s_(s), g_(s.diagram()), within_(within) {}

  Items run(DecisionId d) {
    Item outside;
    outside.kind = ItemKind::does_not_apply;
    add(std::move(outside), g_.minus(within_, s_.domain(d)));
    Found whole;  // *for*s of which something is left, with all of their ways
    for (RuleId r : m_.decisions[d].rules) {
      const Rule& rule = m_.rules[r];
      for (const Directive& dir : rule.directives) {
        if (dir.verb != Verb::caution && !is_against(dir.verb)) continue;
        add(warning(t_, rule, dir), g_.both(within_, s_.stands(r)));
      }
      const Node kept = g_.both(within_, s_.kept(r));
      if (!kept.valid() || kept == kFalse) continue;
      Item said;
      said.strength = rule.strength;
      said.evidence = rule.evidence;
      if (rule.has_none) {
        said.kind = ItemKind::none;
        add(said, kept);
      }
      for (std::size_t k = 0; k < rule.directives.size(); ++k) {
        const Directive& dir = rule.directives[k];
        if (!is_for(dir.verb)) continue;
        said.verb = dir.verb;
        said.ways.clear();
        for (WayId w : dir.what.ways) said.ways.push_back({w, {}});
        std::sort(said.ways.begin(), said.ways.end(),
                  [](const ItemWay& a, const ItemWay& b) { return a.way < b.way; });
        said.kind = ItemKind::conflict;
        add(said, g_.both(kept, s_.conflict(r, k)));
        said.kind = ItemKind::withdrawn;
        add(said, g_.both(kept, s_.withdrawn(r, k)));
        said.kind = ItemKind::offer;
        put(whole, said, g_.both(kept, s_.left(r, k)));
      }
    }
    for (const auto& [item, sets] : whole) split(item, g_.either(sets));
    preferences(d);
    Items out;
    for (auto& [item, sets] : found_) out.emplace(item, g_.either(std::move(sets)));
    return out;
  }

 private:
  /// The sets of an item, to be put together at the end: many small ones cost less at once than one by one.
  using Found = std::map<Item, std::vector<Node>, ItemLess>;

  static void put(Found& found, const Item& item, Node set) {
    if (set.valid() && set != kFalse) found[item].push_back(set);
  }
  void add(const Item& item, Node set) { put(found_, item, set); }

  /// One item for each part of the ways and values that is left to somebody of the set.
  void split(const Item& item, Node set) {
    struct Piece {
      std::vector<ItemWay> ways;
      Node set;
    };
    std::vector<Piece> pieces = {{{}, set}};
    for (const ItemWay& w : item.ways) {
      const Node gone = s_.removed(w.way, Scope::Bans::all, {});
      std::vector<Piece> next;
      for (Piece& p : pieces) {
        const Node without = g_.both(p.set, gone);
        const Node with = g_.minus(p.set, gone);
        if (s_.exhausted()) return;
        if (without != kFalse) next.push_back({p.ways, without});
        if (with == kFalse) continue;
        for (auto& [params, left] : values(w.way, with)) {
          next.push_back({p.ways, left});
          next.back().ways.push_back({w.way, std::move(params)});
        }
        if (s_.exhausted()) return;
      }
      pieces = std::move(next);
    }
    for (Piece& p : pieces) {
      Item part = item;
      part.ways = std::move(p.ways);
      add(part, p.set);
    }
  }

  using Values = std::vector<std::pair<ParamId, Bits>>;
  /// What is left of the parameters of a way, and to whom of the set.
  std::vector<std::pair<Values, Node>> values(WayId w, Node set) {
    std::vector<std::pair<Values, Node>> out = {{{}, set}};
    for (ParamId p : t_.params(w)) {
      const std::size_t classes = t_.param_classes.count(p);
      for (auto& piece : out) piece.first.emplace_back(p, Bits(classes, true));
      for (std::size_t c = 0; c < classes; ++c) {
        const Node gone = s_.value_gone(p, w, c);
        if (gone == kFalse) continue;
        std::vector<std::pair<Values, Node>> next;
        for (auto& [left, to] : out) {
          const Node with = g_.minus(to, gone);
          const Node without = g_.both(to, gone);
          if (s_.exhausted()) return {};
          if (with != kFalse) next.emplace_back(left, with);
          if (without == kFalse) continue;
          next.emplace_back(std::move(left), without);
          next.back().first.back().second.set(c, false);
        }
        out = std::move(next);
      }
    }
    return out;
  }

  void preferences(DecisionId d) {
    std::map<WayId, std::vector<Node>> parts;
    bool any = false;
    for (RuleId r : m_.decisions[d].rules) {
      for (const Directive& dir : m_.rules[r].directives) any = any || dir.verb == Verb::prefer;
    }
    if (!any) return;
    for (const auto& [item, sets] : found_) {
      if (item.kind != ItemKind::offer) continue;
      for (const ItemWay& w : item.ways) {
        std::vector<Node>& all = parts[w.way];
        all.insert(all.end(), sets.begin(), sets.end());
      }
    }
    std::map<WayId, Node> offered;
    for (auto& [w, sets] : parts) offered.emplace(w, g_.either(std::move(sets)));
    for (RuleId r : m_.decisions[d].rules) {
      for (const Directive& dir : m_.rules[r].directives) {
        if (dir.verb != Verb::prefer) continue;
        for (const auto& [x, x_set] : offered) {
          if (!matches(m_, x, dir.what) || matches(m_, x, dir.over)) continue;
          const Node first = g_.both(s_.stands(r), x_set);
          if (!first.valid()) return;
          if (first == kFalse) continue;
          for (const auto& [y, y_set] : offered) {
            if (!matches(m_, y, dir.over) || matches(m_, y, dir.what)) continue;
            Item item;
            item.kind = ItemKind::prefer;
            item.verb = Verb::prefer;
            item.strength = m_.rules[r].strength;
            item.evidence = m_.rules[r].evidence;
            item.ways = {{x, {}}, {y, {}}};
            add(item, g_.both(first, y_set));
          }
        }
      }
    }
  }

  const Tables& t_;
  const Model& m_;
  Scope& s_;
  Diagram& g_;
  Node within_;
  Found found_;
};

}  // namespace

bool ItemLess::operator()(const Item& a, const Item& b) const {
  auto head = [](const Item& i) {
    return std::tie(i.kind, i.verb, i.alone, i.strength, i.evidence);
  };
  if (head(a) != head(b)) return head(a) < head(b);
  return std::lexicographical_compare(
      a.ways.begin(), a.ways.end(), b.ways.begin(), b.ways.end(),
      [](const ItemWay& x, const ItemWay& y) { return key(x) < key(y); });
}

Item warning(const Tables& tables, const Rule& rule, const Directive& d) {
  Item out;
  out.kind = d.verb == Verb::caution ? ItemKind::caution : ItemKind::against;
  out.verb = d.verb;
  out.alone = d.what.alone;
  out.strength = rule.strength;
  out.evidence = rule.evidence;
  std::vector<std::pair<ParamId, Bits>> values;
  for (const ParamSetting& s : d.what.params) {
    values.emplace_back(s.param, tables.param_classes.of(s));
  }
  std::sort(values.begin(), values.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (WayId w : d.what.ways) out.ways.push_back({w, values});
  std::sort(out.ways.begin(), out.ways.end(),
            [](const ItemWay& a, const ItemWay& b) { return a.way < b.way; });
  return out;
}

Items items_of(const Tables& tables, Scope& scope, DecisionId decision, Node within) {
  return Lister(tables, scope, within).run(decision);
}

}  // namespace gdl::space
