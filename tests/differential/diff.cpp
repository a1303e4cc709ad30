// The difference of two versions against brute force: random edits of random guidelines, both versions asked of
// the oracle patient by patient, each in its own model.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "authored.h"
#include "generate.h"
#include "lines.h"
#include "load.h"
#include "offered.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::sema;
using nlohmann::json;

namespace {

// -- G in words -----------------------------------------------------------------------------------

std::string names(const Model& m, const std::vector<WayId>& ways) {
  std::set<std::string> out;
  for (WayId w : ways) {
    std::set<std::string> leaves;
    for (ActionId a : m.ways[w].leaves) leaves.insert(m.actions[a].name);
    std::string one;
    for (const std::string& l : leaves) one += l + "+";
    out.insert(one);
  }
  std::string all;
  for (const std::string& w : out) all += w + "|";
  return all;
}

/// What is left of a way's parameters: enumerators by name, whole numbers from..to.
std::string parameters(const Model& m, const oracle::Advice& a, WayId way) {
  std::set<std::string> out;
  for (const oracle::ParamLeft& p : oracle::parameters_left(m, a, way)) {
    const Parameter& param = m.params[p.param];
    std::vector<sema::Value> points = oracle::parameter_points(m, p.param);
    std::string text = m.actions[param.action].name + "." + param.name + ":";
    for (std::size_t k = 0; k < p.points.size(); ++k) {
      std::size_t i = p.points[k];
      if (param.kind == FactKind::enumeration) {
        text += param.enumerators[i].name + ",";
        continue;
      }
      if (param.kind == FactKind::decimal) {
        // Ends and what lies between them, in turns.
        const bool from = k == 0 || p.points[k - 1] + 1 != i;
        const bool to = k + 1 == p.points.size() || p.points[k + 1] != i + 1;
        const bool end = i % 2 == 0;
        if (from) text += (end ? "[" : "]") + test::show(points[end ? i : i - 1].number) + "..";
        if (to) text += test::show(points[end ? i : i + 1].number) + (end ? "]," : "[,");
        continue;
      }
      if (k == 0 || p.points[k - 1] + 1 != i) text += test::show(points[i].number) + "..";
      if (k + 1 < p.points.size() && p.points[k + 1] == i + 1) continue;
      Rational to = points[i].number;
      if (i + 1 < points.size()) {
        (void)gdlrt::num::sub(points[i + 1].number, Rational::from_int(1), to);
      }
      text += test::show(to) + ",";
    }
    out.insert(text);
  }
  std::string all;
  for (const std::string& s : out) all += s + ";";
  return all;
}

std::string grade(const Rule& r) { return "/" + r.strength + "/" + r.evidence; }

using G = std::set<std::string>;

void warnings(const Model& m, const oracle::Advice& a, RuleId id, G& out) {
  const Rule& r = m.rules[id];
  if (a.stands[id] == 0) return;
  for (const Directive& d : r.directives) {
    if (d.verb != Verb::caution && !is_against(d.verb)) continue;
    std::string text = std::to_string(static_cast<int>(d.verb)) + names(m, d.what.ways) +
                       (d.what.alone ? " alone" : "") + grade(r);
    for (const ParamSetting& s : d.what.params) {
      const Parameter& p = m.params[s.param];
      text += " " + p.name;
      for (std::size_t i = 0; i < s.values.mask.size(); ++i) {
        if (s.values.mask.test(i)) text += p.enumerators[i].name;
      }
      if (p.kind != FactKind::enumeration)
        text += test::show(s.values.lo) + ".." + test::show(s.values.hi);
    }
    out.insert(text);
  }
}

G advice(const Model& m, const oracle::Advice& a, DecisionId id) {
  const oracle::DecisionAdvice& d = a.decisions[id];
  if (!d.applies) return {"outside"};
  G out;
  for (const oracle::ForResult& f : d.fors) {
    const Rule& r = m.rules[f.rule];
    const Directive& dir = r.directives[f.directive];
    if (!f.kept) continue;
    std::string text = std::to_string(static_cast<int>(dir.verb)) + grade(r);
    if (f.left.empty()) {
      out.insert((f.withdrawn ? "withdrawn " : "conflict ") + text + names(m, dir.what.ways));
      continue;
    }
    std::set<std::string> ways;
    for (WayId w : f.left) ways.insert(names(m, {w}) + "(" + parameters(m, a, w) + ")");
    for (const std::string& w : ways) text += w;
    out.insert(text);
  }
  for (RuleId r : d.none) out.insert("none" + grade(m.rules[r]));
  for (RuleId r : m.decisions[id].rules) warnings(m, a, r, out);
  for (const oracle::Preferred& p : d.prefers) {
    out.insert(names(m, {p.first}) + " over " + names(m, {p.second}) + grade(m.rules[p.by]));
  }
  return out;
}

G safety(const Model& m, const oracle::Advice& a) {
  G out;
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (!m.rules[RuleId(i)].decision.valid()) warnings(m, a, RuleId(i), out);
  }
  return out;
}

// -- patients of two versions ---------------------------------------------------------------------

/// The value of a fact in words that both versions understand.
struct Named {
  std::string name;  // enumerator, yes, no
  std::optional<Rational> number;
  std::set<std::string> elements;
};

bool numeric(const Fact& f) { return f.kind == FactKind::integer || f.kind == FactKind::decimal; }

std::optional<sema::Value> value_of(const Fact& f, const Named& v) {
  sema::Value out;
  if (numeric(f)) {
    if (*v.number < f.lo || f.hi < *v.number) return std::nullopt;
    out.number = *v.number;
    return out;
  }
  auto find = [&](const std::string& name) {
    std::size_t i = 0;
    while (i < f.enumerators.size() && f.enumerators[i].name != name) ++i;
    return i;
  };
  if (f.kind == FactKind::set) {
    for (const std::string& e : v.elements) {
      if (find(e) == f.enumerators.size()) return std::nullopt;
      out.set |= std::uint64_t{1} << find(e);
    }
    return out;
  }
  if (f.kind == FactKind::boolean) {
    out.index = v.name == "yes" ? 1 : 0;
    return out;
  }
  if (find(v.name) == f.enumerators.size()) return std::nullopt;
  out.index = static_cast<std::uint32_t>(find(v.name));
  return out;
}

/// A patient told in both versions.
struct Pair {
  std::map<std::string, Named> values;  // by the name that the difference uses
  std::map<std::string, bool> known;
  std::array<std::optional<oracle::Patient>, 2> in;  // none: the version cannot describe them
};

class Pairs {
 public:
  Pairs(const Model& a, const Model& b) : m_{&a, &b} {
    space::Tables ta(a);
    space::Tables tb(b);
    const space::Tables* t[2] = {&ta, &tb};
    for (std::size_t s = 0; s < 2; ++s) {
      for (std::size_t i = 0; i < m_[s]->facts.size(); ++i) {
        const Fact& f = m_[s]->facts[FactId(i)];
        const Fact* twin = fact(*m_[1 - s], f.name);
        bool one = twin != nullptr && twin->kind == f.kind && twin->unit.text == f.unit.text;
        Digit* d = nullptr;
        std::string name = one || twin == nullptr ? f.name : (s == 0 ? "old." : "new.") + f.name;
        for (Digit& x : digits_) d = x.name == name ? &x : d;
        if (d == nullptr) {
          digits_.push_back({name, {}, {}, false, {}});
          d = &digits_.back();
        }
        d->in[s] = FactId(i);
        d->known = d->known || f.knownness_tested;
        if (f.kind == FactKind::set) {
          for (const Enumerator& e : f.enumerators) d->elements.insert(e.name);
          continue;
        }
        for (std::size_t c = 0; c < t[s]->classes.count(FactId(i)); ++c) {
          sema::Value v = t[s]->classes.sample(FactId(i), c);
          Named n;
          if (numeric(f)) {
            n.number = v.number;
            bool there = false;
            for (const Named& x : d->values) there = there || *x.number == v.number;
            if (there) continue;
          } else {
            n.name = f.kind == FactKind::boolean ? (v.index == 1 ? "yes" : "no")
                                                 : f.enumerators[v.index].name;
            bool there = false;
            for (const Named& x : d->values) there = there || x.name == n.name;
            if (there) continue;
          }
          d->values.push_back(n);
        }
      }
    }
    for (Digit& d : digits_) {
      if (d.elements.empty()) continue;
      std::vector<std::string> all(d.elements.begin(), d.elements.end());
      for (std::size_t set = 0; set < (std::size_t{1} << all.size()); ++set) {
        Named n;
        for (std::size_t e = 0; e < all.size(); ++e) {
          if (((set >> e) & 1u) != 0) n.elements.insert(all[e]);
        }
        d.values.push_back(n);
      }
    }
  }

  /// Every patient if they are at most `limit`, else as many random ones.
  void each(std::size_t limit, test::Random& random,
            const std::function<void(const Pair&)>& visit) {
    std::size_t total = 1;
    for (const Digit& d : digits_) {
      total = total > limit ? total : total * d.values.size() * (d.known ? 2 : 1);
    }
    const bool every = total <= limit;
    for (std::size_t i = 0; i < std::min(total, limit); ++i) {
      std::size_t rest = i;
      auto choose = [&](std::size_t n) {
        std::size_t out = every ? rest % n : random.below(n);
        rest /= n;
        return out;
      };
      Pair p;
      for (std::size_t s = 0; s < 2; ++s) {
        p.in[s].emplace();
        p.in[s]->values.resize(m_[s]->facts.size());
        p.in[s]->known.assign(m_[s]->facts.size(), 1);
      }
      for (const Digit& d : digits_) {
        const Named& v = d.values[choose(d.values.size())];
        p.values[d.name] = v;
        p.known[d.name] = !d.known || choose(2) == 1;
        for (std::size_t s = 0; s < 2; ++s) {
          if (!d.in[s].valid() || !p.in[s].has_value()) continue;
          std::optional<sema::Value> value = value_of(m_[s]->facts[d.in[s]], v);
          if (value.has_value()) {
            p.in[s]->values[d.in[s]] = *value;
            p.in[s]->known[d.in[s]] = p.known[d.name] ? 1 : 0;
          } else {
            p.in[s].reset();
          }
        }
      }
      visit(p);
    }
  }

 private:
  struct Digit {
    std::string name;
    std::array<FactId, 2> in;
    std::vector<Named> values;
    bool known = false;
    std::set<std::string> elements;
  };
  static const Fact* fact(const Model& m, const std::string& name) {
    for (const Fact& f : m.facts) {
      if (f.name == name) return &f;
    }
    return nullptr;
  }
  const Model* m_[2];
  std::vector<Digit> digits_;
};

// -- what was reported ------------------------------------------------------------------------------

Rational number(const std::string& text) {
  Rational r;
  REQUIRE(gdlrt::num::parse_decimal(text.data(), text.size(), r) == gdlrt::num::NumStatus::ok);
  return r;
}

/// "0..2", "1..<1.5", "1<..2"
bool in_range(const std::string& range, const Rational& v) {
  std::size_t at = range.find("..");
  REQUIRE(at != std::string::npos);
  bool lo_open = range[at - 1] == '<';
  bool hi_open = range[at + 2] == '<';
  Rational lo = number(range.substr(0, at - (lo_open ? 1 : 0)));
  Rational hi = number(range.substr(at + 2 + (hi_open ? 1 : 0)));
  return (lo_open ? lo < v : lo <= v) && (hi_open ? v < hi : v <= hi);
}

bool inside(const analysis::PatientGroup& g, const Pair& p) {
  for (const diag::FactValue& f : g.facts) {
    REQUIRE(p.values.count(f.fact) == 1);
    const Named& v = p.values.at(f.fact);
    json region = json::parse(f.region);
    bool in = false;
    if (region.is_null()) {
      in = !p.known.at(f.fact);
    } else if (region == "known") {
      in = p.known.at(f.fact);
    } else if (region.is_object()) {
      in = true;
      for (const auto& [e, present] : region.items()) {
        in = in && (v.elements.count(e) == 1) == present.get<bool>();
      }
    } else if (v.number.has_value()) {
      if (region.is_string()) region = json::array({region});
      for (const json& r : region) in = in || in_range(r.get<std::string>(), *v.number);
    } else {
      for (const json& e : region) {
        in = in || (e.is_boolean() ? e.get<bool>() == (v.name == "yes") : e == v.name);
      }
    }
    if (!in || f.known.value_or(p.known.at(f.fact)) != p.known.at(f.fact)) return false;
  }
  return true;
}

struct Told {
  std::size_t patients = 0, changed = 0, one_sided = 0, sized = 0;
};

/// Holds a reported difference to what the oracle says of patients.
void judge(const driver::Compilation& a, const driver::Compilation& b, const analysis::Diff& d,
           std::size_t seed, Told& told) {
  const Model& ma = *a.model;
  const Model& mb = *b.model;
  test::Random random(seed);
  Pairs(ma, mb).each(1500, random, [&](const Pair& p) {
    const bool in_a = p.in[0].has_value() && oracle::possible(ma, *p.in[0]);
    const bool in_b = p.in[1].has_value() && oracle::possible(mb, *p.in[1]);
    if (in_a != in_b) {
      ++told.one_sided;
      bool covered = false;
      for (const analysis::OneSided& x : d.patients) {
        if (x.older != in_a) continue;
        covered = covered || x.more || x.unknown;
        for (const analysis::PatientGroup& g : x.groups) {
          covered = covered || inside(g, p);
        }
      }
      CHECK(covered);
      return;
    }
    if (!in_a) return;
    ++told.patients;
    const oracle::Advice xa = oracle::evaluate(ma, *p.in[0]);
    const oracle::Advice xb = oracle::evaluate(mb, *p.in[1]);
    auto compare = [&](const std::string& name, const G& before, const G& after) {
      CAPTURE(name);
      bool covered = false;
      bool open = false;
      for (const analysis::DecisionDiff& x : d.decisions) {
        if (x.id != name) continue;
        open = open || x.unknown || x.at_least || x.further > 0;
        for (const analysis::Change& c : x.changes) {
          open = open || c.more;
          for (const analysis::PatientGroup& g : c.groups) {
            if (!inside(g, p)) continue;
            covered = true;
            if (name == "safety") continue;
            ++told.sized;
            CHECK(c.before.size() == before.size());
            CHECK(c.after.size() == after.size());
          }
        }
      }
      if (before != after) {
        ++told.changed;
        CHECK((covered || open));
      } else {
        CHECK(!covered);
      }
    };
    for (std::size_t i = 0; i < ma.decisions.size(); ++i) {
      for (std::size_t k = 0; k < mb.decisions.size(); ++k) {
        if (ma.decisions[DecisionId(i)].name != mb.decisions[DecisionId(k)].name) continue;
        compare(ma.decisions[DecisionId(i)].name, advice(ma, xa, DecisionId(i)),
                advice(mb, xb, DecisionId(k)));
      }
    }
    compare("safety", safety(ma, xa), safety(mb, xb));
  });
}

// -- edits ------------------------------------------------------------------------------------------

bool replace(std::string& line, const std::string& from, const std::string& to) {
  std::size_t at = line.find(from);
  if (at == std::string::npos) return false;
  line.replace(at, from.size(), to);
  return true;
}

/// The text with one edit somewhere below the header; it may not compile.
std::string edited(const std::string& text, test::Random& random) {
  std::vector<std::string> lines = test::lines_of(text);
  const std::size_t header = 4;
  for (int tries = 0; tries < 50; ++tries) {
    const std::size_t i = header + random.below(lines.size() - header);
    std::string& line = lines[i];
    static const std::vector<std::pair<std::string, std::string>> kWords = {
        {"recommend a", "consider a"},
        {"consider a", "recommend b0 | a"},
        {"avoid", "contraindicate"},
        {" and ", " or "},
        {" when ", " when not "},
        {"strength strong", ""},
        {"choose any", "choose first"},
        {"choose one", "do all"},
        {"cycles: 1..6", "cycles: 1..5"},
        {" = ", " != "},
        {"0..9", "0..8"},
        {"10.0", "9.0"},
        {" | v", " | u | v"},
        {"set of v", "set of u | v"},
        {"yes | no", "yes | no default yes"},
        {" < v", " < u < v"},
        {" years", ""},
        {"overrides all", ""},
        {" is known", " is unknown"},
        {"dose: full", "dose: reduced"}};
    switch (random.below(6)) {
      case 0:
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
        return test::joined(lines);
      case 1:
        if (i + 1 == lines.size()) continue;
        std::swap(lines[i], lines[i + 1]);
        return test::joined(lines);
      case 2: {
        std::size_t at = line.find_first_of("123456", line.find(" when "));
        if (at == std::string::npos || line.find(" when ") == std::string::npos) continue;
        line[at] = static_cast<char>('1' + random.below(8));
        return test::joined(lines);
      }
      default: {
        const auto& [from, to] = kWords[random.below(kWords.size())];
        if (!replace(line, from, to)) continue;
        return test::joined(lines);
      }
    }
  }
  return text;
}

analysis::Diff diff(const driver::Compilation& a, driver::Compilation& b) {
  b.sink = diag::Sink();
  analysis::Diff out = driver::diff(a, b, {});
  for (const diag::Diagnostic& d : b.sink.items()) {
    CHECK_MESSAGE(d.code != diag::Code::internal_error, test::messages(b));
  }
  return out;
}

}  // namespace

TEST_CASE("the difference of two versions is for whom the oracle gives another advice") {
  const std::size_t count = test::fuzz_count(150);
  std::size_t compared = 0;
  Told told;
  for (std::size_t n = 0; n < count; ++n) {
    test::Random random(n + 1);
    const std::string one =
        test::Generator(test::fuzz_seed() + 91'000'000 + n, test::Shape{4, 2, 2, 4}).run();
    std::string two = one;
    for (std::size_t k = 1 + random.below(3); k > 0; --k) two = edited(two, random);
    driver::Compilation a = test::load(one);
    driver::Compilation b = test::load(two);
    if (a.type_errors || b.type_errors) continue;
    ++compared;
    CAPTURE(one);
    CAPTURE(two);
    judge(a, b, diff(a, b), n, told);
    judge(b, a, diff(b, a), n, told);
    CHECK(!diff(a, a).differ());
  }
  CHECK(compared * 3 > count);
  CHECK(told.changed > 20 * compared);
  CHECK(told.one_sided > compared);
  CHECK(told.sized > told.changed / 2);
}

TEST_CASE("what changes nothing for any patient is no difference") {
  const std::string head =
      "guideline g \"G\" language 1 version 1.0.0\nfact p \"P\" : 0..9\nfact q \"Q\" : yes | no\n"
      "action a \"A\"\naction b \"B\"\ndecision d\n";
  const std::string one = "rule one when p < 5 recommend a\n";
  const std::string two = "rule two when p >= 3 and q consider b\n";
  const std::string dead = "rule dead when p < 4 and p > 6 recommend b\n";
  auto compare = [&](const std::string& x, const std::string& y) {
    driver::Compilation a = test::load(head + x);
    driver::Compilation b = test::load(head + y);
    REQUIRE(!a.type_errors);
    REQUIRE(!b.type_errors);
    return diff(a, b);
  };
  // Rules the other way round under `choose any`; not even the fingerprint differs.
  CHECK(!compare(one + two, two + one).differ());
  // A dead rule less, a rule split in two, a condition in other words: other rules, the same advice.
  for (const std::string& same :
       {two + one + dead, one + "rule x when q and not (p < 3) consider b\n",
        "rule one when p < 2 recommend a\nrule o when p in 2..4 recommend a\n" + two}) {
    CAPTURE(same);
    analysis::Diff d = compare(one + two, same);
    CHECK(d.decisions.empty());
    CHECK(d.bump == analysis::Bump::patch);
  }
  // And one that does change something, which the above must not hide.
  analysis::Diff d = compare(one + two, one + "rule two when p >= 4 and q consider b\n");
  REQUIRE(d.decisions.size() == 1);
  REQUIRE(d.decisions[0].changes.size() == 1);
  CHECK(d.decisions[0].changes[0].groups[0].when == "p = 3 and q");
  CHECK(d.bump == analysis::Bump::major);
}

TEST_CASE("of a large guideline only what was edited is compared") {
  const std::string one = test::Authored(7, {2000, 20, 40, true}).run();
  std::string two = one;
  std::size_t at = two.find("  recommend ", two.find("rule r1000 "));
  two.replace(at, 12, "  consider ");
  driver::Compilation a = test::load(one);
  driver::Compilation b = test::load(two);
  REQUIRE(!b.type_errors);
  analysis::Diff d = diff(a, b);
  CHECK(d.decisions.size() == 1);
  CHECK(!d.undecided);
  CHECK(d.texts.empty());
}
