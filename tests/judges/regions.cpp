// See regions.h.
#include "regions.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "load.h"

namespace gdl::judges {

using namespace sema;
using nlohmann::json;

namespace {

Rational number(const std::string& text) {
  std::size_t slash = text.find('/');
  Rational out;
  REQUIRE(gdlrt::num::parse_decimal(text.data(), std::min(slash, text.size()), out) ==
          gdlrt::num::NumStatus::ok);
  if (slash != std::string::npos) {
    REQUIRE(gdlrt::num::div(out, number(text.substr(slash + 1)), out) == gdlrt::num::NumStatus::ok);
  }
  return out;
}

/// "0..2", "1..<1.5" (without 1.5), "1<..2" (without 1); a number alone.
SaidOfFact::Range range(const std::string& text) {
  std::size_t dots = text.find("..");
  if (dots == std::string::npos) return {number(text), number(text)};
  bool lo_open = text[dots - 1] == '<';
  bool hi_open = text[dots + 2] == '<';
  return {number(text.substr(0, dots - (lo_open ? 1 : 0))),
          number(text.substr(dots + (hi_open ? 3 : 2))), !lo_open, !hi_open};
}

std::size_t enumerator(const Fact& f, const json& value) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  for (std::size_t i = 0; i < f.enumerators.size(); ++i) {
    if (f.enumerators[i].name == value.get<std::string>()) return i;
  }
  FAIL("no value of `" << f.name << "`: " << value.dump());
  return 0;
}

SaidOfFact said(const Model& m, const diag::FactValue& value) {
  SaidOfFact out;
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    if (m.facts[FactId(i)].name == value.fact) out.fact = FactId(i);
  }
  REQUIRE(out.fact.valid());
  const Fact& f = m.facts[out.fact];
  json j = json::parse(value.region);
  if (j.is_null() || j == "known") {
    out.known = !j.is_null();
    return out;
  }
  out.known = value.known;
  if (f.kind == FactKind::set) {
    for (const auto& [name, in] : j.items()) {
      out.elements.emplace_back(enumerator(f, name), in.get<bool>());
    }
    return out;
  }
  bool numeric = f.kind == FactKind::integer || f.kind == FactKind::decimal;
  if (!numeric) out.values = Bits(f.kind == FactKind::boolean ? 2 : f.enumerators.size());
  for (const json& one : j.is_array() ? j : json::array({j})) {
    if (numeric) {
      out.ranges.push_back(range(one.is_string() ? one.get<std::string>() : one.dump()));
    } else {
      out.values->set(enumerator(f, one));
    }
  }
  return out;
}

ReadRegion read(const Model& m, const std::vector<diag::FactValue>& facts) {
  ReadRegion out;
  for (const diag::FactValue& f : facts) {
    out.facts.push_back(said(m, f));
  }
  return out;
}

bool inside(const SaidOfFact::Range& r, const Rational& x) {
  return (r.lo_closed ? r.lo <= x : r.lo < x) && (r.hi_closed ? x <= r.hi : x < r.hi);
}

}  // namespace

bool ReadRegion::says(const oracle::Patient& p) const {
  for (const SaidOfFact& s : facts) {
    const Value& v = p.values[s.fact];
    if (s.known.has_value() && *s.known != (p.known[s.fact] != 0)) return false;
    if (s.values.has_value() && !s.values->test(v.index)) return false;
    for (const auto& [element, in] : s.elements) {
      if (in != (((v.set >> element) & 1u) != 0)) return false;
    }
    bool some = s.ranges.empty();
    for (const SaidOfFact::Range& r : s.ranges) some = some || inside(r, v.number);
    if (!some) return false;
  }
  return true;
}

bool ReadRegion::holds(const Model& copy, const oracle::Patient& p) const {
  return when.valid() ? oracle::holds(copy, when, p) : says(p);
}

ReadReport read_report(const std::string& text, const driver::Compilation& c) {
  ReadReport out;
  std::string rules;
  std::size_t n = 0;
  for (const diag::Diagnostic& d : c.sink.items()) {
    ReadFinding f;
    f.diagnostic = &d;
    f.complete = d.verdict == diag::Verdict::found && !d.regions.empty();
    if (d.witness.has_value()) f.witness = read(*c.model, *d.witness);
    for (const diag::Region& r : d.regions) {
      f.regions.push_back(read(*c.model, r.facts));
      f.regions.back().share = r.share;
      if (!r.when.empty()) {
        rules += "rule region" + std::to_string(n++) + " when " + r.when +
                 " recommend judges_action cite 1\n";
        continue;
      }
    }
    out.findings.push_back(std::move(f));
  }
  out.copy = test::load(text + "\naction judges_action \"For the judges\"\n" +
                        "decision judges \"For the judges\" partial\n" + rules);
  REQUIRE_MESSAGE(!out.copy.type_errors, test::messages(out.copy));
  const Model& copy = *out.copy.model;
  std::size_t next = copy.rules.size() - n;
  for (ReadFinding& f : out.findings) {
    for (std::size_t i = 0; i < f.regions.size(); ++i) {
      if (!f.diagnostic->regions[i].when.empty()) {
        f.regions[i].when = copy.rules[RuleId(next++)].when;
      }
    }
  }
  return out;
}

}  // namespace gdl::judges
