// From rules to advice, as sets of patients: steps 1-5 of docs/language.md. See scope.h.
#include <algorithm>

#include "space/scope.h"

namespace gdl::space {

using namespace sema;

Node Scope::domain(DecisionId d) { return cond(model_.decisions[d].domain); }

Node Scope::applies(RuleId r) {
  if (applies_memo_[r].valid()) return applies_memo_[r];
  const Rule& rule = model_.rules[r];
  Node out = cond(rule.when);
  if (rule.decision.valid()) out = sets_->both(domain(rule.decision), out);
  if (rule.unless.valid()) out = sets_->minus(out, cond(rule.unless));
  applies_memo_[r] = out;
  return out;
}

Node Scope::stands(RuleId r) {
  if (stands_memo_[r].valid()) return stands_memo_[r];
  // Depth first without recursion: chains of overrides may be long.
  struct Frame {
    RuleId rule;
    std::size_t next;
    Node out;
  };
  std::vector<Frame> stack = {{r, 0, applies(r)}};
  while (true) {
    Frame& top = stack.back();
    const std::vector<RuleId>& by = model_.rules[top.rule].overridden_by;
    if (top.next < by.size() && top.out != kFalse && !exhausted()) {
      RuleId other = by[top.next];
      if (!stands_memo_[other].valid()) {
        stack.push_back({other, 0, applies(other)});
        continue;
      }
      top.out = sets_->minus(top.out, stands_memo_[other]);
      ++top.next;
      continue;
    }
    // Once the effort is spent nothing is said: neither kept nor used.
    if (exhausted()) return {};
    stands_memo_[top.rule] = top.out;
    if (stack.size() == 1) return top.out;
    stack.pop_back();
  }
}

Scope::Heard Scope::heard(Bans bans, RuleId r) const {
  switch (bans) {
    case Bans::none: return [](RuleId) { return kFalse; };
    case Bans::all: return [](RuleId) { return kTrue; };
    case Bans::yielded: break;
  }
  return [this, r](RuleId ban) {
    const std::vector<RuleId>& y = model_.rules[r].yields_to;
    return std::find(y.begin(), y.end(), ban) != y.end() ? kTrue : kFalse;
  };
}

Node Scope::value_gone(ParamId p, WayId w, std::size_t cls, const Heard& heard) {
  Node gone = kFalse;
  for (const Tables::ParamUse& s : tables_.settings(p)) {
    if (!s.values.test(cls)) gone = sets_->either(gone, stands(s.use.rule));
  }
  for (const auto& [param, b] : tables_.param_bans(w)) {
    if (param != p || !b.values.test(cls)) continue;
    Node there = heard(b.use.rule);
    if (there == kFalse) continue;
    gone = sets_->either(gone, sets_->both(there, stands(b.use.rule)));
  }
  return gone;
}

Node Scope::left_exactly(ParamId p, WayId w, const Bits& values) {
  Node out = kTrue;
  for (std::size_t c = 0; c < values.size() && out != kFalse; ++c) {
    Node gone = value_gone(p, w, c);
    out = values.test(c) ? sets_->minus(out, gone) : sets_->both(out, gone);
  }
  return out;
}

Node Scope::parameter_empty(ParamId p, WayId w, const Heard& heard) {
  const std::vector<Tables::ParamUse>& settings = tables_.settings(p);
  bool banned = false;
  for (const auto& [param, use] : tables_.param_bans(w)) banned = banned || param == p;
  if (settings.empty() && !banned) return kFalse;
  // Empty: every class of values is out, by a setting that leaves it out or a ban that takes it.
  Node out = kTrue;
  for (std::size_t c = 0; c < tables_.param_classes.count(p) && out != kFalse; ++c) {
    out = sets_->both(out, value_gone(p, w, c, heard));
  }
  return out;
}

Node Scope::removed(WayId w, const Heard& heard) {
  Node out = kFalse;
  for (const Tables::Use& u : tables_.bans(w)) {
    Node there = heard(u.rule);
    if (there == kFalse) continue;
    out = sets_->either(out, sets_->both(there, stands(u.rule)));
  }
  for (ParamId p : tables_.params(w)) out = sets_->either(out, parameter_empty(p, w, heard));
  return out;
}

Node Scope::emptied(RuleId r, std::size_t directive, const Heard& heard) {
  // Ways that nothing can remove come first: then nothing else is asked. Of bans only what they
  // take from the patients that are left is put together: the union of many bans may be large.
  std::vector<WayId> ways = model_.rules[r].directives[directive].what.ways;
  auto removers = [this](WayId w) { return tables_.bans(w).size() + tables_.params(w).size(); };
  std::stable_sort(ways.begin(), ways.end(),
                   [&](WayId a, WayId b) { return removers(a) < removers(b); });
  if (!ways.empty() && removers(ways.front()) == 0) return kFalse;
  Node out = stands(r);
  for (WayId w : ways) {
    if (out == kFalse) break;
    Node gone = kFalse;
    for (const Tables::Use& u : tables_.bans(w)) {
      Node there = heard(u.rule);
      if (there == kFalse) continue;
      gone = sets_->either(gone, sets_->both(out, sets_->both(there, stands(u.rule))));
      if (gone == out) break;
    }
    for (ParamId p : tables_.params(w)) {
      if (gone == out) break;
      gone = sets_->either(gone, sets_->both(out, parameter_empty(p, w, heard)));
    }
    out = gone;
  }
  return out;
}

Node Scope::withdrawn(RuleId r, std::size_t directive) {
  const Node gone = emptied(r, directive, Bans::yielded);
  if (gone == kFalse) return kFalse;
  return sets_->minus(gone, emptied(r, directive, Bans::none));
}

Node Scope::answered(RuleId r) {
  const Rule& rule = model_.rules[r];
  if (rule.has_none) return stands(r);
  Node out = kFalse;
  for (std::size_t k = 0; k < rule.directives.size(); ++k) {
    if (is_for(rule.directives[k].verb)) {
      out = sets_->either(out, sets_->minus({stands(r), withdrawn(r, k)}));
    }
  }
  return out;
}

Node Scope::kept(RuleId r) {
  if (kept_memo_[r].valid()) return kept_memo_[r];
  Node out = stands(r);
  DecisionId d = model_.rules[r].decision;
  if (d.valid() && model_.decisions[d].choose == Choose::first) {
    for (RuleId before : model_.decisions[d].rules) {
      if (before == r || out == kFalse) break;
      out = sets_->minus(out, answered(before));
    }
  }
  kept_memo_[r] = out;
  return out;
}

Node Scope::conflict(RuleId r, std::size_t directive) {
  const Node gone = emptied(r, directive, Bans::all);
  if (gone == kFalse) return kFalse;  // of most: they need not be asked for whom they stand
  return sets_->both({kept(r), sets_->minus(gone, withdrawn(r, directive))});
}

Node Scope::left(RuleId r, std::size_t directive) {
  return sets_->minus({kept(r), emptied(r, directive, Bans::all)});
}

Node Scope::in_force(RuleId r) {
  const Rule& rule = model_.rules[r];
  if (!rule.has_for) return stands(r);
  Node out = kFalse;
  for (std::size_t k = 0; k < rule.directives.size(); ++k) {
    if (is_for(rule.directives[k].verb)) {
      out = sets_->either(out, sets_->minus({stands(r), withdrawn(r, k)}));
    }
  }
  return out;
}

Node Scope::offered(DecisionId d, Verb verb, WayId w) {
  Node out = kFalse;
  for (RuleId r : model_.decisions[d].rules) {
    for (const Directive& dir : model_.rules[r].directives) {
      if (dir.verb != verb) continue;
      if (std::find(dir.what.ways.begin(), dir.what.ways.end(), w) == dir.what.ways.end()) continue;
      out = sets_->either(out, sets_->minus({kept(r), removed(w, Bans::all, r)}));
    }
  }
  return out;
}

Node Scope::gap(DecisionId d) {
  std::vector<Node> answered;
  for (RuleId r : model_.decisions[d].rules) {
    if (model_.rules[r].has_for) answered.push_back(applies(r));
    if (model_.rules[r].has_none) answered.push_back(kept(r));
  }
  return sets_->minus({domain(d), united(std::move(answered))});
}

Node Scope::united(std::vector<Node> answered) {
  std::sort(answered.begin(), answered.end());
  answered.erase(std::unique(answered.begin(), answered.end()), answered.end());
  if (!answered_all_.valid() || answered != answered_) {
    answered_all_ = sets_->either(answered);
    answered_ = std::move(answered);
  }
  return answered_all_;
}

Node Scope::stranded(DecisionId d) {
  std::vector<Node> answered;
  for (RuleId r : model_.decisions[d].rules) {
    const Rule& rule = model_.rules[r];
    if (rule.has_none) answered.push_back(kept(r));
    for (std::size_t k = 0; k < rule.directives.size(); ++k) {
      if (is_for(rule.directives[k].verb)) answered.push_back(left(r, k));
    }
  }
  // Nothing is left to them, and something applied.
  return sets_->minus({domain(d), united(std::move(answered)), gap(d)});
}

Node Scope::overlap(RuleId a, RuleId b) {
  const Rule* rules[2] = {&model_.rules[a], &model_.rules[b]};
  const RuleId ids[2] = {a, b};
  Node answers[2] = {kFalse, kFalse};  // a *for* is left
  std::vector<std::pair<Verb, WayId>> offers[2];
  for (int i = 0; i < 2; ++i) {
    for (std::size_t k = 0; k < rules[i]->directives.size(); ++k) {
      const Directive& d = rules[i]->directives[k];
      if (!is_for(d.verb)) continue;
      answers[i] = sets_->either(answers[i], left(ids[i], k));
      for (WayId w : d.what.ways) offers[i].emplace_back(d.verb, w);
    }
  }
  const Decision& d = model_.decisions[rules[0]->decision];
  Node out = kFalse;
  if (rules[0]->has_none) out = sets_->either(out, sets_->both(kept(a), answers[1]));
  if (rules[1]->has_none) out = sets_->either(out, sets_->both(kept(b), answers[0]));
  if (d.choose != Choose::one || a == b) return out;
  Node both = sets_->both(answers[0], answers[1]);
  if (both == kFalse) return out;
  if (rules[0]->strength == rules[1]->strength && rules[0]->evidence == rules[1]->evidence) {
    // They differ where a way that only one of them advises is left.
    Node differ = kFalse;
    for (int i = 0; i < 2; ++i) {
      for (const auto& offer : offers[i]) {
        if (std::find(offers[1 - i].begin(), offers[1 - i].end(), offer) != offers[1 - i].end()) {
          continue;
        }
        differ = sets_->either(differ, sets_->negate(removed(offer.second, Bans::all, ids[i])));
      }
    }
    both = sets_->both(both, differ);
  }
  return sets_->either(out, both);
}

Node Scope::exclusive(const Tables::Use& a, const Tables::Use& b, const Exclusive& x) {
  Node out = sets_->both({left(a.rule, a.directive), left(b.rule, b.directive)});
  if (out == kFalse) return out;
  const std::vector<WayId>& ways_a = model_.rules[a.rule].directives[a.directive].what.ways;
  const std::vector<WayId>& ways_b = model_.rules[b.rule].directives[b.directive].what.ways;
  for (WayId w : ways_a) {
    bool wx = matches(model_, w, x.first);
    bool wy = matches(model_, w, x.second);
    for (WayId v : ways_b) {
      if ((wx && matches(model_, v, x.second)) || (wy && matches(model_, v, x.first))) continue;
      // A choice that does not clash: the exclusion is violated only where one of the two is gone.
      out = sets_->both(
          out, sets_->either({removed(w, Bans::all, a.rule), removed(v, Bans::all, b.rule)}));
      if (out == kFalse) return out;
    }
  }
  return out;
}

}  // namespace gdl::space
