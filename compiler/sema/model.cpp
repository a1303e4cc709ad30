// Questions about a model that several stages ask: see model.h.
#include "sema/model.h"

#include <algorithm>

#include "graph.h"

namespace gdl::sema {

std::string way_words(const Model& model, WayId w) {
  std::string out;
  for (ActionId a : model.ways[w].leaves) out += (out.empty() ? "" : " + ") + model.actions[a].name;
  return out;
}

bool contains(const Model& model, WayId w, WayId part) {
  const std::vector<ActionId>& all = model.ways[w].leaves;
  const std::vector<ActionId>& some = model.ways[part].leaves;
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

const char* verb_words(Verb v) {
  switch (v) {
    case Verb::recommend: return "recommend";
    case Verb::consider: return "consider";
    case Verb::caution: return "caution";
    case Verb::avoid: return "avoid";
    case Verb::contraindicate: return "contraindicate";
    case Verb::prefer: return "prefer";
    case Verb::no_recommendation: return "no recommendation";
  }
  return "";
}

std::vector<CondId> constraints(const Model& model) {
  std::vector<CondId> out;
  for (const Impossible& i : model.impossibles) out.push_back(i.when);
  return out;
}

bool matches(const Model& model, WayId w, const ActionUse& x) {
  for (WayId v : x.ways) {
    if (v == w || (!x.alone && contains(model, w, v))) return true;
  }
  return false;
}

bool reaches(const Model& model, ActionId action, WayId w) {
  for (WayId v : model.actions[action].ways) {
    if (contains(model, w, v)) return true;
  }
  return false;
}

std::vector<RuleId> override_order(const Model& model) {
  Graph by(model.rules.size());
  for (std::size_t i = 0; i < by.size(); ++i) {
    for (RuleId r : model.rules[RuleId(i)].overridden_by) by[i].push_back(r.value);
  }
  std::vector<RuleId> out;
  for (std::uint32_t id : dependencies_first(by, [](std::uint32_t, const auto&) {}))
    out.push_back(RuleId(id));
  return out;
}

void walk(const Model& model, CondId cond, Definitions definitions,
          const std::function<void(const Cond&)>& visit) {
  std::vector<CondId> todo = {cond};
  std::vector<DefId> defs;
  std::vector<bool> seen(definitions == Definitions::followed ? model.definitions.size() : 0,
                         false);
  auto want = [&](CondId c) {
    if (c.valid()) todo.push_back(c);
  };
  while (!todo.empty() || !defs.empty()) {
    if (todo.empty()) {
      DefId id = defs.back();
      defs.pop_back();
      if (seen[id.value]) continue;
      seen[id.value] = true;
      const Definition& d = model.definitions[id];
      want(d.when);
      for (const Alternative& a : d.alternatives) want(a.when);
      for (const ScoreItem& i : d.items) {
        want(i.when);
        if (i.plus.valid()) defs.push_back(i.plus);
      }
      continue;
    }
    const Cond& c = model.conds[todo.back()];
    todo.pop_back();
    visit(c);
    if (c.def.valid() && definitions == Definitions::followed) defs.push_back(c.def);
    todo.insert(todo.end(), c.children.begin(), c.children.end());
  }
}

std::vector<FactId> facts_of(const Model& model, CondId cond) {
  std::vector<FactId> out;
  walk(model, cond, Definitions::followed, [&](const Cond& c) {
    if (c.fact.valid()) out.push_back(c.fact);
  });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace gdl::sema
