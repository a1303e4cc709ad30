// See diff_items.h.
#include "diff_items.h"

#include <algorithm>

#include "values.h"

namespace gdl::analysis {

using namespace sema;
using space::Item;
using space::ItemKind;
using space::ItemWay;
using space::Tables;

namespace {

/// "a + b", in the order of names.
std::string canonical_way(const Model& m, WayId w) {
  std::vector<std::string> names;
  for (ActionId a : m.ways[w].leaves) names.push_back(m.actions[a].name);
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : " + ") + n;
  return out;
}

/// A parameter's values so that equal values give equal text: names in their order, numbers as they lie together.
std::string exact(const Tables& t, ParamId id, const Bits& values) {
  const Parameter& p = t.model.params[id];
  std::string out =
      t.model.actions[p.action].name + "." + std::to_string(static_cast<int>(p.kind)) + " ";
  if (p.kind != FactKind::enumeration) return out + parameter_text(t, id, values);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values.test(i)) names.push_back(p.enumerators[i].name);
  }
  std::sort(names.begin(), names.end());
  out += p.name + ":";
  for (const std::string& n : names) out += " " + n;
  return out;
}

struct WayWords {
  std::string key, text, whole;
  friend bool operator<(const WayWords& a, const WayWords& b) { return a.key < b.key; }
};

WayWords words(const Tables& t, const ItemWay& w) {
  WayWords out;
  out.key = out.text = out.whole = canonical_way(t.model, w.way);
  std::vector<std::string> keys;
  std::vector<std::string> texts;
  std::vector<std::string> wholes;
  for (const auto& [p, values] : w.params) {
    keys.push_back(exact(t, p, values));
    wholes.push_back(parameter_text(t, p, values));
    if (!values.all()) texts.push_back(wholes.back());
  }
  std::sort(keys.begin(), keys.end());
  std::sort(texts.begin(), texts.end());
  std::sort(wholes.begin(), wholes.end());
  auto add = [](std::string& to, const std::vector<std::string>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) to += (i == 0 ? " with " : ", ") + parts[i];
  };
  add(out.key, keys);
  add(out.text, texts);
  add(out.whole, wholes);
  return out;
}

}  // namespace

Said said(const Tables& tables, const Item& item) {
  Said out;
  std::string lead;
  switch (item.kind) {
    case ItemKind::does_not_apply: lead = "does not apply"; break;
    case ItemKind::conflict: lead = "in conflict: "; break;
    case ItemKind::withdrawn: lead = "withdrawn: "; break;
    case ItemKind::none: lead = sema::verb_words(Verb::no_recommendation); break;
    default: break;
  }
  if (!item.ways.empty()) lead += std::string(sema::verb_words(item.verb)) + " ";
  // In the order of listing: what is advised first, and the warnings last.
  out.key = std::to_string(static_cast<int>(item.kind)) +
            std::to_string(static_cast<int>(item.verb)) + " " + lead;
  out.text = out.whole = lead;
  std::vector<WayWords> ways;
  for (const ItemWay& w : item.ways) ways.push_back(words(tables, w));
  const bool prefer = item.kind == ItemKind::prefer;
  if (!prefer) std::sort(ways.begin(), ways.end());
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const char* between = i == 0 ? "" : prefer ? " over " : " | ";
    out.key += between + ways[i].key;
    out.text += between + ways[i].text;
    out.whole += between + ways[i].whole;
  }
  std::string tail = item.alone ? " alone" : "";
  if (!item.strength.empty()) tail += " strength " + item.strength;
  if (!item.evidence.empty()) tail += " evidence " + item.evidence;
  out.key += tail;
  out.text += tail;
  out.whole += tail;
  return out;
}

std::set<std::string> advised(const Tables& tables, const oracle::Advice& advice,
                              DecisionId decision) {
  const Model& m = tables.model;
  const oracle::DecisionAdvice& d = advice.decisions[decision];
  std::set<std::string> out;
  auto add = [&](const Item& item) { out.insert(said(tables, item).key); };
  Item item;
  if (!d.applies) {
    item.kind = ItemKind::does_not_apply;
    add(item);
    return out;
  }
  auto of_rule = [&](RuleId r) {
    item = Item();
    item.strength = m.rules[r].strength;
    item.evidence = m.rules[r].evidence;
  };
  auto left = [&](WayId w) {
    ItemWay way{w, {}};
    if (tables.params(w).empty()) return way;
    for (const oracle::ParamLeft& p : oracle::parameters_left(m, advice, w)) {
      Bits classes(tables.param_classes.count(p.param));
      const std::vector<Value> points = oracle::parameter_points(m, p.param);
      for (std::size_t i : p.points) {
        if (m.params[p.param].kind == FactKind::enumeration) {
          classes.set(points[i].index);
          continue;
        }
        classes.set(space::class_of(tables.param_classes.intervals(p.param), points[i].number));
      }
      way.params.emplace_back(p.param, classes);
    }
    return way;
  };
  for (const oracle::ForResult& f : d.fors) {
    if (!f.kept) continue;
    const Directive& dir = m.rules[f.rule].directives[f.directive];
    of_rule(f.rule);
    item.verb = dir.verb;
    item.kind = f.withdrawn  ? ItemKind::withdrawn
                : f.conflict ? ItemKind::conflict
                             : ItemKind::offer;
    for (WayId w : f.left) item.ways.push_back(left(w));
    if (item.kind != ItemKind::offer) {
      for (WayId w : dir.what.ways) item.ways.push_back({w, {}});
    }
    add(item);
  }
  for (RuleId r : d.none) {
    of_rule(r);
    item.kind = ItemKind::none;
    add(item);
  }
  for (RuleId r : m.decisions[decision].rules) {
    if (advice.stands[r] == 0) continue;
    for (const Directive& dir : m.rules[r].directives) {
      if (dir.verb == Verb::caution || is_against(dir.verb)) {
        add(space::warning(tables, m.rules[r], dir));
      }
    }
  }
  for (const oracle::Preferred& p : d.prefers) {
    of_rule(p.by);
    item.kind = ItemKind::prefer;
    item.verb = Verb::prefer;
    item.ways = {{p.first, {}}, {p.second, {}}};
    add(item);
  }
  return out;
}

}  // namespace gdl::analysis
