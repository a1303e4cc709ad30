// What `check` reports, against brute force: on guidelines small enough to try every patient, a kind of finding is
// reported for a decision or rule exactly if some possible patient shows it; every patient of a region or a witness
// shows the finding; all who show it are in some region, unless it says that regions are left out; shares are exact.
#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <utility>

#include "generate.h"
#include "load.h"
#include "patients.h"
#include "regions.h"
#include "shown.h"

using namespace gdl;
using namespace gdl::judges;
using diag::Code;

namespace {

/// A finding and what it takes to say of a patient whether they show it.
struct Judged {
  const ReadFinding* read = nullptr;
  DecisionId decision;
  std::vector<RuleId> rules;  ///< as named
  DefId definition;
  std::size_t accept = 0;
  /// The regions are to hold everybody of whom `shows` is true.
  bool complete = false;
  bool in = false;              ///< the patient in hand is in a region
  bool met = false;             ///< somebody was like the witness
  bool said_first = false;      ///< and was advised by the first rule what is ruled out
  std::string wrong;            ///< what was found wrong with it first
  std::vector<double> weights;  ///< of each region's possible patients in the decision's domain
};

class Judge {
 public:
  Judge(const std::string& text, const driver::Compilation& c)
      : c_(c), m_(*c.model), report_(read_report(text, c)), tables_(m_), waivers_(m_) {
    for (const ReadFinding& f : report_.findings) findings_.push_back(judged(f));
    for (Judged& j : findings_) j.complete = j.complete && alone(j);
    domains_.assign(m_.decisions.size(), 0);
  }

  /// Tries every patient; there are so many.
  void run(std::size_t patients) {
    test::Patients all(tables_);
    test::Random random(1);
    bool possible = false;
    std::set<RuleId> stood;
    std::set<std::size_t> wide;
    Found found;
    all.each(patients, random, [&](const oracle::Patient& p) {
      if (!oracle::possible(m_, p)) return;
      possible = true;
      ++tried;
      Shown s = shown(m_, p, waivers_);
      add(m_, s, found);
      wide.insert(s.wide.begin(), s.wide.end());
      for (std::size_t i = 0; i < m_.rules.size(); ++i) {
        if (s.advice.stands[RuleId(i)] != 0) stood.insert(RuleId(i));
      }
      regions(p, s);
    });
    if (!possible) {
      found = {{Code::unsatisfiable_constraints, ""}};
    } else {
      for (std::size_t i = 0; i < m_.rules.size(); ++i) {
        if (stood.count(RuleId(i)) == 0) found.insert({Code::dead_rule, m_.rules[RuleId(i)].name});
      }
      for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
        std::string at = std::to_string(m_.accepts[i].span.begin);
        if (waivers_.used.count(i) == 0) {
          found.insert({Code::useless_accept, at});
        } else if (wide.count(i) != 0) {
          found.insert({Code::wide_accept, at});
        }
      }
      shares();
    }
    for (const Judged& j : findings_) {
      CHECK(j.wrong == "");
      if (j.read->diagnostic->code == Code::conflict) CHECK(j.said_first == j.met);
    }
    CHECK(untold_ == "");
    Found got = reported(c_);
    findings += got.size();
    CHECK(show(got) == show(found));
    if (possible) summary(found);
  }

  std::size_t tried = 0;     ///< possible patients
  std::size_t findings = 0;  ///< reported
  std::size_t listed = 0;    ///< patients found in regions
  std::size_t whole = 0;     ///< findings whose regions are held to be all there is
  std::size_t shared = 0;    ///< regions whose shares were compared

 private:
  [[nodiscard]] Judged judged(const ReadFinding& f) const {
    Judged out;
    out.read = &f;
    out.complete = f.complete;
    const diag::Diagnostic& d = *f.diagnostic;
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) {
      if (m_.decisions[DecisionId(i)].name == d.decision) out.decision = DecisionId(i);
    }
    for (const std::string& name : d.rules) {
      for (std::size_t i = 0; i < m_.rules.size(); ++i) {
        if (m_.rules[RuleId(i)].name == name) out.rules.push_back(RuleId(i));
      }
    }
    for (std::size_t i = 0; i < m_.definitions.size(); ++i) {
      const Span& at = m_.definitions[DefId(i)].span;
      if (at.begin <= d.primary.begin && d.primary.begin < at.end) out.definition = DefId(i);
    }
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      if (m_.accepts[i].span.begin == d.primary.begin) out.accept = i;
    }
    out.weights.assign(f.regions.size(), 0);
    return out;
  }

  /// A row of the summary that says `proved` speaks of a decision in which nothing is wrong.
  void summary(const Found& found) const {
    for (const analysis::DecisionSummary& row : c_.report.decisions) {
      bool wrong = std::any_of(found.begin(), found.end(), [&](const auto& entry) {
        return entry.second == row.id || entry.second.rfind(row.id + ".", 0) == 0;
      });
      if (wrong) CHECK(row.verdict != diag::Verdict::proved);
    }
  }

  /// No other finding tells of the same patients for the same reason, so that this one must have them all.
  [[nodiscard]] bool alone(const Judged& j) const {
    Code code = j.read->diagnostic->code;
    if (code != Code::conflict && code != Code::exclusive_conflict &&
        code != Code::parameter_conflict) {
      return true;
    }
    for (const Judged& other : findings_) {
      if (&other == &j || other.read->diagnostic->code != code) continue;
      if (std::count(other.rules.begin(), other.rules.end(), j.rules[0]) > 0) return false;
    }
    std::size_t fors = 0;
    for (const Directive& d : m_.rules[j.rules[0]].directives) fors += is_for(d.verb) ? 1 : 0;
    if (fors > 1) return false;
    if (code == Code::exclusive_conflict) return m_.exclusives.size() == 1;
    return std::all_of(j.rules.begin() + 1, j.rules.end(),
                       [&](RuleId r) { return !m_.rules[r].has_for; });
  }

  /// The patient shows what the finding says.
  [[nodiscard]] bool shows(const Judged& j, const Shown& s) const {
    auto with_another = [&](const std::set<Shown::Pair>& pairs) {
      if (j.rules.size() == 1) return Shown::has(pairs, j.rules[0], j.rules[0]);
      return std::any_of(j.rules.begin() + 1, j.rules.end(),
                         [&](RuleId r) { return Shown::has(pairs, j.rules[0], r); });
    };
    switch (j.read->diagnostic->code) {
      case Code::gap: return s.gaps.count(j.decision) != 0;
      case Code::stranded: return s.stranded.count(j.decision) != 0;
      case Code::preference_cycle: return s.cycles.count(j.decision) != 0;
      case Code::overlap: return with_another(s.overlaps);
      case Code::overlapping_overrides: return with_another(s.overrides_all);
      case Code::exclusive_conflict: return with_another(s.exclusives);
      case Code::parameter_conflict: return s.parameters.count(j.rules.at(0)) != 0;
      case Code::overlapping_definition: return s.overlapping.count(j.definition) != 0;
      case Code::incomplete_definition: return s.incomplete.count(j.definition) != 0;
      case Code::wide_accept: return s.wide.count(j.accept) != 0;
      case Code::narrowed:
        // The first takes something; from itself, if no other is named.
        return s.advice.stands[j.rules.at(0)] != 0 &&
               std::any_of(s.advice.decisions[j.decision].fors.begin(),
                           s.advice.decisions[j.decision].fors.end(),
                           [&](const oracle::ForResult& f) {
                             return std::count(j.rules.begin(), j.rules.end(), f.rule) > 0 &&
                                    less_left(m_, s.advice, f);
                           });
      case Code::conflict:
        // The bans named stand all of them, and of the rules that advise what is ruled out some.
        return std::any_of(j.rules.begin(), j.rules.end(),
                           [&](RuleId r) { return s.conflicts.count(r) != 0; }) &&
               std::all_of(j.rules.begin() + 1, j.rules.end(), [&](RuleId r) {
                 return m_.rules[r].has_for || s.advice.stands[r] != 0;
               });
      default: return false;
    }
  }

  void regions(const oracle::Patient& p, const Shown& s) {
    double weight = this->weight(p);
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      if (s.advice.decisions[DecisionId(i)].applies) domains_[i] += weight;
    }
    for (Judged& j : findings_) {
      const bool shows = this->shows(j, s);
      const diag::Diagnostic& d = *j.read->diagnostic;
      if (j.read->witness.has_value() && j.read->witness->says(p)) {
        if (!shows) wrong(j, "not everybody shows it who is like the witness", *d.witness);
        j.met = true;
        if (d.code == Code::conflict && s.conflicts.count(j.rules.at(0)) != 0) j.said_first = true;
      }
      bool& in = j.in;
      in = false;
      for (std::size_t i = 0; i < j.read->regions.size(); ++i) {
        const ReadRegion& r = j.read->regions[i];
        const bool holds = r.holds(*report_.copy.model, p);
        if (r.says(p) != holds) wrong(j, "its JSON and its condition differ", d.regions[i].facts);
        if (!holds) continue;
        in = true;
        ++listed;
        if (j.decision.valid() && s.advice.decisions[j.decision].applies) j.weights[i] += weight;
        if (!shows) wrong(j, "not everybody of the region shows it", d.regions[i].facts);
      }
      if (j.complete && shows && !in) wrong(j, "somebody shows it who is in no region", {});
    }
    for (RuleId r : s.conflicts) told(Code::conflict, r, r);
    for (RuleId r : s.parameters) told(Code::parameter_conflict, r, r);
    for (const auto& [a, b] : s.overlaps) told(Code::overlap, a, b);
    for (const auto& [a, b] : s.exclusives) told(Code::exclusive_conflict, a, b);
  }

  /// The patient in hand is in a region of a finding that names the rules, or their decision's findings leave some out.
  void told(Code code, RuleId a, RuleId b) {
    bool all = true;
    for (const Judged& j : findings_) {
      if (j.read->diagnostic->code != code) continue;
      if (j.decision != m_.rules[a].decision && j.decision != m_.rules[b].decision) continue;
      all = all && j.read->complete;
      auto names = [&](RuleId r) { return std::count(j.rules.begin(), j.rules.end(), r) > 0; };
      if (j.in && names(a) && names(b)) return;
    }
    if (!all || !untold_.empty()) return;
    untold_ = std::string(diag::info(code).name) + " of `" + m_.rules[a].name + "` and `" +
              m_.rules[b].name + "`: somebody is in no region";
  }

  /// Notes it, once for each finding.
  static void wrong(Judged& j, const char* what, const std::vector<diag::FactValue>& where) {
    if (!j.wrong.empty()) return;
    j.wrong = j.read->diagnostic->message + ": " + what + ": " + diag::fact_words(where);
  }

  /// Which part of all patients one patient stands for: enumerators weigh equally, whole numbers by count, decimals by
  /// length, a set's elements and knownness as yes or no.
  [[nodiscard]] double weight(const oracle::Patient& p) const {
    double out = 1;
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      FactId id(i);
      const Fact& f = m_.facts[id];
      if (f.knownness_tested) out /= 2;
      switch (f.kind) {
        case FactKind::boolean: out /= 2; break;
        case FactKind::enumeration: out /= static_cast<double>(f.enumerators.size()); break;
        case FactKind::set: out /= std::pow(2.0, static_cast<double>(f.enumerators.size())); break;
        case FactKind::integer:
        case FactKind::decimal: {
          std::size_t cls = tables_.classes.class_of(id, p.values[id].number);
          const space::Interval& in = tables_.classes.intervals(id)[cls];
          out *= length(f, in.lo, in.hi) / length(f, f.lo, f.hi);
        }
      }
    }
    return out;
  }
  static double length(const Fact& f, const Rational& lo, const Rational& hi) {
    auto approximate = [](const Rational& r) {
      char text[gdlrt::num::kMaxFormat];
      std::string s(text, gdlrt::num::format(r, text, sizeof text));
      std::size_t slash = s.find('/');
      double out = std::stod(s);
      return slash == std::string::npos ? out : out / std::stod(s.substr(slash + 1));
    };
    return approximate(hi) - approximate(lo) + (f.kind == FactKind::integer ? 1 : 0);
  }

  void shares() {
    for (const Judged& j : findings_) {
      for (std::size_t i = 0; i < j.read->regions.size(); ++i) {
        const std::string& share = j.read->regions[i].share;
        if (share.empty() || !j.decision.valid()) continue;
        ++shared;
        double domain = domains_[j.decision.value];
        double expected = domain > 0 ? j.weights[i] / domain : 0;
        // Four digits are printed.
        CHECK_MESSAGE(std::abs(std::stod(share) - expected) <= 0.00006 + 0.0006 * expected,
                      j.read->diagnostic->message
                          << ": the share " << share << " of the region "
                          << diag::fact_words(j.read->diagnostic->regions[i].facts));
      }
      whole += j.complete ? 1 : 0;
    }
  }

  const driver::Compilation& c_;
  const Model& m_;
  ReadReport report_;
  space::Tables tables_;
  Waivers waivers_;
  std::vector<Judged> findings_;
  std::vector<double> domains_;
  std::string untold_;  // of whom no region tells, the first
};

/// What came of many.
struct Sum {
  std::size_t guidelines = 0, patients = 0, findings = 0, listed = 0, whole = 0, shared = 0;
  std::size_t refuted = 0;     ///< decisions whose verdict rests on a refutation
  std::set<diag::Code> kinds;  ///< of findings
};

constexpr test::Shape kLarger{5, 2, 3, 6};

/// How many patients a guideline may have.
struct Cells {
  std::size_t least = 0, most = 0;
};

/// One generated guideline, if it has so many patients.
void judge(std::uint64_t seed, const test::Shape& shape, const Cells& cells, Sum& sum,
           const analysis::Options& options = {}) {
  std::string text = test::Generator(seed, shape).run();
  CAPTURE(text);
  driver::Compilation c = test::load(text);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  const std::size_t patients = test::Patients(space::Tables(*c.model)).count(cells.most);
  if (patients < cells.least || patients > cells.most) return;
  c = test::check(text, options);
  Judge j(text, c);
  j.run(patients);
  ++sum.guidelines;
  sum.patients += j.tried;
  sum.findings += j.findings;
  sum.listed += j.listed;
  sum.whole += j.whole;
  sum.shared += j.shared;
  for (const auto& entry : reported(c)) sum.kinds.insert(entry.first);
  for (const analysis::DecisionSummary& row : c.report.decisions) {
    sum.refuted += row.grounds == analysis::Grounds::refutation ? 1 : 0;
  }
}

}  // namespace

TEST_CASE("check reports exactly what some patient shows, and lists exactly those") {
  const std::size_t count = test::fuzz_count(350);
  Sum sum;
  for (std::size_t n = 0; n < count; ++n) {
    judge(test::fuzz_seed() + 2'000'000 + n, {3, 2, 2, 4}, {0, 3000}, sum);
  }
  MESSAGE(sum.guidelines << " guidelines, " << sum.patients << " patients, " << sum.findings
                         << " findings, " << sum.listed << " patients in regions, " << sum.whole
                         << " findings with all their regions");
  // The generator must keep making guidelines that this can try, with findings.
  CHECK(sum.guidelines * 2 > count);
  CHECK(sum.findings > sum.guidelines);
  CHECK(sum.whole > sum.guidelines / 2);
  CHECK(sum.shared > sum.guidelines);
}

TEST_CASE("so it does where a solver is asked") {
  analysis::Options options;
  options.diagrams = 0;
  const std::size_t count = test::fuzz_count(300);
  Sum sum;
  for (std::size_t n = 0; n < count; ++n) {
    judge(test::fuzz_seed() + 6'000'000 + n, {3, 2, 2, 4}, {0, 3000}, sum, options);
  }
  MESSAGE(sum.guidelines << " guidelines, " << sum.findings << " findings, " << sum.listed
                         << " patients in regions, " << sum.refuted
                         << " decisions that rest on refutations");
  CHECK(sum.guidelines * 2 > count);
  CHECK(sum.findings > sum.guidelines);
  CHECK(sum.refuted > sum.guidelines / 2);
  for (Code code : {Code::conflict, Code::gap, Code::stranded, Code::overlap, Code::dead_rule,
                    Code::parameter_conflict, Code::exclusive_conflict, Code::wide_accept,
                    Code::useless_accept}) {
    CHECK_MESSAGE(sum.kinds.count(code) == 1, diag::info(code).name);
  }
}

TEST_CASE("so it does for larger ones") {
  const std::size_t count = test::fuzz_count(12);
  Sum sum;
  for (std::size_t n = 0; n < count; ++n) {
    judge(test::fuzz_seed() + 3'000'000 + n, kLarger, {0, 30'000}, sum);
  }
  MESSAGE(sum.guidelines << " guidelines, " << sum.patients << " patients");
  CHECK(sum.guidelines * 4 > count);
  CHECK(sum.patients > 1000 * sum.guidelines);
}

TEST_CASE("so it does for very large ones") {
  // Minutes each: only where so many patients are asked for.
  const auto most = static_cast<std::size_t>(test::asked_for("GDL_FUZZ_CELLS").value_or(0));
  const std::size_t count = most == 0 ? 0 : 1 + test::fuzz_count(1) / 20;
  Sum sum;
  for (std::size_t n = 0; sum.guidelines < count; ++n) {
    judge(test::fuzz_seed() + 4'000'000 + n, kLarger, {most / 10, most}, sum);
  }
  MESSAGE(sum.guidelines << " guidelines, " << sum.patients << " patients");
}

TEST_CASE("with little effort: nothing false, and what is missing is said to be unknown") {
  std::size_t cut = 0;
  std::size_t complete = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    std::string text =
        test::Generator(test::fuzz_seed() + 5'000'000 + n, test::Shape{4, 3, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation whole = test::check(text);
    REQUIRE_MESSAGE(!whole.type_errors, test::messages(whole));
    Found all = reported(whole);
    // Steps; below 0: the caller has no more patience when asked so often.
    for (std::int64_t given :
         {1, 7, 40, 150, 400, 1000, 3000, 10'000, -1, -2, -3, -5, -10, -30, -100}) {
      CAPTURE(given);
      analysis::Options options;
      std::int64_t asked = 0;
      if (given > 0) options.effort = static_cast<std::uint64_t>(given);
      if (given < 0) options.cancelled = [&] { return ++asked >= -given; };
      driver::Compilation c = test::check(text, options);
      Found got = reported(c);
      bool unknown = false;
      for (const auto& entry : got) {
        unknown = unknown || entry.first == diag::Code::unknown;
        if (entry.first != diag::Code::unknown) CHECK_MESSAGE(all.count(entry) == 1, show({entry}));
      }
      if (!unknown) CHECK(show(got) == show(all));
      for (std::size_t i = 0; i < c.report.decisions.size() && i < whole.report.decisions.size();
           ++i) {
        if (c.report.decisions[i].verdict != diag::Verdict::proved) continue;
        CHECK(whole.report.decisions[i].verdict == diag::Verdict::proved);
      }
      (unknown ? cut : complete) += 1;
    }
  }
  CHECK(cut > 50);
  CHECK(complete > 50);
}
