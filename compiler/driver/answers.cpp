// The answers of source and program to one patient: see answers.h.
//
// Both say what G holds (docs/semantics.md) in the same words, as far as an answer tells it. A piece has short words, in
// which parameters of which all is left are not told, and whole ones; it is compared way by way, as an answer offers it,
// by whichever directives.
#include "answers.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <set>

#include "evaluate.h"
#include "sema/part.h"
#include "space/classes.h"

namespace gdl::driver {

using namespace sema;
using oracle::Patient;

namespace {

struct Piece {
  std::string words, whole;
  std::vector<std::string> offers;  ///< by which it is compared
};
using Pieces = std::vector<Piece>;

/// What is left of a way's parameter: of its values in their order, those of the mask.
struct Left {
  const Parameter* parameter;
  std::vector<space::Interval> classes;  ///< of a number
  Bits values;
};
struct WayLeft {
  std::string way;
  std::vector<Left> params;
  std::vector<std::string> cautions;  ///< that mark it, as they are written
};

std::string text(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

std::string text(const Left& left) {
  std::string out;
  auto add = [&](const std::string& value) { out += (out.empty() ? "" : " | ") + value; };
  for (std::size_t i = left.values.first(); i < left.values.size(); i = left.values.next(i + 1)) {
    if (left.classes.empty()) {
      add(left.parameter->enumerators[i].name);
      continue;
    }
    const space::Interval& lo = left.classes[i];
    while (i + 1 < left.values.size() && left.values.test(i + 1)) ++i;
    const space::Interval& hi = left.classes[i];
    add(lo.lo == hi.hi ? text(lo.lo)
                       : text(lo.lo) + (lo.lo_closed ? ".." : "<..") + (hi.hi_closed ? "" : "<") +
                             text(hi.hi));
  }
  return left.parameter->name + ": " + out;
}

void add(Pieces& out, const std::string& words) { out.push_back({words, words, {words}}); }

/// "recommend a with dose: half | b"
void add(Pieces& out, const std::string& lead, const std::vector<WayLeft>& ways,
         const std::string& tail) {
  Piece piece{lead, lead, {}};
  for (const WayLeft& w : ways) {
    if (std::any_of(ways.data(), &w, [&](const WayLeft& o) { return o.way == w.way; })) continue;
    const char* between = &w == ways.data() ? " " : " | ";
    piece.words += between + w.way;
    std::string whole = w.way;
    std::vector<std::string> some;
    std::vector<std::string> all;
    for (const Left& left : w.params) {
      all.push_back(text(left));
      if (!left.values.all()) some.push_back(all.back());
    }
    // In which order parameters stand says nothing.
    std::sort(all.begin(), all.end());
    std::sort(some.begin(), some.end());
    if (!all.empty()) whole += fmt::format(" with {}", fmt::join(all, ", "));
    if (!some.empty()) piece.words += fmt::format(" with {}", fmt::join(some, ", "));
    for (const std::string& caution : w.cautions) whole += " (caution " + caution + ")";
    piece.whole += between + whole;
    piece.offers.push_back(lead + " " + whole + tail);
  }
  piece.words += tail;
  piece.whole += tail;
  out.push_back(std::move(piece));
}

/// Strength and evidence belong to the answer.
std::string tail(const Rule& r) {
  return (r.strength.empty() ? "" : " strength " + r.strength) +
         (r.evidence.empty() ? "" : " evidence " + r.evidence);
}

/// What a rule says beside what it advises, as it is written.
void add_said(Pieces& out, const Rule& r) {
  for (const Directive& d : r.directives) {
    if (d.verb != Verb::caution && d.verb != Verb::prefer && !is_against(d.verb)) continue;
    std::string words = verb_words(d.verb) + (" " + d.what.text);
    if (d.verb == Verb::prefer) words += " over " + d.over.text;
    add(out, words + tail(r));
  }
}
/// The cautions of rules that stand which mark a way.
template <class Stands>
std::vector<std::string> marking(const Model& m, const Cautions& cautions, WayId way,
                                 const Stands& stands) {
  std::vector<std::string> out;
  const auto at = cautions.find(way);
  if (at == cautions.end()) return out;
  for (const auto& [rule, k] : at->second) {
    if (stands(rule)) out.push_back(m.rules[rule].directives[k].what.text);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string words_of(const Pieces& pieces, std::string Piece::* which) {
  std::string out;
  std::vector<std::string> told;
  for (const Piece& p : pieces) {
    if (std::find(told.begin(), told.end(), p.*which) != told.end()) continue;
    told.push_back(p.*which);
    out += (out.empty() ? "" : ", ") + p.*which;
  }
  return out.empty() ? "nothing" : out;
}
template <class Add>
std::set<std::string> set_of(const Pieces& pieces, const Add& add) {
  std::set<std::string> out;
  for (const Piece& p : pieces) add(p, out);
  return out;
}

BothSay both(const Pieces& source, const Pieces& program) {
  BothSay out;
  auto offers = [](const Piece& p, std::set<std::string>& to) {
    to.insert(p.offers.begin(), p.offers.end());
  };
  auto words = [](const Piece& p, std::set<std::string>& to) { to.insert(p.words); };
  out.differ = set_of(source, offers) != set_of(program, offers);
  const bool short_do = set_of(source, words) != set_of(program, words);
  const auto which = out.differ && !short_do ? &Piece::whole : &Piece::words;
  out.source = words_of(source, which);
  out.program = words_of(program, which);
  return out;
}

}  // namespace

std::string note(const std::string& topic, const std::string& who, const BothSay& say) {
  return fmt::format("{} {}: {}; by the program: {}", topic, who, say.source, say.program);
}

// -- the source --------------------------------------------------------------------------------------

class Answers::Ours {
 public:
  Ours(const Model& source, const Effects& effects)
      : m_(source), cautions_(cautions(source, effects)), cutter_(source) {}

  Pieces of(const Topic& topic, const Patient& whole) {
    Pieces out;
    if (topic.source == Topic::kNone) return out;
    const Asked& asked = this->asked(topic);
    const oracle::Advice a = asked.oracle.evaluate(oracle::within(asked.part, whole));
    switch (topic.of) {
      case Topic::Of::decision: decision(asked, a, DecisionId(topic.source), out); break;
      case Topic::Of::safety: {
        const RuleId id(topic.source);
        if (a.stands[asked.part.rule(id)] != 0) add_said(out, m_.rules[id]);
        break;
      }
    }
    return out;
  }

 private:
  /// The part of the source that a topic depends on.
  struct Asked {
    explicit Asked(Part cut)
        : part(std::move(cut)), oracle(part.model), classes(part.model, false) {}
    Part part;
    oracle::Oracle oracle;
    space::ParamClasses classes;
  };
  const Asked& asked(const Topic& topic) {
    std::unique_ptr<Asked>& out = asked_[topic];
    if (out != nullptr) return *out;
    Wanted wanted;
    if (topic.of == Topic::Of::decision) {
      wanted.decisions = {DecisionId(topic.source)};
      wanted.rules = marking_rules(DecisionId(topic.source));
    }
    if (topic.of == Topic::Of::safety) wanted.rules = {RuleId(topic.source)};
    out = std::make_unique<Asked>(cutter_.cut(wanted, scratch_));
    return *out;
  }
  /// The rules whose cautions mark a way that the decision advises.
  [[nodiscard]] std::vector<RuleId> marking_rules(DecisionId d) const {
    std::set<RuleId> out;
    for (RuleId r : m_.decisions[d].rules) {
      for (const Directive& dir : m_.rules[r].directives) {
        if (!is_for(dir.verb)) continue;
        for (WayId w : dir.what.ways) {
          const auto at = cautions_.find(w);
          if (at == cautions_.end()) continue;
          for (const auto& use : at->second) out.insert(use.first);
        }
      }
    }
    return {out.begin(), out.end()};
  }
  void decision(const Asked& asked, const oracle::Advice& advice, DecisionId whole,
                Pieces& out) const {
    const Part& part = asked.part;
    const oracle::DecisionAdvice& a = advice.decisions[part.decision(whole)];
    if (!a.applies) return add(out, "does not apply");
    for (const oracle::ForResult& f : a.fors) {
      if (!f.kept) continue;
      const Rule& r = part.model.rules[f.rule];
      const Directive& d = r.directives[f.directive];
      std::vector<WayLeft> ways;
      for (WayId w : f.left) ways.push_back(left(asked, advice, w));
      if (!f.left.empty()) add(out, verb_words(d.verb), ways, tail(r));
      const std::string verb = verb_words(d.verb);
      if (f.conflict) add(out, "in conflict: " + verb + " " + d.what.text + tail(r));
      if (f.withdrawn) add(out, "withdrawn: " + d.what.text);
    }
    for (RuleId r : a.none) {
      add(out, verb_words(Verb::no_recommendation) + tail(part.model.rules[r]));
    }
    for (RuleId r : m_.decisions[whole].rules) {
      if (advice.stands[part.rule(r)] != 0) add_said(out, m_.rules[r]);
    }
    if (a.gap) add(out, "a gap");
    if (a.stranded) add(out, "stranded");
  }
  [[nodiscard]] WayLeft left(const Asked& asked, const oracle::Advice& advice, WayId way) const {
    const Model& m = asked.part.model;
    WayLeft out{way_words(m, way), {}, {}};
    out.cautions = marking(m_, cautions_, asked.part.ways[way],
                           [&](RuleId r) { return advice.stands[asked.part.rule(r)] != 0; });
    for (const oracle::ParamLeft& p : oracle::parameters_left(asked.oracle, advice, way)) {
      Left left{&m.params[p.param], asked.classes.intervals(p.param),
                Bits(asked.classes.count(p.param))};
      const std::vector<Value> points = oracle::parameter_points(m, p.param);
      for (std::size_t i : p.points) {
        const bool number = left.parameter->kind != FactKind::enumeration;
        left.values.set(number ? space::class_of(left.classes, points[i].number) : points[i].index);
      }
      out.params.push_back(std::move(left));
    }
    return out;
  }

  const Model& m_;
  const Cautions cautions_;
  Cutter cutter_;
  Cutter::Scratch scratch_;
  std::map<Topic, std::unique_ptr<Asked>> asked_;
};

// -- the program -------------------------------------------------------------------------------------

class Answers::Theirs {
 public:
  Theirs(const Model& source, const emit::Lifted& program, const std::vector<std::uint8_t>& bytes)
      : s_(source),
        l_(program),
        m_(program.model),
        cautions_(cautions(program)),
        storage_(bytes.size() / 8 + 1) {
    std::memcpy(storage_.data(), bytes.data(), bytes.size());
    gdlrt::Refusal why;
    const gdlrt_status status =
        gdlrt::open_program(reinterpret_cast<const std::uint8_t*>(storage_.data()), bytes.size(),
                            arena_, program_, why);
    if (status != GDLRT_OK) throw std::bad_alloc();  // it has been accepted before
    evaluator_.emplace(program_, arena_);
    if (evaluator_->failed() || !evaluator_->make(outcome_, arena_) ||
        !evaluator_->make(patient_, arena_)) {
      throw std::bad_alloc();
    }
    std::size_t words = 1;
    for (const gdlrt::ParamRow& p : program_.params) {
      words = std::max<std::size_t>(words, gdlrt::mask_words(p.classes));
    }
    mask_.resize(words);
    for (std::size_t i = 0; i < s_.facts.size(); ++i) facts_[s_.facts[FactId(i)].name] = FactId(i);
  }

  /// The program answers the patient, has no such patient since it lacks a value, or excludes them.
  enum class Seen : std::uint8_t { answers, lacks, excludes };
  Seen see(const Patient& p) {
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      const Fact& f = m_.facts[FactId(i)];
      const auto at = facts_.find(f.name);
      if (at == facts_.end() || !value(i, s_.facts[at->second], p.values[at->second])) {
        return Seen::lacks;
      }
      patient_.known[i] = p.known[at->second];
    }
    evaluator_->run(patient_, outcome_);
    const bool excludes =
        std::any_of(program_.impossibles.begin(), program_.impossibles.end(),
                    [&](const auto& row) { return outcome_.nodes[row.node] != 0; });
    return excludes ? Seen::excludes : Seen::answers;
  }

  /// Of the patient seen last.
  Pieces of(const Topic& topic) {
    Pieces out;
    if (topic.program == Topic::kNone) return out;
    switch (topic.of) {
      case Topic::Of::decision: decision(topic.program, out); break;
      case Topic::Of::safety: said(RuleId(topic.program), out); break;
    }
    return out;
  }

 private:
  /// The value of a fact of the source as a value of the program's fact of that name.
  bool value(std::size_t row, const Fact& source, const Value& v) {
    const FactId id(row);
    const Fact& f = m_.facts[id];
    if (f.kind != source.kind || f.unit.text != source.unit.text) return false;
    auto element = [&](std::size_t i) {
      const std::string& name = source.enumerators[i].name;
      return static_cast<std::size_t>(
          std::find_if(f.enumerators.begin(), f.enumerators.end(),
                       [&](const Enumerator& e) { return e.name == name; }) -
          f.enumerators.begin());
    };
    switch (f.kind) {
      case FactKind::boolean:
      case FactKind::enumeration: {
        const std::size_t at = element(v.index);
        patient_.classes[row] = static_cast<std::uint32_t>(at);
        return at < f.enumerators.size();
      }
      case FactKind::integer:
      case FactKind::decimal:
        patient_.classes[row] =
            static_cast<std::uint32_t>(space::class_of(l_.classes[id], v.number));
        return f.lo <= v.number && v.number <= f.hi;
      case FactKind::set: {
        std::uint64_t set = 0;
        for (std::size_t e = 0; e < source.enumerators.size(); ++e) {
          if (((v.set >> e) & 1u) == 0) continue;
          const std::size_t at = element(e);
          if (at == f.enumerators.size()) return false;
          set |= std::uint64_t{1} << at;
        }
        patient_.sets[row] = set;
        return true;
      }
    }
    return false;
  }

  void decision(std::uint32_t id, Pieces& out) {
    if (outcome_.domain[id] == 0) return add(out, "does not apply");
    const Decision& d = m_.decisions[DecisionId(id)];
    for (RuleId r : d.rules) {
      if (outcome_.kept[r.value] != 0) advised(r, out);
    }
    for (RuleId r : d.rules) {
      if (outcome_.kept[r.value] != 0 && m_.rules[r].has_none) {
        add(out, verb_words(Verb::no_recommendation) + tail(m_.rules[r]));
      }
    }
    for (RuleId r : d.rules) said(r, out);
    if (outcome_.gap[id] != 0) add(out, "a gap");
    if (outcome_.stranded[id] != 0) add(out, "stranded");
  }
  void advised(RuleId id, Pieces& out) {
    const Rule& r = m_.rules[id];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      const Directive& d = r.directives[k];
      const std::uint32_t row =
          program_.rules[id.value].directive_first + static_cast<std::uint32_t>(k);
      const std::string verb = verb_words(d.verb);
      switch (is_for(d.verb) ? outcome_.state[row] : gdlrt::ForState::silent) {
        case gdlrt::ForState::silent: break;
        case gdlrt::ForState::left: {
          std::vector<WayLeft> ways;
          for (std::size_t w = 0; w < d.what.ways.size(); ++w) {
            if (outcome_.removed[evaluator_->way_offset(row) + w] == 0) {
              ways.push_back(left(d.what.ways[w]));
            }
          }
          add(out, verb, ways, tail(r));
          break;
        }
        case gdlrt::ForState::withdrawn: add(out, "withdrawn: " + d.what.text); break;
        case gdlrt::ForState::conflict:
        case gdlrt::ForState::parameter:
          add(out, "in conflict: " + verb + " " + d.what.text + tail(r));
          break;
      }
    }
  }
  void said(RuleId id, Pieces& out) const {
    if (outcome_.stands[id.value] != 0) add_said(out, m_.rules[id]);
  }
  WayLeft left(WayId way) {
    WayLeft out{way_words(m_, way), {}, {}};
    out.cautions =
        marking(m_, cautions_, way, [this](RuleId r) { return outcome_.stands[r.value] != 0; });
    std::set<ParamId> told;
    for (ParamId p : l_.ways[way].params) {
      if (!told.insert(p).second) continue;
      const gdlrt::ParamRow& row = program_.params[p.value];
      Left left{&m_.params[p], {}, Bits(row.classes)};
      evaluator_->parameter_left(outcome_, p.value, way.value, mask_.data());
      for (std::uint32_t i = 0; i < row.classes; ++i) {
        if (gdlrt::mask_test(mask_.data(), i)) left.values.set(i);
        if (left.parameter->kind == FactKind::enumeration) continue;
        const gdlrt::IntervalRow& one = program_.intervals[row.interval_first + i];
        left.classes.push_back({program_.number(one.lo), program_.number(one.hi),
                                (one.flags & gdlrt::kLoClosed) != 0,
                                (one.flags & gdlrt::kHiClosed) != 0});
      }
      out.params.push_back(std::move(left));
    }
    return out;
  }

  const Model& s_;
  const emit::Lifted& l_;
  const Model& m_;
  const Cautions cautions_;
  std::vector<std::uint64_t> storage_;  // a program lies at a multiple of 8
  gdlrt::Arena arena_;
  gdlrt::Program program_;
  std::optional<gdlrt::Evaluator> evaluator_;
  gdlrt::Outcome outcome_;
  gdlrt::Patient patient_;
  std::vector<std::uint64_t> mask_;  // of a parameter's classes
  std::map<std::string, FactId> facts_;
};

Answers::Answers(const Model& source, const emit::Lifted& program, const Effects& effects,
                 const std::vector<std::uint8_t>& bytes)
    : ours_(std::make_unique<Ours>(source, effects)),
      theirs_(std::make_unique<Theirs>(source, program, bytes)) {}
Answers::~Answers() = default;

std::optional<BothSay> Answers::of(const Topic& topic, const Patient& patient, bool excluded_too) {
  const Theirs::Seen seen = theirs_->see(patient);
  if (seen == Theirs::Seen::excludes && !excluded_too) return std::nullopt;
  if (seen == Theirs::Seen::lacks) return BothSay{"", "", true, true};
  return both(ours_->of(topic, patient), theirs_->of(topic));
}

}  // namespace gdl::driver
