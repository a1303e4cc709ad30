// Questions about a model that several stages ask: see model.h.
#include "sema/model.h"

#include <algorithm>

namespace gdl::sema {

namespace {

bool contains(const Way& w, const Way& part) {
  return std::includes(w.leaves.begin(), w.leaves.end(), part.leaves.begin(), part.leaves.end());
}

}  // namespace

bool matches(const Model& model, WayId w, const ActionUse& x) {
  for (WayId v : x.ways) {
    if (v == w || (!x.alone && contains(model.ways[w], model.ways[v]))) return true;
  }
  return false;
}

bool reaches(const Model& model, ActionId action, WayId w) {
  for (WayId v : model.actions[action].ways) {
    if (contains(model.ways[w], model.ways[v])) return true;
  }
  return false;
}

std::vector<RuleId> override_order(const Model& model) {
  std::vector<RuleId> out;
  std::vector<std::uint8_t> done(model.rules.size(), 0);
  // Depth first without recursion: chains of overrides may be long.
  std::vector<std::pair<RuleId, std::size_t>> stack;
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    if (done[i] != 0) continue;
    stack.emplace_back(RuleId(i), 0);
    done[i] = 1;
    while (!stack.empty()) {
      RuleId id = stack.back().first;
      const std::vector<RuleId>& by = model.rules[id].overridden_by;
      if (stack.back().second == by.size()) {
        out.push_back(id);
        stack.pop_back();
        continue;
      }
      RuleId next = by[stack.back().second++];
      if (done[next.value] == 0) {
        done[next.value] = 1;
        stack.emplace_back(next, 0);
      }
    }
  }
  return out;
}

std::vector<FactId> facts_of(const Model& model, CondId cond) {
  std::vector<FactId> out;
  std::vector<CondId> todo = {cond};
  std::vector<bool> seen_def(model.definitions.size(), false);
  auto definition = [&](DefId root) {
    std::vector<DefId> defs = {root};
    while (!defs.empty()) {
      DefId id = defs.back();
      defs.pop_back();
      if (seen_def[id.value]) continue;
      seen_def[id.value] = true;
      const Definition& d = model.definitions[id];
      if (d.when.valid()) todo.push_back(d.when);
      for (const Alternative& a : d.alternatives) {
        if (a.when.valid()) todo.push_back(a.when);
      }
      for (const ScoreItem& i : d.items) {
        if (i.when.valid()) todo.push_back(i.when);
        if (i.plus.valid()) defs.push_back(i.plus);
      }
    }
  };
  while (!todo.empty()) {
    const Cond& c = model.conds[todo.back()];
    todo.pop_back();
    if (c.fact.valid()) out.push_back(c.fact);
    if (c.def.valid()) definition(c.def);
    todo.insert(todo.end(), c.children.begin(), c.children.end());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace gdl::sema
