// Random cases that are partly known, with every narrowing that a case may hold: as JSON, and as the points that the
// oracle tries.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "offered.h"
#include "oracle/unknown.h"
#include "random.h"

namespace gdl::test {

/// The same case twice.
struct Given {
  oracle::Case points;
  std::string text;
  std::vector<std::pair<std::string, std::string>> members;  // of the text: fact and value
};

class Cases {
 public:
  Cases(const sema::Model& model, Random& random) : m_(model), r_(random) {}

  Given one() {
    Given out{oracle::open_case(m_), "", {}};
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      sema::FactId id(i);
      if (r_.one_in(3)) continue;
      out.points.given[id] = 1;
      std::string value = "null";
      if (!r_.one_in(6)) value = narrow(id, out.points.values[id]);
      out.members.emplace_back(m_.facts[id].name, value);
      out.text += (out.text.empty() ? "{\"" : ",\"") + m_.facts[id].name + "\":" + value;
    }
    out.text += out.text.empty() ? "{}" : "}";
    return out;
  }

 private:
  std::string narrow(sema::FactId id, std::vector<sema::Value>& left) {
    const sema::Fact& f = m_.facts[id];
    switch (f.kind) {
      case sema::FactKind::boolean:
      case sema::FactKind::enumeration: return enumeration(f, left);
      case sema::FactKind::set: return set(f, left);
      case sema::FactKind::integer:
      case sema::FactKind::decimal: return number(id, left);
    }
    return "null";
  }

  std::string named(const sema::Fact& f, const sema::Value& v) {
    if (f.kind == sema::FactKind::boolean) return v.index == 1 ? "true" : "false";
    return "\"" + f.enumerators[v.index].name + "\"";
  }
  std::string enumeration(const sema::Fact& f, std::vector<sema::Value>& left) {
    sema::Value v = left[r_.below(left.size())];
    std::size_t form = r_.below(f.ordered ? 4 : 3);
    auto keep = [&](auto&& test) {
      std::erase_if(left, [&](const sema::Value& x) { return !test(x.index); });
    };
    if (form == 0 || left.size() < 2) {
      keep([&](std::size_t x) { return x == v.index; });
      return named(f, v);
    }
    if (form == 1) {
      std::string list;
      std::set<std::size_t> in = {v.index, r_.below(left.size())};
      for (std::size_t x : in) {
        sema::Value one;
        one.index = static_cast<std::uint32_t>(x);
        list += (list.empty() ? "" : ",") + named(f, one);
      }
      keep([&](std::size_t x) { return in.count(x) == 1; });
      return "{\"in\":[" + list + "]}";
    }
    if (form == 2) {
      keep([&](std::size_t x) { return x != v.index; });
      return "{\"not\":" + named(f, v) + "}";
    }
    keep([&](std::size_t x) { return x >= v.index; });
    return "{\"at_least\":" + named(f, v) + "}";
  }

  std::string set(const sema::Fact& f, std::vector<sema::Value>& left) {
    std::uint64_t want = left[r_.below(left.size())].set;
    if (r_.one_in(2)) {
      std::erase_if(left, [&](const sema::Value& x) { return x.set != want; });
      std::string out;
      for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
        if ((want >> e & 1u) != 0)
          out += (out.empty() ? "\"" : ",\"") + f.enumerators[e].name + "\"";
      }
      return "[" + out + "]";
    }
    std::string out;
    for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
      if (r_.one_in(3)) continue;
      bool open = r_.one_in(4);
      bool in = (want >> e & 1u) != 0;
      out += (out.empty() ? "\"" : ",\"") + f.enumerators[e].name +
             (open ? "\":null"
              : in ? "\":true"
                   : "\":false");
      if (open) continue;
      std::erase_if(left, [&](const sema::Value& x) { return ((x.set >> e & 1u) != 0) != in; });
    }
    return "{" + out + "}";
  }

  /// Bounds stand at thresholds, and only thresholds are excluded, so that between them the points go on standing for
  /// all values.
  std::string number(sema::FactId id, std::vector<sema::Value>& left) {
    const sema::Fact& f = m_.facts[id];
    std::vector<gdlrt::num::Rational> ends = {f.lo, f.hi};
    for (const sema::Cond& c : m_.conds) {
      if (c.kind == sema::CondKind::fact_compare && c.fact == id) ends.push_back(c.number);
    }
    gdlrt::num::Rational end = ends[r_.below(ends.size())];
    auto keep = [&](auto&& test) {
      std::erase_if(left, [&](const sema::Value& x) { return !test(x.number); });
    };
    auto text = [](const gdlrt::num::Rational& r) {
      std::string s = show(r);
      return s.find('/') == std::string::npos ? s : "\"" + s + "\"";
    };
    gdlrt::num::Rational one = left[r_.below(left.size())].number;
    gdlrt::num::Rational other = left[r_.below(left.size())].number;
    std::vector<sema::Value> all = left;
    std::string out;
    switch (r_.below(6)) {
      case 0: keep([&](const gdlrt::num::Rational& x) { return x == one; }); return text(one);
      case 1:
        keep([&](const gdlrt::num::Rational& x) { return x == one || x == other; });
        return "{\"in\":[" + text(one) + "," + text(other) + "]}";
      case 2:
        keep([&](const gdlrt::num::Rational& x) { return x >= end || x == one; });
        return "{\"in\":[{\"at_least\":" + text(end) + "}," + text(one) + "]}";
      case 3:
        keep([&](const gdlrt::num::Rational& x) { return x != end; });
        out = "{\"not\":" + text(end) + "}";
        break;
      case 4:
        keep([&](const gdlrt::num::Rational& x) { return x > end; });
        out = "{\"above\":" + text(end) + "}";
        break;
      default:
        keep([&](const gdlrt::num::Rational& x) { return x <= end; });
        out = "{\"at_most\":" + text(end) + "}";
    }
    if (!left.empty()) return out;
    left = all;
    return "null";
  }

  const sema::Model& m_;
  Random& r_;
};

/// Every value of a fact that the oracle tells apart, as JSON.
inline std::vector<std::string> values_of(const sema::Model& m, sema::FactId id) {
  std::vector<std::string> out;
  const sema::Fact& f = m.facts[id];
  for (const sema::Value& v : oracle::fact_points(m, id)) {
    switch (f.kind) {
      case sema::FactKind::boolean: out.push_back(v.index == 1 ? "true" : "false"); break;
      case sema::FactKind::enumeration:
        out.push_back("\"" + f.enumerators[v.index].name + "\"");
        break;
      case sema::FactKind::set: {
        std::string list;
        for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
          if ((v.set >> e & 1u) != 0)
            list += (list.empty() ? "\"" : ",\"") + f.enumerators[e].name + "\"";
        }
        out.push_back("[" + list + "]");
        break;
      }
      case sema::FactKind::integer:
      case sema::FactKind::decimal: {
        std::string s = show(v.number);
        out.push_back(s.find('/') == std::string::npos ? s : "\"" + s + "\"");
        break;
      }
    }
  }
  return out;
}

}  // namespace gdl::test
