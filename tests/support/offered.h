// Offers of an answer in JSON against what the model says of ways and parameters.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "sema/model.h"

namespace gdl::test {

inline std::string show(const gdlrt::num::Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

/// What an answer leaves of a parameter holds the point.
inline bool allows(const nlohmann::json& value, const sema::Parameter& p,
                   const sema::Value& point) {
  if (p.kind == sema::FactKind::enumeration) {
    for (const nlohmann::json& name : value) {
      if (name == p.enumerators[point.index].name) return true;
    }
    return false;
  }
  if (value.is_array()) {
    for (const nlohmann::json& one : value) {
      if (allows(one, p, point)) return true;
    }
    return false;
  }
  auto number = [](const nlohmann::json& v) {
    std::string s = v.is_string() ? v.get<std::string>() : v.dump();
    gdlrt::num::Rational r;
    REQUIRE(gdlrt::num::parse_decimal(s.data(), s.size(), r) == gdlrt::num::NumStatus::ok);
    return r;
  };
  if (!value.is_object()) return number(value) == point.number;
  bool lo = value.contains("at_least") ? number(value["at_least"]) <= point.number
                                       : number(value["above"]) < point.number;
  bool hi = value.contains("at_most") ? point.number <= number(value["at_most"])
                                      : point.number < number(value["below"]);
  return lo && hi;
}

inline std::string way_name(const sema::Model& m, sema::WayId w) {
  std::string out;
  for (sema::ActionId a : m.ways[w].leaves) out += (out.empty() ? "" : "+") + m.actions[a].name;
  return out;
}

}  // namespace gdl::test
