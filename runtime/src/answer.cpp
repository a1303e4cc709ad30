// Answers: see answer.h.
//
// Everything a total patient gets is certain, unless defaults were put in: then it is certain only if it
// comes out the same whatever the defaulted facts are, and `assumed` otherwise. That is found by trying all
// their values; where these are too many, `assumed` is said of everything, which claims less.
#include "answer.h"

#include "run_limits.h"

namespace gdlrt {

namespace {

/// One offer of the answer: a way, advised with a verb in a decision.
struct Offer {
  uint32_t decision = 0, verb = 0, way = 0;
  uint64_t* params =
      nullptr;  ///< what is left of each parameter that reaches the way, one after another
  bool assumed = false;
};

class Answer {
 public:
  Answer(const Program& p, const Case& facts, Arena& arena, const AnswerOptions& options, Out& out)
      : p_(p), facts_(facts), arena_(arena), options_(options), out_(out), eval_(p, arena) {}

  gdlrt_status write() {
    Patient patient;
    if (eval_.failed() || !eval_.make(patient, arena_) || !eval_.make(base_, arena_)) {
      return GDLRT_NO_MEMORY;
    }
    fill(patient);
    eval_.run(patient, base_);
    in_force_assumed_ = arena_.array<uint8_t>(p_.rules.count + 1);
    withdrawn_assumed_ = arena_.array<uint8_t>(p_.directives.count + 1);
    if (!collect_offers() || arena_.failed()) return GDLRT_NO_MEMORY;
    if (!assumptions(patient)) return GDLRT_NO_MEMORY;
    head();
    out_ << ",\"decisions\":[";
    for (uint32_t d = 0; d < p_.decisions.count; ++d) {
      if (d > 0) out_ << ',';
      decision(d);
    }
    safety();
    out_ << ']';
    cautions();
    assumed_facts();
    out_ << "}\n";
    return out_.flush() ? GDLRT_OK : GDLRT_STOPPED;
  }

 private:
  void fill(Patient& patient) {
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      const FactState& s = facts_.facts[f];
      patient.known[f] = s.known ? 1 : 0;
      patient.sets[f] = s.present;
      for (uint32_t i = 0; i < p_.facts[f].classes; ++i) {
        if (mask_test(s.allowed, i)) {
          patient.classes[f] = i;
          break;
        }
      }
    }
  }

  // -- statuses --------------------------------------------------------------------------------------

  [[nodiscard]] uint32_t param_words(uint32_t way) const {
    uint32_t words = 0;
    for (uint32_t q : p_.range(p_.ways[way].param_first, p_.ways[way].param_count)) {
      words += mask_words(p_.params[q].classes);
    }
    return words;
  }
  void params_left(const Outcome& o, uint32_t way, uint64_t* mask) const {
    for (uint32_t q : p_.range(p_.ways[way].param_first, p_.ways[way].param_count)) {
      eval_.parameter_left(o, q, way, mask);
      mask += mask_words(p_.params[q].classes);
    }
  }

  /// True if the decision offers the way with the verb.
  bool offered(const Outcome& o, uint32_t decision, uint32_t verb, uint32_t way) const {
    const DecisionRow& d = p_.decisions[decision];
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
      if (o.kept[r] != 0 && offers(o, r, verb, way)) return true;
    }
    return false;
  }
  bool offers(const Outcome& o, uint32_t rule, uint32_t verb, uint32_t way) const {
    const RuleRow& row = p_.rules[rule];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& dir = p_.directives[k];
      if (dir.verb != verb || o.state[k] != ForState::left) continue;
      for (uint32_t w = 0; w < dir.way_count; ++w) {
        if (p_.operands[dir.way_first + w] == way && o.removed[eval_.way_offset(k) + w] == 0)
          return true;
      }
    }
    return false;
  }

  bool collect_offers() {
    for (uint32_t d = 0; d < p_.decisions.count; ++d) {
      uint32_t begin = offers_.count;
      for (uint32_t r : p_.range(p_.decisions[d].rule_first, p_.decisions[d].rule_count)) {
        if (base_.kept[r] == 0) continue;
        const RuleRow& row = p_.rules[r];
        for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
          if (!is_for(p_.directives[k].verb) || base_.state[k] != ForState::left) continue;
          for (uint32_t w = 0; w < p_.directives[k].way_count; ++w) {
            if (base_.removed[eval_.way_offset(k) + w] != 0) continue;
            Offer o{d, p_.directives[k].verb, p_.operands[p_.directives[k].way_first + w]};
            bool seen = false;
            for (uint32_t i = begin; i < offers_.count && !seen; ++i) {
              seen = offers_[i].verb == o.verb && offers_[i].way == o.way;
            }
            if (seen) continue;
            o.params = arena_.array<uint64_t>(param_words(o.way) + 1);
            if (o.params == nullptr) return false;
            params_left(base_, o.way, o.params);
            if (!offers_.add(arena_, o)) return false;
          }
        }
      }
    }
    return true;
  }

  /// "It stands and is not withdrawn."
  bool in_force(const Outcome& o, uint32_t rule) const {
    if (o.stands[rule] == 0) return false;
    const RuleRow& row = p_.rules[rule];
    if ((row.flags & kHasFor) == 0) return true;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (is_for(p_.directives[k].verb) && o.state[k] != ForState::withdrawn) return true;
    }
    return false;
  }

  bool assumptions(Patient& patient) {
    List<uint32_t> open;
    uint64_t combinations = 1;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      const FactRow& row = p_.facts[f];
      if (!facts_.facts[f].defaulted || (row.flags & kUsed) == 0) continue;
      if (!open.add(arena_, f)) return false;
      uint64_t n = row.classes > 0
                       ? row.classes
                       : (row.enum_count >= 32 ? 0xffffffffu : uint64_t{1} << row.enum_count);
      combinations = combinations > 0xffffffffu ? combinations : combinations * n;
    }
    if (open.count == 0) return true;
    if (combinations > static_cast<uint64_t>(limits::assumption_combinations)) {
      for (uint32_t i = 0; i < offers_.count; ++i) offers_[i].assumed = true;
      for (uint32_t r = 0; r < p_.rules.count; ++r) in_force_assumed_[r] = 1;
      for (uint32_t k = 0; k < p_.directives.count; ++k) withdrawn_assumed_[k] = 1;
      return true;
    }
    Outcome other;
    if (!eval_.make(other, arena_)) return false;
    uint64_t* params = arena_.array<uint64_t>(65536 / 64);
    if (params == nullptr) return false;
    for (uint64_t n = 0; n < combinations; ++n) {
      uint64_t rest = n;
      for (uint32_t i = 0; i < open.count; ++i) {
        const FactRow& row = p_.facts[open[i]];
        uint64_t values = row.classes > 0 ? row.classes : uint64_t{1} << row.enum_count;
        if (row.classes > 0) {
          patient.classes[open[i]] = static_cast<uint32_t>(rest % values);
        } else {
          patient.sets[open[i]] = rest % values;
        }
        rest /= values;
      }
      eval_.run(patient, other);
      for (uint32_t i = 0; i < offers_.count; ++i) {
        Offer& o = offers_[i];
        if (o.assumed) continue;
        if (!offered(other, o.decision, o.verb, o.way)) {
          o.assumed = true;
          continue;
        }
        uint32_t words = param_words(o.way);
        if (words > 65536 / 64) {
          o.assumed = true;
          continue;
        }
        params_left(other, o.way, params);
        o.assumed = memcmp(params, o.params, words * sizeof *params) != 0;
      }
      for (uint32_t r = 0; r < p_.rules.count; ++r) {
        if (in_force(base_, r) && !in_force(other, r)) in_force_assumed_[r] = 1;
      }
      for (uint32_t k = 0; k < p_.directives.count; ++k) {
        if (other.state[k] != base_.state[k]) withdrawn_assumed_[k] = 1;
      }
    }
    return true;
  }

  // -- JSON ------------------------------------------------------------------------------------------

  void head() {
    const GuidelineRow& g = p_.guideline[0];
    (out_ << "{\"guideline\":{\"name\":").quoted(p_.name(g.name));
    (out_ << ",\"version\":").quoted(p_.name(g.version));
    (out_ << ",\"source_hash\":\"sha256:").hex(p_.header().source_hash, 32);
    out_ << "\",\"unchecked\":" << ((p_.header().flags & kUnchecked) != 0 ? "true" : "false")
         << '}';
  }

  void rule_name(uint32_t r) {
    if (p_.stripped()) {
      out_ << "\"#" << r << '"';
    } else {
      out_.quoted(p_.text(p_.rule_texts[r].name));
    }
  }
  static const char* status(bool assumed) { return assumed ? "assumed" : "certain"; }
  static const char* yes(bool v) { return v ? "yes" : "no"; }

  void decision(uint32_t id) {
    const DecisionRow& d = p_.decisions[id];
    (out_ << "{\"id\":").quoted(p_.name(d.name));
    if (p_.text(d.title)[0] != 0) (out_ << ",\"title\":").quoted(p_.text(d.title));
    out_ << ",\"applies\":\"" << yes(base_.domain[id] != 0) << "\",\"settled\":true,\"gap\":\""
         << yes(base_.gap[id] != 0) << "\",\"stranded\":\"" << yes(base_.stranded[id] != 0) << '"';
    if (base_.overlap[id] != 0) out_ << ",\"overlap\":\"yes\"";
    out_ << ",\"offers\":[";
    bool first = true;
    for (uint32_t i = 0; i < offers_.count; ++i) {
      if (offers_[i].decision != id) continue;
      if (!first) out_ << ',';
      first = false;
      offer(offers_[i]);
    }
    out_ << "],\"advice\":[";
    first = true;
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) advice(r, first);
    out_ << "],\"withdrawn\":[";
    first = true;
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) withdrawn(r, first);
    out_ << "],\"accepted\":[";
    first = true;
    for (const AcceptRow& a : p_.accepts) {
      if (a.decision == id) accepted(a, first);
    }
    out_ << "],\"ask\":[]}";
  }

  void offer(const Offer& o) {
    out_ << "{\"verb\":\"" << kVerbNames[o.verb] << "\",\"way\":[";
    const WayRow& way = p_.ways[o.way];
    bool first = true;
    for (uint32_t a : p_.range(way.leaf_first, way.leaf_count)) {
      (out_ << (first ? "" : ",")).quoted(p_.name(p_.actions[a].name));
      first = false;
    }
    out_ << ']';
    action_texts(way);
    out_ << ",\"parameters\":{";
    const uint64_t* mask = o.params;
    first = true;
    View<WordRow> params = p_.range(way.param_first, way.param_count);
    for (uint32_t q : params) {
      const ParamRow& row = p_.params[q];
      bool twice = false;
      for (uint32_t other : params)
        twice = twice || (other != q && p_.params[other].name == row.name);
      out_ << (first ? "\"" : ",\"");
      if (twice) out_ << p_.name(p_.actions[row.action].name) << '.';
      out_ << p_.name(row.name) << "\":";
      parameter(row, mask);
      mask += mask_words(row.classes);
      first = false;
    }
    out_ << "},\"status\":\"" << status(o.assumed) << "\",\"rules\":[";
    first = true;
    const DecisionRow& d = p_.decisions[o.decision];
    for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
      if (base_.kept[r] == 0 || !offers(base_, r, o.verb, o.way)) continue;
      out_ << (first ? "" : ",");
      rule_name(r);
      first = false;
    }
    out_ << ']';
    bool any = false;
    for (uint32_t k = 0; k < p_.directives.count; ++k) {
      if (!caution_on(k, o.way)) continue;
      out_ << (any ? "," : ",\"cautions\":[");
      rule_name(eval_.rule_of(k));
      any = true;
    }
    out_ << (any ? "]}" : "}");
  }

  /// The labels of a way's actions in one line, and what is to be said of them to the asked audience.
  void action_texts(const WayRow& way) {
    if ((p_.header().flags & kStripped) != 0) return;
    bool labels = false;
    for (uint32_t a : p_.range(way.leaf_first, way.leaf_count))
      labels = labels || p_.actions[a].label != 0;
    bool first = true;
    if (labels) {
      out_ << ",\"label\":\"";
      for (uint32_t a : p_.range(way.leaf_first, way.leaf_count)) {
        const char* label = p_.text(p_.actions[a].label);
        if (label[0] == 0) label = p_.name(p_.actions[a].name);
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

  bool caution_on(uint32_t directive, uint32_t way) const {
    const DirectiveRow& d = p_.directives[directive];
    if (static_cast<Verb>(d.verb) != Verb::caution || base_.stands[eval_.rule_of(directive)] == 0)
      return false;
    for (uint32_t w : p_.range(d.way_first, d.way_count)) {
      if (w == way) return true;
    }
    return false;
  }

  Out& number(uint32_t index) {
    char buffer[num::kMaxFormat];
    num::Rational r = p_.number(index);
    size_t n = num::format(r, buffer, sizeof buffer);
    if (r.is_terminating()) return out_.put(buffer, n);
    return out_.quoted(buffer, n);
  }

  /// Names left of an enumeration; of a number one value, or what a case would say: {"at_least":1,"at_most":6};
  /// a list of these where a piece in the middle is gone.
  void parameter(const ParamRow& row, const uint64_t* mask) {
    if (static_cast<FactKind>(row.kind) == FactKind::enumeration) {
      out_ << '[';
      bool first = true;
      for (uint32_t i = 0; i < row.classes; ++i) {
        if (!mask_test(mask, i)) continue;
        (out_ << (first ? "" : ",")).quoted(p_.name(p_.enumerators[row.enum_first + i].name));
        first = false;
      }
      out_ << ']';
      return;
    }
    uint32_t runs = 0;
    for (uint32_t i = 0; i < row.classes; ++i) {
      if (mask_test(mask, i) && (i == 0 || !mask_test(mask, i - 1))) ++runs;
    }
    if (runs != 1) out_ << '[';
    bool first = true;
    for (uint32_t i = 0; i < row.classes; ++i) {
      if (!mask_test(mask, i)) continue;
      const IntervalRow& lo = p_.intervals[row.interval_first + i];
      while (i + 1 < row.classes && mask_test(mask, i + 1)) ++i;
      const IntervalRow& hi = p_.intervals[row.interval_first + i];
      if (!first) out_ << ',';
      first = false;
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
    if (!in_force(base_, r)) return;
    const RuleRow& row = p_.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      if (is_for(d.verb) && base_.state[k] == ForState::withdrawn) continue;
      out_ << (first ? "{\"rule\":" : ",{\"rule\":");
      first = false;
      rule_name(r);
      out_ << ",\"verb\":\"" << kVerbNames[d.verb] << '"';
      if (static_cast<Verb>(d.verb) == Verb::none) {
        (out_ << ",\"because\":").quoted(p_.name(d.because));
      } else {
        (out_ << ",\"action\":").quoted(p_.name(d.action));
      }
      if (static_cast<Verb>(d.verb) == Verb::prefer) (out_ << ",\"over\":").quoted(p_.name(d.over));
      bool conflict =
          is_for(d.verb) && base_.kept[r] != 0 &&
          (base_.state[k] == ForState::conflict || base_.state[k] == ForState::parameter);
      out_ << ",\"status\":\"" << status(in_force_assumed_[r] != 0) << "\",\"conflict\":\""
           << yes(conflict) << '"';
      if (conflict) against(d);
      if (base_.kept[r] == 0 && (is_for(d.verb) || static_cast<Verb>(d.verb) == Verb::none)) {
        out_ << ",\"shadowed\":true";
      }
      if (p_.name(row.strength)[0] != 0) (out_ << ",\"strength\":").quoted(p_.name(row.strength));
      if (p_.name(row.evidence)[0] != 0) (out_ << ",\"evidence\":").quoted(p_.name(row.evidence));
      if (!p_.stripped()) grounds(p_.rule_texts[r]);
      out_ << '}';
    }
  }

  /// The standing rules that take ways of the directive away.
  void against(const DirectiveRow& d) {
    out_ << ",\"against\":[";
    bool first = true;
    for (uint32_t b = 0; b < p_.rules.count; ++b) {
      if (base_.stands[b] == 0 || !bans_any(b, d)) continue;
      out_ << (first ? "" : ",");
      rule_name(b);
      first = false;
    }
    out_ << ']';
  }
  bool bans_any(uint32_t rule, const DirectiveRow& d) const {
    for (uint32_t w : p_.range(d.way_first, d.way_count)) {
      if (eval_.bans(rule, w)) return true;
    }
    return false;
  }

  void grounds(const RuleTextRow& t) {
    out_ << ",\"cite\":[";
    for (uint32_t i = 0; i < t.cite_count; ++i) {
      const CiteRow& c = p_.cites[t.cite_first + i];
      const ReferenceRow& ref = p_.references[c.reference];
      (out_ << (i > 0 ? ",{\"reference\":" : "{\"reference\":")).quoted(p_.text(ref.id));
      if (p_.text(c.at)[0] != 0) (out_ << ",\"at\":").quoted(p_.text(c.at));
      if (p_.text(ref.title)[0] != 0) (out_ << ",\"title\":").quoted(p_.text(ref.title));
      out_ << '}';
    }
    out_ << ']';
    const char* text = words(t.say_first, t.say_count, t.title);
    if (text[0] != 0) (out_ << ",\"text\":").quoted(text);
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
      if (!is_for(d.verb) || base_.state[k] != ForState::withdrawn) continue;
      out_ << (first ? "{\"rule\":" : ",{\"rule\":");
      first = false;
      rule_name(r);
      (out_ << ",\"action\":").quoted(p_.name(d.action)) << ",\"by\":[";
      bool any = false;
      for (uint32_t b : p_.range(row.yields_first, row.yields_count)) {
        if (base_.stands[b] == 0 || !bans_any(b, d)) continue;
        out_ << (any ? "," : "");
        rule_name(b);
        any = true;
      }
      out_ << "],\"status\":\"" << status(withdrawn_assumed_[k] != 0) << "\"}";
    }
  }

  bool waives(const AcceptRow& a) const {
    if (base_.nodes[a.node] == 0) return false;
    const DecisionRow& d = p_.decisions[a.decision];
    auto between = [&a](uint32_t r) { return a.first == kNone || r == a.first || r == a.second; };
    switch (static_cast<AcceptKind>(a.kind)) {
      case AcceptKind::gap: return base_.gap[a.decision] != 0;
      case AcceptKind::stranded: return base_.stranded[a.decision] != 0;
      case AcceptKind::overlap:
        return base_.overlap[a.decision] != 0 &&
               (a.first == kNone || (base_.stands[a.first] != 0 && base_.stands[a.second] != 0));
      case AcceptKind::exclusive:
        for (uint32_t x = 0; x < p_.exclusives.count; ++x) {
          if (base_.exclusive[x] != 0 &&
              (a.first == kNone || (base_.stands[a.first] != 0 && base_.stands[a.second] != 0))) {
            return true;
          }
        }
        return false;
      case AcceptKind::conflict:
      case AcceptKind::parameter: {
        ForState want = static_cast<AcceptKind>(a.kind) == AcceptKind::conflict
                            ? ForState::conflict
                            : ForState::parameter;
        for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
          if (base_.kept[r] == 0 || !between(r)) continue;
          const RuleRow& row = p_.rules[r];
          for (uint32_t k = 0; k < row.directive_count; ++k) {
            if (base_.state[row.directive_first + k] == want) return true;
          }
        }
        return false;
      }
    }
    return false;
  }

  void accepted(const AcceptRow& a, bool& first) {
    if (!waives(a)) return;
    (out_ << (first ? "{\"because\":" : ",{\"because\":")).quoted(p_.text(a.because));
    first = false;
    out_ << ",\"status\":\"certain\"}";
  }

  void safety() {
    bool any = false;
    bool first = true;
    for (uint32_t r = 0; r < p_.rules.count; ++r) {
      if (p_.rules[r].decision != kNone || base_.stands[r] == 0) continue;
      if (!any) {
        out_ << (p_.decisions.count > 0 ? "," : "")
             << "{\"id\":\"safety\",\"applies\":\"yes\",\"settled\":true,\"gap\":\"no\","
                "\"stranded\":\"no\","
                "\"offers\":[],\"advice\":[";
      }
      any = true;
      advice(r, first);
    }
    if (any) out_ << "],\"withdrawn\":[],\"accepted\":[],\"ask\":[]}";
  }

  void cautions() {
    out_ << ",\"cautions\":[";
    bool first = true;
    for (uint32_t k = 0; k < p_.directives.count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      uint32_t r = eval_.rule_of(k);
      if (static_cast<Verb>(d.verb) != Verb::caution || base_.stands[r] == 0) continue;
      out_ << (first ? "{\"rule\":" : ",{\"rule\":");
      first = false;
      rule_name(r);
      (out_ << ",\"action\":").quoted(p_.name(d.action))
          << ",\"status\":\"" << status(in_force_assumed_[r] != 0) << "\"}";
    }
    out_ << ']';
  }

  void assumed_facts() {
    out_ << ",\"assumed\":[";
    bool first = true;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      const FactRow& row = p_.facts[f];
      if (!facts_.facts[f].defaulted) continue;
      (out_ << (first ? "{\"fact\":" : ",{\"fact\":")).quoted(p_.name(row.name)) << ",\"value\":";
      first = false;
      switch (static_cast<FactKind>(row.kind)) {
        case FactKind::boolean: out_ << (row.default_class != 0 ? "true" : "false"); break;
        case FactKind::enumeration:
          out_.quoted(p_.name(p_.enumerators[row.enum_first + row.default_class].name));
          break;
        case FactKind::integer:
        case FactKind::decimal: number(row.default_number); break;
        case FactKind::set: {
          out_ << '[';
          bool any = false;
          for (uint32_t e = 0; e < row.enum_count; ++e) {
            if (((facts_.facts[f].present >> e) & 1u) == 0) continue;
            (out_ << (any ? "," : "")).quoted(p_.name(p_.enumerators[row.enum_first + e].name));
            any = true;
          }
          out_ << ']';
          break;
        }
      }
      out_ << '}';
    }
    out_ << ']';
  }

  const Program& p_;
  const Case& facts_;
  Arena& arena_;
  const AnswerOptions& options_;
  Out& out_;
  Evaluator eval_;
  Outcome base_;
  List<Offer> offers_;
  uint8_t* in_force_assumed_ = nullptr;
  uint8_t* withdrawn_assumed_ = nullptr;  // by directive
};

}  // namespace

gdlrt_status answer(const Program& program, const Case& facts, Arena& arena,
                    const AnswerOptions& options, Out& out) {
  return Answer(program, facts, arena, options, out).write();
}

gdlrt_status check_case(const Program& p, const Case& facts, Arena& arena, Problems& problems) {
  bool partial = false;
  for (uint32_t f = 0; f < p.facts.count; ++f) {
    const FactRow& row = p.facts[f];
    const FactState& s = facts.facts[f];
    if ((row.flags & kUsed) == 0) continue;
    uint32_t classes = 0;
    for (uint32_t i = 0; i < row.classes; ++i) classes += mask_test(s.allowed, i) ? 1 : 0;
    if (row.classes > 0 ? classes == 1 : s.open == 0) continue;
    partial = true;
    if (problems.full()) break;
    problems.begin(0, "GDL7002", "partial-case")
        << '`' << p.name(row.name)
        << "` is open, and this version answers only for patients who are wholly known";
    problems.end(p.name(row.name), "give its value");
  }
  if (partial) return GDLRT_PARTIAL_CASE;
  Evaluator e(p, arena);
  Patient patient;
  Outcome outcome;
  if (e.failed() || !e.make(patient, arena) || !e.make(outcome, arena)) return GDLRT_NO_MEMORY;
  bool defaulted = false;
  for (uint32_t f = 0; f < p.facts.count; ++f) {
    const FactState& s = facts.facts[f];
    patient.known[f] = s.known ? 1 : 0;
    patient.sets[f] = s.present;
    defaulted = defaulted || (s.defaulted && (p.facts[f].flags & kUsed) != 0);
    for (uint32_t i = 0; i < p.facts[f].classes; ++i) {
      if (mask_test(s.allowed, i)) patient.classes[f] = i;
    }
  }
  if (e.possible(patient, outcome)) return GDLRT_OK;
  if (defaulted) {
    problems.begin(0, "GDL7002", "partial-case")
        << "the defaults of facts that are not given would make this patient impossible";
    problems.end(nullptr, "give these facts, or say null if they are not known");
    return GDLRT_PARTIAL_CASE;
  }
  for (const ImpossibleRow& i : p.impossibles) {
    if (outcome.nodes[i.node] == 0) continue;
    Out& out = problems.begin(0);
    out << "no such patient exists: the guideline declares this impossible";
    const char* because = p.text(i.because);
    problems.end(nullptr, because[0] != 0 ? because : "check the values against each other");
  }
  return GDLRT_BAD_CASE;
}

}  // namespace gdlrt
