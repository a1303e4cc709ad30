// Cutting parts out of a model: see part.h. First everything that is wanted is marked, then copied in order, with
// every id replaced by the part's.
#include "sema/part.h"

#include <algorithm>

namespace gdl::sema {

namespace {

/// Members of a table that are wanted, and then their new ids.
template <class Tag>
class Marks {
 public:
  void start(std::size_t table) {
    if (fresh_.size() < table) fresh_.assign(table, Id<Tag>());
    for (Id<Tag> id : list_) fresh_[id.value] = {};
    list_.clear();
  }
  /// True if it was not marked yet.
  bool mark(Id<Tag> id) {
    if (!id.valid() || fresh_[id.value].valid()) return false;
    fresh_[id.value] = Id<Tag>(0);
    list_.push_back(id);
    return true;
  }
  [[nodiscard]] bool has(Id<Tag> id) const { return id.valid() && fresh_[id.value].valid(); }
  /// Gives the marked their new ids, ascending with the old ones.
  void number() {
    std::sort(list_.begin(), list_.end());
    for (std::size_t i = 0; i < list_.size(); ++i) fresh_[list_[i].value] = Id<Tag>(i);
  }
  /// The new id; none for none, or what is not marked.
  [[nodiscard]] Id<Tag> operator()(Id<Tag> old) const {
    return old.valid() ? fresh_[old.value] : Id<Tag>();
  }
  [[nodiscard]] const std::vector<Id<Tag>>& list() const { return list_; }

 private:
  std::vector<Id<Tag>> fresh_;  // of the whole table; none: not marked
  std::vector<Id<Tag>> list_;
};

using ImpossibleId = Id<struct ImpossibleTag>;

}  // namespace

struct Cutter::Tables {
  IdVector<DecisionTag, std::vector<std::size_t>> accepts;
  std::vector<ImpossibleId> about_nothing;  // that speak of no fact
};

struct Cutter::Scratch::Marks {
  sema::Marks<FactTag> facts;
  sema::Marks<DefTag> definitions;
  sema::Marks<CondTag> conds;
  sema::Marks<ActionTag> actions;
  sema::Marks<WayTag> ways, advised;
  sema::Marks<ParamTag> params, reached;
  sema::Marks<DecisionTag> decisions, whole;
  sema::Marks<RuleTag> rules, roots;
  sema::Marks<ImpossibleTag> impossibles;
};

Cutter::Scratch::Scratch() : marks_(std::make_unique<Marks>()) {}
Cutter::Scratch::~Scratch() = default;

Cutter::Cutter(const Model& model)
    : model_(model), touching_(model), tables_(std::make_unique<Tables>()) {
  tables_->accepts.resize(model.decisions.size());
  for (std::size_t i = 0; i < model.impossibles.size(); ++i) {
    if (facts_of(model, model.impossibles[i].when).empty()) {
      tables_->about_nothing.push_back(ImpossibleId(i));
    }
  }
  for (std::size_t i = 0; i < model.accepts.size(); ++i) {
    tables_->accepts[model.accepts[i].decision].push_back(i);
  }
}
Cutter::~Cutter() = default;

/// One cut: marks, then copies.
class Cut {
 public:
  Cut(const Cutter& cutter, Cutter::Scratch::Marks& marks)
      : m_(cutter.model_), touching_(cutter.touching_), t_(*cutter.tables_), k_(marks) {
    k_.facts.start(m_.facts.size());
    k_.definitions.start(m_.definitions.size());
    k_.conds.start(m_.conds.size());
    k_.actions.start(m_.actions.size());
    k_.ways.start(m_.ways.size());
    k_.advised.start(m_.ways.size());
    k_.params.start(m_.params.size());
    k_.reached.start(m_.params.size());
    k_.decisions.start(m_.decisions.size());
    k_.whole.start(m_.decisions.size());
    k_.rules.start(m_.rules.size());
    k_.roots.start(m_.rules.size());
    k_.impossibles.start(m_.impossibles.size());
  }

  Part run(const Wanted& wanted) {
    for (DecisionId d : wanted.decisions) {
      if (!k_.whole.mark(d)) continue;
      decision(d);
      for (RuleId r : m_.decisions[d].rules) root(r);
      for (std::size_t a : t_.accepts[d]) accept(a);
    }
    for (std::size_t a : wanted.accepts) accept(a);
    for (RuleId r : wanted.rules) root(r);
    for (CondId c : wanted.conds) cond(c);
    for (DefId d : wanted.definitions) definition(d);
    while (!rules_.empty()) {
      RuleId r = rules_.back();
      rules_.pop_back();
      follow(r);
    }
    exclusives();
    constraints();
    number();
    copy();
    return std::move(out_);
  }

 private:
  void cond(CondId root) {
    if (!root.valid() || !k_.conds.mark(root)) return;
    std::vector<CondId> todo = {root};
    while (!todo.empty()) {
      const Cond& c = m_.conds[todo.back()];
      todo.pop_back();
      k_.facts.mark(c.fact);
      definition(c.def);
      for (CondId child : c.children) {
        if (k_.conds.mark(child)) todo.push_back(child);
      }
    }
  }

  void definition(DefId root) {
    if (!root.valid() || !k_.definitions.mark(root)) return;
    const Definition& d = m_.definitions[root];
    cond(d.when);
    for (const Alternative& a : d.alternatives) cond(a.when);
    for (const ScoreItem& i : d.items) {
      cond(i.when);
      definition(i.plus);
    }
  }

  void decision(DecisionId d) {
    if (k_.decisions.mark(d)) cond(m_.decisions[d].domain);
  }

  void accept(std::size_t index) {
    if (std::find(out_.accepts.begin(), out_.accepts.end(), index) != out_.accepts.end()) return;
    out_.accepts.push_back(index);
    const Accept& a = m_.accepts[index];
    decision(a.decision);
    cond(a.when);
    rule(a.first);
    rule(a.second);
  }

  /// A rule whose standing matters.
  void rule(RuleId r) {
    if (r.valid() && k_.rules.mark(r)) rules_.push_back(r);
  }
  /// A rule whose advice matters.
  void root(RuleId r) {
    if (!k_.roots.mark(r)) return;
    rule(r);
    const Rule& x = m_.rules[r];
    for (const Directive& d : x.directives) {
      if (!is_for(d.verb)) continue;
      for (WayId w : d.what.ways) advised(w);
    }
    if (!x.decision.valid()) return;
    rule(m_.decisions[x.decision].rules.back());  // where what settles a finding is to be written
    if (m_.decisions[x.decision].choose != Choose::first) return;
    for (RuleId before : m_.decisions[x.decision].rules) {
      if (before == r) break;
      root(before);
    }
  }

  void follow(RuleId r) {
    const Rule& x = m_.rules[r];
    if (x.decision.valid()) decision(x.decision);
    cond(x.when);
    if (x.unless.valid()) cond(x.unless);
    for (RuleId by : x.overridden_by) rule(by);
    for (RuleId by : x.yields_to) rule(by);  // so that the part shows every circle of overrides
    for (const Directive& d : x.directives) {
      action_use(d.what);
      action_use(d.over);
    }
  }

  void advised(WayId w) {
    if (!k_.advised.mark(w)) return;
    for (RuleId r : touching_.bans(w)) rule(r);
    for (ParamId p : touching_.params(w)) {
      if (!k_.reached.mark(p)) continue;
      k_.params.mark(p);
      action(m_.params[p].action);
      for (RuleId r : touching_.settings(p)) rule(r);
    }
  }

  void way(WayId w) {
    if (!k_.ways.mark(w)) return;
    for (ActionId a : m_.ways[w].leaves) action(a);
  }
  void action(ActionId a) {
    if (!k_.actions.mark(a)) return;
    for (WayId w : m_.actions[a].ways) way(w);
    for (ParamId p : m_.actions[a].params) k_.params.mark(p);
  }
  void action_use(const ActionUse& use) {
    for (ActionId a : use.named) action(a);
    for (WayId w : use.ways) way(w);
    for (const ParamSetting& s : use.params) {
      k_.params.mark(s.param);
      action(m_.params[s.param].action);
    }
  }

  /// Those both of whose sides match something that is recommended.
  void exclusives() {
    for (std::size_t i = 0; i < m_.exclusives.size(); ++i) {
      const Exclusive& x = m_.exclusives[i];
      auto met = [&](const ActionUse& side) {
        return std::any_of(k_.advised.list().begin(), k_.advised.list().end(),
                           [&](WayId w) { return matches(m_, w, side); });
      };
      if (!met(x.first) || !met(x.second)) continue;
      action_use(x.first);
      action_use(x.second);
      out_.exclusives.push_back(i);
    }
  }

  void constraints() {
    for (ImpossibleId i : t_.about_nothing) {
      if (k_.impossibles.mark(i)) cond(m_.impossibles[i.value].when);
    }
    // Facts that a constraint brings in come after those that are there.
    for (std::size_t at = 0; at < k_.facts.list().size(); ++at) {
      FactId f = k_.facts.list()[at];
      for (std::size_t i : touching_.constraints(f)) {
        if (k_.impossibles.mark(ImpossibleId(i))) cond(m_.impossibles[i].when);
      }
    }
  }

  void number() {
    k_.facts.number();
    k_.definitions.number();
    k_.conds.number();
    k_.actions.number();
    k_.ways.number();
    k_.params.number();
    k_.decisions.number();
    k_.rules.number();
    k_.impossibles.number();
    std::sort(out_.accepts.begin(), out_.accepts.end());
  }

  // -- copies ---------------------------------------------------------------------------------------

  template <class Tag>
  static std::vector<Id<Tag>> mapped(const std::vector<Id<Tag>>& old, const Marks<Tag>& marks) {
    std::vector<Id<Tag>> out;
    for (Id<Tag> id : old) {
      if (marks.has(id)) out.push_back(marks(id));
    }
    return out;
  }

  ActionUse mapped(const ActionUse& old) const {
    ActionUse out;
    out.text = old.text;
    out.named = mapped(old.named, k_.actions);
    out.ways = mapped(old.ways, k_.ways);
    out.alone = old.alone;
    out.params = old.params;
    for (ParamSetting& s : out.params) s.param = k_.params(s.param);
    out.span = old.span;
    return out;
  }

  void copy() {
    Model& o = out_.model;
    o.name = m_.name;
    o.language = m_.language;
    o.header_span = m_.header_span;
    o.grading = m_.grading;
    for (FactId id : k_.facts.list()) {
      out_.facts.push(id);
      const Fact& f = m_.facts[id];
      Fact copy = f;
      copy.codes.clear();
      copy.says.clear();
      o.facts.push(std::move(copy));
    }
    for (DefId id : k_.definitions.list()) {
      out_.definitions.push(id);
      Definition d = m_.definitions[id];
      d.when = k_.conds(d.when);
      for (Alternative& a : d.alternatives) a.when = k_.conds(a.when);
      for (ScoreItem& i : d.items) {
        i.when = k_.conds(i.when);
        i.plus = k_.definitions(i.plus);
      }
      o.definitions.push(std::move(d));
    }
    for (CondId id : k_.conds.list()) {
      Cond c = m_.conds[id];
      c.fact = k_.facts(c.fact);
      c.def = k_.definitions(c.def);
      for (CondId& child : c.children) child = k_.conds(child);
      o.conds.push(std::move(c));
    }
    for (ImpossibleId id : k_.impossibles.list()) {
      out_.impossibles.push_back(id.value);
      Impossible i = m_.impossibles[id.value];
      i.when = k_.conds(i.when);
      o.impossibles.push_back(std::move(i));
    }
    for (ActionId id : k_.actions.list()) {
      const Action& old = m_.actions[id];
      Action a;
      a.name = old.name;
      a.label = old.label;
      a.leaf = old.leaf;
      a.ways = mapped(old.ways, k_.ways);
      a.params = mapped(old.params, k_.params);
      a.imported = old.imported;
      a.span = old.span;
      a.name_span = old.name_span;
      o.actions.push(std::move(a));
    }
    for (WayId id : k_.ways.list()) {
      out_.ways.push(id);
      o.ways.push({mapped(m_.ways[id].leaves, k_.actions)});
    }
    for (ParamId id : k_.params.list()) {
      out_.params.push(id);
      Parameter p = m_.params[id];
      p.action = k_.actions(p.action);
      o.params.push(std::move(p));
    }
    for (std::size_t i : out_.exclusives) {
      const Exclusive& x = m_.exclusives[i];
      o.exclusives.push_back({mapped(x.first), mapped(x.second), x.span});
    }
    for (DecisionId id : k_.decisions.list()) {
      out_.decisions.push(id);
      const Decision& old = m_.decisions[id];
      Decision d;
      d.name = old.name;
      d.title = old.title;
      d.domain = k_.conds(old.domain);
      d.choose = old.choose;
      d.partial = old.partial;
      d.rules = mapped(old.rules, k_.rules);
      d.span = old.span;
      d.name_span = old.name_span;
      o.decisions.push(std::move(d));
    }
    for (RuleId id : k_.rules.list()) {
      out_.rules.push(id);
      o.rules.push(rule_copy(m_.rules[id]));
    }
    for (std::size_t i : out_.accepts) {
      Accept a = m_.accepts[i];
      a.decision = k_.decisions(a.decision);
      a.first = k_.rules(a.first);
      a.second = k_.rules(a.second);
      a.when = k_.conds(a.when);
      o.accepts.push_back(std::move(a));
    }
  }

  [[nodiscard]] Rule rule_copy(const Rule& old) const {
    Rule r;
    r.name = old.name;
    r.unnamed = old.unnamed;
    r.title = old.title;
    r.decision = k_.decisions(old.decision);
    r.when = k_.conds(old.when);
    r.unless = k_.conds(old.unless);
    for (const Directive& d : old.directives) {
      r.directives.push_back({d.verb, mapped(d.what), mapped(d.over), d.because, d.span});
    }
    r.overrides_all = old.overrides_all;
    r.overrides = mapped(old.overrides, k_.rules);
    r.has_for = old.has_for;
    r.has_against = old.has_against;
    r.has_none = old.has_none;
    r.against_only = old.against_only;
    r.strength = old.strength;
    r.evidence = old.evidence;
    r.because = old.because;
    r.span = old.span;
    r.head_span = old.head_span;
    r.overridden_by = mapped(old.overridden_by, k_.rules);
    r.yields_to = mapped(old.yields_to, k_.rules);
    return r;
  }

  const Model& m_;
  const Touching& touching_;
  const Cutter::Tables& t_;
  Cutter::Scratch::Marks& k_;
  Part out_;
  std::vector<RuleId> rules_;  // marked, and still to be followed
};

Part Cutter::cut(const Wanted& wanted, Scratch& scratch) const {
  return Cut(*this, *scratch.marks_).run(wanted);
}

namespace {

template <class Tag>
Id<Tag> part_id(const IdVector<Tag, Id<Tag>>& wholes, Id<Tag> whole) {
  auto it = std::lower_bound(wholes.begin(), wholes.end(), whole);
  return Id<Tag>(static_cast<std::size_t>(it - wholes.begin()));
}

}  // namespace

DefId Part::definition(DefId whole) const { return part_id(definitions, whole); }
DecisionId Part::decision(DecisionId whole) const { return part_id(decisions, whole); }
RuleId Part::rule(RuleId whole) const { return part_id(rules, whole); }
WayId Part::way(WayId whole) const { return part_id(ways, whole); }
ParamId Part::param(ParamId whole) const { return part_id(params, whole); }
std::size_t Part::impossible(std::size_t whole) const {
  auto it = std::lower_bound(impossibles.begin(), impossibles.end(), whole);
  return static_cast<std::size_t>(it - impossibles.begin());
}

}  // namespace gdl::sema
