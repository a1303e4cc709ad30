// Answers: see answer.h. What is said is found by offers.cpp and questions.cpp; here it becomes text.
#include "answer.h"

#include "explain.h"
#include "possible.h"
#include "questions.h"
#include "run_limits.h"

namespace gdlrt {

namespace {

class Answer {
 public:
  Answer(const Program& p, const Case& facts, Arena& arena, const AnswerOptions& options, Out& out)
      : p_(p),
        facts_(facts),
        arena_(arena),
        options_(options),
        out_(out),
        findings_(p, facts, arena),
        offers_(findings_.offers()),
        partial_(findings_.partial()),
        questions_(p, facts, findings_, arena),
        explain_(p, facts, arena) {}

  gdlrt_status write() {
    uint64_t steps = options_.steps != 0 ? options_.steps : limits::answer_steps;
    if (!findings_.compute(steps) || !questions_.begin(steps) || !list_cautions() ||
        !list_accepts()) {
      return GDLRT_NO_MEMORY;
    }
    out_.limit(static_cast<uint64_t>(limits::answer_bytes));
    if (partial_.nobody()) return GDLRT_BAD_CASE;
    if (partial_.unknown_constraint()) {  // by a search, then
      Possible search(p_, arena_);
      if (!search.failed() && search.search(facts_) == Agreement::none) return GDLRT_BAD_CASE;
    }
    if (options_.explain && !explain_.begin(steps)) return GDLRT_NO_MEMORY;
    head();
    out_ << ",\"decisions\":[";
    for (uint32_t d = 0; d < p_.decisions.count && !out_.stopped(); ++d) {
      if (d > 0) out_ << ',';
      decision(d);
    }
    safety();
    out_ << ']';
    cautions();
    assumed_facts();
    out_ << "}\n";
    bool whole = out_.flush();
    if (arena_.failed() || out_.too_long()) return GDLRT_NO_MEMORY;
    return whole ? GDLRT_OK : GDLRT_STOPPED;
  }

 private:
  /// The `caution` directives of rules that may stand, all and by the ways that they are on.
  bool list_cautions() {
    for (uint32_t k = 0; k < p_.directives.count; ++k) {
      if (static_cast<Verb>(p_.directives[k].verb) != Verb::caution) continue;
      if (in_force(k) != Status::never && !cautions_.add(arena_, k)) return false;
    }
    if (cautions_.count == 0) return true;
    caution_on_ = arena_.array<uint32_t>(p_.ways.count + size_t{1});
    for (uint32_t i = cautions_.count; i-- > 0 && !arena_.failed();) {
      const DirectiveRow& d = p_.directives[cautions_[i]];
      for (uint32_t w : p_.range(d.way_first, d.way_count)) {
        uint32_t& head = caution_on_[w];
        bool twice = head != 0 && on_ways_[head - 1].what == cautions_[i];
        if (twice || !on_ways_.add(arena_, {cautions_[i], head})) continue;
        head = on_ways_.count;
      }
    }
    return !arena_.failed();
  }
  /// The `accept`s, by decision.
  bool list_accepts() {
    if (p_.accepts.count == 0) return true;
    accept_of_ = arena_.array<uint32_t>(p_.decisions.count + size_t{1});
    for (uint32_t i = p_.accepts.count; i-- > 0 && !arena_.failed();) {
      const AcceptRow& a = p_.accepts[i];
      exclusive_ = exclusive_ || static_cast<AcceptKind>(a.kind) == AcceptKind::exclusive;
      if (accepts_.add(arena_, {i, accept_of_[a.decision]}))
        accept_of_[a.decision] = accepts_.count;
    }
    return !arena_.failed();
  }
  /// One of several things that belong to another, and 1 + where the next of them stands; 0: there is none.
  struct Linked {
    uint32_t what, next;
  };
  /// Calls visit(what) for those that `heads` (null: for none) has of the thing.
  template <class Visit>
  void each(const List<Linked>& links, const uint32_t* heads, uint32_t of, Visit&& visit) const {
    for (uint32_t i = heads == nullptr ? 0 : heads[of]; i != 0; i = links[i - 1].next)
      visit(links[i - 1].what);
  }
  Status in_force(uint32_t k) {
    return findings_.status([k](Partial& p) { return p.in_force(k); });
  }

  void head() {
    const GuidelineRow& g = p_.guideline[0];
    named("{\"guideline\":{\"name\":", g.name);
    named(",\"version\":", g.version);
    (out_ << ",\"source_hash\":\"sha256:").hex(p_.header().source_hash, 32);
    out_ << "\",\"unchecked\":" << truth((p_.header().flags & kUnchecked) != 0);
    member("title", p_.text(g.title));
    member("status", p_.text(g.status));
    member("updated", p_.text(g.updated));
    member("disclaimer", p_.text(g.disclaimer));
    out_ << '}';
  }

  /// What comes before it, a text that stands here, and a name in quotes.
  template <size_t N>
  [[gnu::always_inline]] Out& named(const char (&before)[N], uint32_t name) {
    return named(before, N - 1, name);
  }
  Out& named(const char* before, size_t size, uint32_t name) {
    return out_.put(before, size).quoted(p_.name(name));
  }
  /// The same of an item of a list.
  template <size_t N>
  [[gnu::always_inline]] Out& named(const char (&before)[N], uint32_t name, bool& first) {
    out_.next(first);
    return named(before, N - 1, name);
  }
  void listed(bool& first, uint32_t name) { out_.next(first).quoted(p_.name(name)); }
  /// What comes before it, up to its quote, and a word of ours.
  template <size_t N>
  [[gnu::always_inline]] void word(const char (&before)[N], const char* text) {
    word(before, N - 1, text);
  }
  void word(const char* before, size_t size, const char* text) {
    out_.put(before, size) << text << '"';
  }
  template <size_t N>
  [[gnu::always_inline]] void told(const char (&before)[N], Status s) {
    word(before, N - 1, yes(s));
  }
  static const char* truth(bool b) { return b ? "true" : "false"; }

  /// A further member of the object in hand, unless the text is empty.
  void member(const char* key, const char* text) {
    if (text[0] != 0) (out_ << ",\"" << key << "\":").quoted(text);
  }

  void rule_name(uint32_t r) {
    if (p_.stripped()) {
      out_ << "\"#" << r << '"';
    } else {
      out_.quoted(p_.text(p_.rule_texts[r].name));
    }
  }
  static constexpr char kStatusNames[][10] = {"never", "possible", "undecided", "assumed",
                                              "certain"};
  static const char* name(Status s) { return kStatusNames[static_cast<uint8_t>(s)]; }
  /// Whether it holds for all, for none, or for some of those whom the answer is about.
  static const char* yes(Status s) {
    if (s == Status::never) return "no";
    return s >= Status::assumed ? "yes" : "unknown";
  }
  /// The status of a set, with the facts that it hangs on while it is open.
  void status(Status s, Ref set, uint32_t decision) {
    word(",\"status\":\"", name(s));
    if (s == Status::possible || s == Status::undecided) hangs_on(set, decision);
  }
  void hangs_on(Ref set, uint32_t decision) {
    View<uint32_t> facts = questions_.hangs_on(set, decision);
    out_ << ",\"hangs_on\":[";
    bool first = true;
    for (uint32_t f : facts) listed(first, p_.facts[f].name);
    out_ << ']';
    if (questions_.approximate()) out_ << ",\"hangs_on_approximate\":true";
  }

  void decision(uint32_t id) {
    const DecisionRow& d = p_.decisions[id];
    named("{\"id\":", d.name);
    member("title", p_.text(d.title));
    member("text", words(d.say_first, d.say_count, 0));
    bool settled = true;
    for (const Offer& o : offers_.of(id)) {
      settled = settled && o.status != Status::possible && o.status != Status::undecided;
    }
    Status applies = findings_.status([id](Partial& p) { return p.domain(id); });
    Status gap = findings_.status([id](Partial& p) { return p.gap(id); });
    Status stranded = findings_.status([id](Partial& p) { return p.stranded(id); });
    told(",\"applies\":\"", applies);
    out_ << ",\"settled\":" << truth(settled);
    told(",\"gap\":\"", gap);
    told(",\"stranded\":\"", stranded);
    Status conflict = findings_.status([this, id](Partial& p) { return conflicts(p, id); });
    if (conflict != Status::never) told(",\"conflict\":\"", conflict);
    if ((d.flags & kPartial) != 0) out_ << ",\"partial\":true";
    if (clashes(id)) {
      Status overlap = findings_.share(partial_.overlap(id, kNone, kNone), kYes);
      Status exclusive = findings_.share(partial_.exclusive(id, kNone, kNone), kYes);
      if (overlap != Status::never) told(",\"overlap\":\"", overlap);
      if (exclusive != Status::never) told(",\"exclusive\":\"", exclusive);
    }
    out_ << ",\"offers\":[";
    bool first = true;
    for (const Offer& o : offers_.of(id)) {
      if (o.status == Status::never || out_.stopped()) continue;
      out_.next(first);
      offer(o);
    }
    out_ << "],\"advice\":[";
    first = true;
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) advice(r, first);
    out_ << "],\"withdrawn\":[";
    first = true;
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) withdrawn(r, first);
    out_ << "],\"accepted\":[";
    first = true;
    each(accepts_, accept_of_, id, [&](uint32_t i) { accepted(i, first); });
    if (options_.explain) {
      begin_not_standing();
      for (uint32_t r : p_.range(d.rule_first, d.rule_count)) not_standing(r);
    }
    out_ << "],\"ask\":[";
    first = true;
    for (const Question& q : questions_.ask(id)) {
      named("{\"fact\":", p_.facts[q.fact].name, first);
      share(out_ << ",\"settles\":", q) << '}';
    }
    out_ << ']';
    if (questions_.approximate()) out_ << ",\"ask_approximate\":true";
    out_ << '}';
  }

  /// Those of whom some advice of the decision is in conflict.
  Ref conflicts(Partial& p, uint32_t decision) const {
    const DecisionRow& d = p_.decisions[decision];
    Ref out = kNo;
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
      const RuleRow& row = p_.rules[r];
      for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
        if (!is_for(p_.directives[k].verb) || p.conflict(k) == kNo) continue;
        out = p.sets().either(out, p.sets().both(p.conflict(k), p.kept(r)));
      }
    }
    return out;
  }

  /// Overlaps and exclusions violated are looked for where there may be some: the compiler has proved that a checked
  /// program has none but those that it accepts.
  bool clashes(uint32_t decision) const {
    bool out = exclusive_ || (p_.header().flags & kUnchecked) != 0;
    each(accepts_, accept_of_, decision, [&](uint32_t i) {
      out = out || static_cast<AcceptKind>(p_.accepts[i].kind) == AcceptKind::overlap;
    });
    return out;
  }

  /// To three places.
  static Out& share(Out& out, const Question& q) {
    uint64_t parts = q.of == 0 ? 0 : (q.settled * 2000 + q.of) / (2 * q.of);
    if (parts == 1000) return out << '1';
    out << '0';
    if (parts == 0) return out;
    out << '.' << static_cast<char>('0' + parts / 100);
    if (parts % 100 != 0) out << static_cast<char>('0' + parts / 10 % 10);
    if (parts % 10 != 0) out << static_cast<char>('0' + parts % 10);
    return out;
  }

  void offer(const Offer& o) {
    out_ << "{\"verb\":\"" << kVerbNames[o.verb] << "\",\"way\":[";
    const WayRow& way = p_.ways[o.way];
    bool first = true;
    for (uint32_t a : p_.range(way.leaf_first, way.leaf_count)) {
      listed(first, p_.actions[a].name);
    }
    out_ << ']';
    action_texts(way);
    out_ << ",\"parameters\":{";
    const uint64_t* mask = o.params;
    first = true;
    View<WordRow> params = p_.range(way.param_first, way.param_count);
    count_names(params, true);
    for (uint32_t q : params) {
      const ParamRow& row = p_.params[q];
      out_.next(first) << '"';
      parameter_name(row);
      out_ << "\":";
      parameter(row, mask);
      mask += mask_words(row.classes);
    }
    out_ << '}';
    units(params);
    count_names(params, false);
    status(o.status, o.when, o.decision);
    bool several = false;
    Status whole = findings_.way_status(o, several);
    if (several) word(",\"way_status\":\"", name(whole));
    out_ << ",\"rules\":[";
    first = true;
    for (uint32_t i = 0; i < o.rules.count; ++i) {
      uint32_t r = o.rules[i];
      if (findings_.share(partial_.kept(r), o.when) == Status::never) continue;
      out_.next(first);
      rule_name(r);
    }
    out_ << ']';
    bool any = false;
    each(on_ways_, caution_on_, o.way, [&](uint32_t k) {
      out_ << (any ? "," : ",\"cautions\":[");
      rule_name(partial_.rule_of(k));
      any = true;
    });
    if (any) out_ << ']';
    if (options_.explain) because(o.status, explain_.offer(o));
    out_ << '}';
  }

  /// The labels of a way's actions in one line, and what is to be said of them to the asked audience.
  void action_texts(const WayRow& way) {
    if (p_.stripped()) return;
    bool labels = false;
    for (uint32_t a : p_.range(way.leaf_first, way.leaf_count))
      labels = labels || p_.actions[a].label != 0;
    bool first = true;
    if (labels) {
      out_ << ",\"label\":\"";
      for (uint32_t a : p_.range(way.leaf_first, way.leaf_count)) {
        const char* label = p_.text(p_.actions[a].label);
        if (label[0] == 0) label = p_.name(p_.actions[a].name);
        if (out_.stopped()) return;
        (out_ << (first ? "" : " + ")).escaped(label, strlen(label));
        first = false;
      }
      out_ << '"';
    }
    first = true;
    for (uint32_t a : p_.range(way.leaf_first, way.leaf_count)) {
      const char* text = words(p_.actions[a].say_first, p_.actions[a].say_count, 0);
      if (text[0] == 0) continue;
      (out_ << (first ? ",\"texts\":[" : ",")).quoted(text);
      first = false;
    }
    if (!first) out_ << ']';
  }

  /// Finds out which names several of the parameters have; or forgets it.
  void count_names(const View<WordRow>& params, bool on) {
    if (params.count < 2) return;
    if (named_ == nullptr) named_ = arena_.array<uint32_t>(p_.names.count + size_t{1});
    for (uint32_t i = 0; i < params.count && named_ != nullptr; ++i) {
      uint32_t& whose = named_[p_.params[params[i]].name];
      uint32_t own = params[i] + 1;
      whose = !on ? 0 : whose == 0 || whose == own ? own : kNone;
    }
  }
  /// With its action where another of the way's parameters has the same name.
  void parameter_name(const ParamRow& row) {
    if (out_.stopped()) return;
    if (named_ != nullptr && named_[row.name] == kNone) {
      const char* action = p_.name(p_.actions[row.action].name);
      out_.escaped(action, strlen(action)) << '.';
    }
    const char* name = p_.name(row.name);
    out_.escaped(name, strlen(name));
  }

  /// The units of the parameters that have one: their numbers stand without.
  void units(const View<WordRow>& params) {
    bool first = true;
    for (uint32_t q : params) {
      const ParamRow& row = p_.params[q];
      if (p_.name(row.unit)[0] == 0) continue;
      out_ << (first ? ",\"units\":{\"" : ",\"");
      parameter_name(row);
      named("\":", row.unit);
      first = false;
    }
    if (!first) out_ << '}';
  }

  Out& number(uint32_t index, const char* before = "") {
    return write_number(p_, index, out_ << before);
  }

  /// Names left of an enumeration; of a number one value, or what a case would say: {"at_least":1,"at_most":6};
  /// a list of these where a piece in the middle is gone.
  void parameter(const ParamRow& row, const uint64_t* mask) {
    if (static_cast<FactKind>(row.kind) == FactKind::enumeration) {
      out_ << '[';
      bool first = true;
      for (uint32_t i = 0; i < row.classes; ++i) {
        if (!mask_test(mask, i)) continue;
        listed(first, p_.enumerators[row.enum_first + i].name);
      }
      out_ << ']';
      return;
    }
    uint32_t runs = mask_runs(mask, row.classes);
    if (runs != 1) out_ << '[';
    bool first = true;
    for (uint32_t i = 0; i < row.classes; ++i) {
      if (!mask_test(mask, i)) continue;
      const IntervalRow& lo = p_.intervals[row.interval_first + i];
      while (i + 1 < row.classes && mask_test(mask, i + 1)) ++i;
      const IntervalRow& hi = p_.intervals[row.interval_first + i];
      out_.next(first);
      if (p_.number(lo.lo) == p_.number(hi.hi)) {
        number(lo.lo);
      } else {
        out_ << ((lo.flags & kLoClosed) != 0 ? "{\"at_least\":" : "{\"above\":");
        number(lo.lo);
        out_ << ((hi.flags & kHiClosed) != 0 ? ",\"at_most\":" : ",\"below\":");
        number(hi.hi) << '}';
      }
    }
    if (runs != 1) out_ << ']';
  }

  void advice(uint32_t r, bool& first) {
    const RuleRow& row = p_.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      Status s = in_force(k);
      if (s == Status::never || out_.stopped()) continue;
      out_.next(first) << "{\"rule\":";
      rule_name(r);
      word(",\"verb\":\"", kVerbNames[d.verb]);
      if (static_cast<Verb>(d.verb) == Verb::none) {
        named(",\"reason\":", d.because);
      } else {
        named(",\"action\":", d.action);
      }
      if (static_cast<Verb>(d.verb) == Verb::prefer) named(",\"over\":", d.over);
      status(s, partial_.in_force(k), row.decision);
      Ref kept = partial_.kept(r);
      Ref conflict = is_for(d.verb) ? partial_.sets().both(partial_.conflict(k), kept) : kNo;
      Status clash = findings_.share(conflict, partial_.in_force(k));
      told(",\"conflict\":\"", clash);
      if (clash != Status::never) against(d, conflict);
      Status shadowed = Status::never;
      if (is_for(d.verb) || static_cast<Verb>(d.verb) == Verb::none) {
        shadowed = findings_.share(Diagram::negate(kept), partial_.in_force(k));
        if (shadowed != Status::never) told(",\"shadowed\":\"", shadowed);
      }
      member("strength", p_.name(row.strength));
      member("evidence", p_.name(row.evidence));
      if (!p_.stripped()) grounds(p_.rule_texts[r], shadowed < Status::assumed);
      if (options_.explain) because(s, explain_.in_force(k));
      out_ << '}';
    }
  }

  /// The rules that take ways of the directive away where `set` holds.
  void against(const DirectiveRow& d, Ref set) {
    out_ << ",\"against\":[";
    bool first = true;
    partial_.list_bans(d, banning_);
    for (uint32_t b : View<uint32_t>{banning_.data, banning_.count}) {
      if (findings_.share(partial_.stands(b), set) == Status::never) continue;
      out_.next(first);
      rule_name(b);
    }
    out_ << ']';
  }
  /// `worded`: with the words for readers; what an earlier rule answers is not said to them.
  void grounds(const RuleTextRow& t, bool worded) {
    out_ << ",\"cite\":[";
    for (uint32_t i = 0; i < t.cite_count; ++i) {
      const CiteRow& c = p_.cites[t.cite_first + i];
      const ReferenceRow& ref = p_.references[c.reference];
      (out_ << (i > 0 ? ",{\"reference\":" : "{\"reference\":")).quoted(p_.text(ref.id));
      member("at", p_.text(c.at));
      member("title", p_.text(ref.title));
      out_ << '}';
    }
    out_ << ']';
    if (worded) member("text", words(t.say_first, t.say_count, t.title));
    if (!options_.explain) return;
    const SpanRow& at = p_.spans[t.span];
    (out_ << ",\"source\":{\"file\":").quoted(p_.text(at.file));
    out_ << ",\"line\":" << at.line << ",\"column\":" << at.column << '}';
  }

  /// The text for the asked audience and locale: exact locale first, then none; else the title.
  const char* words(uint32_t first, uint32_t count, uint32_t title) const {
    const char* plain = nullptr;
    for (uint32_t i = 0; i < count; ++i) {
      const SayRow& s = p_.says[first + i];
      if (options_.audience == nullptr || strcmp(p_.text(s.audience), options_.audience) != 0)
        continue;
      if (options_.locale != nullptr && strcmp(p_.text(s.locale), options_.locale) == 0) {
        return p_.text(s.text);
      }
      if (p_.text(s.locale)[0] == 0 && plain == nullptr) plain = p_.text(s.text);
    }
    return plain != nullptr ? plain : p_.text(title);
  }

  void withdrawn(uint32_t r, bool& first) {
    const RuleRow& row = p_.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      Ref set = partial_.withdrawn(k);
      Status s = findings_.status([k](Partial& p) { return p.withdrawn(k); });
      if (!is_for(d.verb) || s == Status::never) continue;
      out_.next(first) << "{\"rule\":";
      rule_name(r);
      named(",\"action\":", d.action) << ",\"by\":[";
      bool any = false;
      const uint8_t* banning = partial_.mark_bans(d, true);
      for (uint32_t b : p_.range(row.yields_first, row.yields_count)) {
        if (banning[b] == 0 || findings_.share(partial_.stands(b), set) == Status::never) continue;
        out_ << (any ? "," : "");
        rule_name(b);
        any = true;
      }
      partial_.mark_bans(d, false);
      out_ << ']';
      status(s, set, row.decision);
      out_ << '}';
    }
  }

  void accepted(uint32_t accept, bool& first) {
    const AcceptRow& a = p_.accepts[accept];
    Status s = findings_.status([&a](Partial& p) { return p.waived(a); });
    if (s == Status::never) return;
    (out_.next(first) << "{\"because\":").quoted(p_.text(a.because));
    status(s, partial_.waived(a), a.decision);
    out_ << '}';
  }

  void safety() {
    bool any = false;
    bool first = true;
    for (uint32_t r = 0; r < p_.rules.count; ++r) {
      if (p_.rules[r].decision != kNone) continue;
      if (findings_.status([r](Partial& p) { return p.stands(r); }) == Status::never) continue;
      if (!any) {
        out_ << (p_.decisions.count > 0 ? "," : "")
             << "{\"id\":\"safety\",\"applies\":\"yes\",\"settled\":true,\"gap\":\"no\","
                "\"stranded\":\"no\","
                "\"offers\":[],\"advice\":[";
      }
      any = true;
      advice(r, first);
    }
    if (!any) return;
    out_ << "],\"withdrawn\":[],\"accepted\":[";
    if (options_.explain) {
      begin_not_standing();
      for (uint32_t r = 0; r < p_.rules.count; ++r) {
        if (p_.rules[r].decision == kNone) not_standing(r);
      }
    }
    out_ << "],\"ask\":[]}";
  }

  // -- why, and what would change it ---------------------------------------------------------------

  /// The smallest part of the case that forces a set that is certain, or assumed.
  void because(Status s, Ref set) {
    if (s < Status::assumed) return;
    List<uint32_t> facts;
    bool smallest = false;
    if (!explain_.because(set, s == Status::assumed, facts, smallest)) return;
    out_ << ",\"because\":{";
    for (uint32_t i = 0; i < facts.count; ++i) {
      if (i > 0) out_ << ',';
      write_said(p_, facts_, facts[i], out_);
    }
    out_ << '}';
    if (!smallest) out_ << ",\"because_approximate\":true";
  }

  void begin_not_standing() {
    out_ << "],\"not_standing\":[";
    none_stands_ = true;
  }
  /// A rule that certainly does not stand, or of which all advice is withdrawn.
  void not_standing(uint32_t r) {
    if (out_.stopped() || may_stand(p_.rules[r])) return;
    out_.next(none_stands_) << "{\"rule\":";
    rule_name(r);
    Status applies = findings_.status([r](Partial& p) { return p.applies(r); });
    told(",\"applies\":\"", applies);
    overriding(r);
    bool more = false;
    out_ << ",\"would_need\":[";
    bool any = false;
    for (const Change& c : explain_.would_need(explain_.rule_in_force(r), more)) {
      if (any) out_ << ',';
      any = true;
      change(c);
    }
    out_ << ']';
    if (more) out_ << ",\"would_need_more\":true";
    out_ << '}';
  }
  bool may_stand(const RuleRow& row) {
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (in_force(k) != Status::never) return true;
    }
    return false;
  }
  /// The rules that may keep it from standing.
  void overriding(uint32_t rule) {
    bool any = false;
    const RuleRow& row = p_.rules[rule];
    for (uint32_t o : p_.range(row.overridden_first, row.overridden_count)) {
      if (findings_.share(partial_.stands(o), partial_.applies(rule)) == Status::never) continue;
      out_ << (any ? "," : ",\"overridden_by\":[");
      rule_name(o);
      any = true;
    }
    if (any) out_ << ']';
  }
  void change(const Change& c) {
    out_ << "{\"facts\":{";
    for (uint32_t i = 0; i < c.facts.count; ++i) {
      if (i > 0) out_ << ',';
      fact(c.facts[i].fact, c.facts[i].now);
    }
    out_ << '}';
    for (uint32_t known = 0; known < 2; ++known) {
      bool any = false;
      for (uint32_t i = 0; i < c.facts.count; ++i) {
        const Change::Fact& f = c.facts[i];
        if (!f.known_matters || f.now.known != (known == 1)) continue;
        out_ << (any ? "," : known == 1 ? ",\"known\":[" : ",\"unknown\":[");
        out_.quoted(p_.name(p_.facts[f.fact].name));
        any = true;
      }
      if (any) out_ << ']';
    }
    out_ << ",\"status\":\"" << name(c.status) << "\"}";
  }

  /// A fact and what it may be, as a case would say it.
  void fact(uint32_t f, const FactState& s) {
    const FactRow& row = p_.facts[f];
    out_.quoted(p_.name(row.name)) << ':';
    switch (static_cast<FactKind>(row.kind)) {
      case FactKind::set: write_elements(p_, row, s.present, s.open, out_); break;
      case FactKind::boolean:
      case FactKind::enumeration: enumeration_value(row, s); break;
      case FactKind::integer:
      case FactKind::decimal: number_value(row, s); break;
    }
  }
  void enumeration_value(const FactRow& row, const FactState& s) {
    uint32_t left = 0;
    for (uint32_t i = 0; i < row.classes; ++i) left += mask_test(s.allowed, i) ? 1 : 0;
    if (left == row.classes && left > 1) {
      out_ << "null";
      return;
    }
    if (left > 1) out_ << "{\"in\":[";
    bool first = true;
    for (uint32_t i = 0; i < row.classes; ++i) {
      if (!mask_test(s.allowed, i)) continue;
      out_.next(first);
      if (static_cast<FactKind>(row.kind) == FactKind::boolean) {
        out_ << truth(i != 0);
      } else {
        out_.quoted(p_.name(p_.enumerators[row.enum_first + i].name));
      }
    }
    if (left > 1) out_ << "]}";
  }
  /// Of a number as much as the guideline can tell: "at_least":70 for any age from its threshold on.
  void number_value(const FactRow& row, const FactState& s) {
    uint32_t runs = mask_runs(s.allowed, row.classes);
    if (runs > 1) out_ << "{\"in\":[";
    bool first = true;
    for (uint32_t i = 0; i < row.classes; ++i) {
      if (!mask_test(s.allowed, i)) continue;
      uint32_t last = i;
      while (last + 1 < row.classes && mask_test(s.allowed, last + 1)) ++last;
      out_.next(first);
      number_run(row, i, last);
      i = last;
    }
    if (runs > 1) out_ << "]}";
  }
  void number_run(const FactRow& row, uint32_t first, uint32_t last) {
    if (first == 0 && last + 1 == row.classes) {
      out_ << "null";
      return;
    }
    // A class of one value: between a cut before it and one after it.
    if (first == last && first > 0 && last < row.cut_count) {
      const CutRow& before = p_.cuts[row.cut_first + first - 1];
      const CutRow& after = p_.cuts[row.cut_first + last];
      if (before.after == 0 && after.after == 1 &&
          p_.number(before.number) == p_.number(after.number)) {
        number(before.number);
        return;
      }
    }
    out_ << '{';
    if (first > 0) {
      const CutRow& cut = p_.cuts[row.cut_first + first - 1];
      number(cut.number, cut.after == 0 ? "\"at_least\":" : "\"above\":");
    }
    if (last < row.cut_count) {
      const CutRow& cut = p_.cuts[row.cut_first + last];
      if (first > 0) out_ << ',';
      number(cut.number, cut.after == 0 ? "\"below\":" : "\"at_most\":");
    }
    out_ << '}';
  }

  void cautions() {
    out_ << ",\"cautions\":[";
    bool first = true;
    for (uint32_t i = 0; i < cautions_.count; ++i) {
      uint32_t k = cautions_[i];
      const DirectiveRow& d = p_.directives[k];
      out_.next(first) << "{\"rule\":";
      rule_name(partial_.rule_of(k));
      named(",\"action\":", d.action);
      uint32_t r = partial_.rule_of(k);
      status(in_force(k), partial_.in_force(k), p_.rules[r].decision);
      out_ << '}';
    }
    out_ << ']';
  }

  void assumed_facts() {
    out_ << ",\"assumed\":[";
    bool first = true;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      const FactRow& row = p_.facts[f];
      if (!facts_.facts[f].defaulted) continue;
      named("{\"fact\":", row.name, first) << ",\"value\":";
      write_default(p_, row, out_);
      out_ << '}';
    }
    out_ << ']';
  }

  const Program& p_;
  const Case& facts_;
  Arena& arena_;
  const AnswerOptions& options_;
  Out& out_;
  Findings findings_;
  Offers& offers_;
  Partial& partial_;
  Questions questions_;
  Explain explain_;
  List<uint32_t> cautions_;
  List<Linked> on_ways_, accepts_;
  uint32_t *caution_on_ = nullptr, *accept_of_ = nullptr;  // heads in these, by way and by decision
  bool exclusive_ = false;                                 // an `accept` of an exclusion
  uint32_t* named_ =
      nullptr;               // by name: 1 + the parameter that has it, kNone: several (count_names)
  List<uint32_t> banning_;   // scratch of against()
  bool none_stands_ = true;  // of not_standing: what comes is the first
};

}  // namespace

gdlrt_status answer(const Program& program, const Case& facts, Arena& arena,
                    const AnswerOptions& options, Out& out) {
  return Answer(program, facts, arena, options, out).write();
}

}  // namespace gdlrt
